/// Writing zip archives, member by member.

internal import CZlib
internal import PenumbraTensor

enum Zip {
  /// CRC-32 of bytes.
  static func checkSum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { buffer in
      UInt32(crc32_z(crc32_z(0, nil, 0), buffer.baseAddress, buffer.count))
    }
  }

  /// Deflated bytes without a header; nil when zlib has no memory.
  static func deflated(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    let status = deflateInit2_(
      &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    var finished = false
    let capacity = Int(deflateBound(&stream, UInt(bytes.count)))
    let packed = [UInt8](unsafeUninitializedCapacity: capacity) { output, filled in
      bytes.withUnsafeBufferPointer { input in
        // Both are below 2³² bytes, which is what zlib counts to.
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(clamping: capacity)
        finished = deflate(&stream, Z_FINISH) == Z_STREAM_END
        filled = Int(stream.total_out)
      }
    }
    return finished ? packed : nil
  }
}

/// Builds an archive; the bytes of members and directory are appended to the file in order.
struct ZipWriter {
  let path: String
  let operation: String
  private var records: [UInt8] = []
  private var count = 0
  private var position = 0

  init(path: String, operation: String) {
    self.path = path
    self.operation = operation
  }

  /// The parts of a file's next bytes: a header and the member's data.
  ///
  /// - Throws: `TensorError` (value) when member or archive reach 4 GiB, or there are 65535 members.
  mutating func member(named name: String, _ bytes: [UInt8], compressed: Bool) throws -> [[UInt8]] {
    let limit = 0xffff_ffff
    let label = Array(name.utf8)
    guard bytes.count < limit - 65536, position < limit, count < 0xffff - 1, label.count < 0xffff
    else {
      throw TensorError(
        .value, operation, argument: FileError.quoted(path),
        "'\(name)': an archive holds less than 4 GiB and 65535 arrays; save as safetensors")
    }
    var data = bytes
    if compressed {
      guard let packed = Zip.deflated(bytes) else {
        throw TensorError(
          .memory, operation, argument: FileError.quoted(path), "zlib has no memory")
      }
      data = packed
    }
    // Version 2.0, UTF-8 names, the method, midnight of 1 January 1980, sums and sizes.
    var common = little(20, 2) + little(0x800, 2) + little(compressed ? 8 : 0, 2) + little(0, 2)
    common += little(0x21, 2) + little(Int(Zip.checkSum(bytes)), 4)
    common += little(data.count, 4) + little(bytes.count, 4) + little(label.count, 2) + little(0, 2)
    let header = little(0x0403_4b50, 4) + common + label
    records += little(0x0201_4b50, 4) + little(20, 2) + common + little(0, 2) + little(0, 2)
    records += little(0, 2) + little(0, 4) + little(position, 4) + label
    position += header.count + data.count
    count += 1
    return [header, data]
  }

  /// The archive's last bytes.
  func directory() throws -> [UInt8] {
    guard position < 0xffff_ffff else {
      throw TensorError(
        .value, operation, argument: FileError.quoted(path),
        "an archive holds less than 4 GiB; save as safetensors")
    }
    return records + little(0x0605_4b50, 4) + little(0, 4) + little(count, 2) + little(count, 2)
      + little(records.count, 4) + little(position, 4) + little(0, 2)
  }

  private func little(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
