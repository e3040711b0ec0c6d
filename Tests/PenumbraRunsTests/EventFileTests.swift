/// Checksums, wire encoding and framing of event files, against published vectors.

import PenumbraRuns
import PenumbraTensor
import TestSupport
import Testing

@Suite struct EventFileTests {
  /// RFC 3720, appendix B.4, and the check value of the catalogue of parametrised CRC algorithms.
  @Test func checksumsMatchTheStandard() {
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum((0..<32).map { UInt8($0) }) == 0x46DD_794E)
    #expect(CRC32C.checksum((0..<32).reversed().map { UInt8($0) }) == 0x113F_DB5C)
    #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
    #expect(CRC32C.checksum([]) == 0)
  }

  /// The first record of files that TensorFlow writes: length 24 has this masked checksum.
  @Test func masksAreThoseOfTFRecord() {
    #expect(CRC32C.masked([24, 0, 0, 0, 0, 0, 0, 0]) == 0x224B_7FA3)
  }

  /// The examples of the encoding's documentation.
  @Test func messagesHaveTheDocumentedBytes() {
    #expect(ProtobufMessage { $0.add(1, integer: 150) }.bytes == [0x08, 0x96, 0x01])
    #expect(
      ProtobufMessage { $0.add(2, text: "testing") }.bytes == [0x12, 0x07] + Array("testing".utf8))
    #expect(
      ProtobufMessage { $0.add(3) { $0.add(1, integer: 150) } }.bytes == [0x1A, 3, 8, 0x96, 1])
    #expect(
      ProtobufMessage { $0.add(1, integer: -2) }.bytes
        == [0x08, 0xFE] + [UInt8](repeating: 0xFF, count: 8) + [0x01])
    #expect(ProtobufMessage { $0.add(4, float: 1) }.bytes == [0x25, 0, 0, 0x80, 0x3F])
    #expect(
      ProtobufMessage { $0.add(6, doubles: [1]) }.bytes == [0x32, 8, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
  }

  @Test func recordsAreFramed() {
    let data: [UInt8] = [1, 2, 3]
    let record = EventFile.record(data)
    #expect(record.count == 3 + 16)
    #expect(record.prefix(8) == [3, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(record[12..<15]) == data)
    let check = record.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    #expect(check == CRC32C.masked(data))
  }

  @Test func filesAreAppendedRecordByRecord() throws {
    let folder = TemporaryFolder()
    let file = try EventFile(folder.file("events"), time: 1, resumedAt: 7)
    let sizes = try [1, 2].map { step in
      try file.add(scalars: [("loss", 0.5)], step: step, time: 2)
      return folder.get("events").count
    }
    #expect(sizes[1] > sizes[0])
    var bytes = folder.get("events")[...]
    var count = 0
    while !bytes.isEmpty {
      let length = Int(bytes[bytes.startIndex])
      #expect(bytes.count >= length + 16)
      bytes = bytes.dropFirst(length + 16)
      count += 1
    }
    #expect(count == 4)
  }
}
