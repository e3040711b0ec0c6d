/// Reading zip archives: the directory at the end, stored and deflated members.

internal import CZlib
internal import PenumbraTensor

/// An archive's members, by its central directory (PKWARE's APPNOTE 6.3.9, with zip64).
struct ZipReader: ~Copyable {
  struct Member {
    let name: String
    let method: Int
    let crc: UInt32
    let packed: Int
    let size: Int
    let position: Int
  }

  let members: [Member]
  private let file: InputFile
  private let operation: String

  /// - Throws: `TensorError` (file) when the file cannot be read or is no archive.
  init(_ path: String, operation: String) throws {
    let file = try InputFile(path, operation: operation)
    let (start, size, count) = try ZipReader.findDirectory(file, operation)
    let directory = ByteReader(try file.bytes(at: start, count: size))
    func fault(_ reason: String) -> TensorError { FileError.make(operation, path, reason) }
    var members: [Member] = []
    var place = 0
    while place < size {
      guard directory.u32(place) == 0x0201_4b50, let flags = directory.u16(place + 8),
        let method = directory.u16(place + 10), let crc = directory.u32(place + 16),
        var packed = directory.u32(place + 20), var whole = directory.u32(place + 24),
        let nameLength = directory.u16(place + 28), let extraLength = directory.u16(place + 30),
        let commentLength = directory.u16(place + 32), var position = directory.u32(place + 42),
        place + 46 + nameLength + extraLength + commentLength <= size
      else { throw fault("the archive's directory is damaged") }
      let name = directory.text(place + 46, nameLength)
      guard flags & 1 == 0 else { throw fault("'\(name)' is encrypted") }
      guard
        directory.replaceWide(
          &whole, &packed, &position, place + 46 + nameLength, extraLength),
        packed <= file.size, position <= file.size, whole >= 0
      else { throw fault("'\(name)': the archive's directory is damaged") }
      members.append(
        Member(
          name: name, method: method, crc: UInt32(crc), packed: packed, size: whole,
          position: position))
      place += 46 + nameLength + extraLength + commentLength
    }
    guard members.count == count else { throw fault("the archive's directory is damaged") }
    self.members = members
    self.file = file
    self.operation = operation
  }

  /// The directory's position, size and number of members.
  private static func findDirectory(_ file: borrowing InputFile, _ operation: String) throws
    -> (start: Int, size: Int, count: Int)
  {
    let fault = FileError.make(operation, file.path, "expected a zip archive (.npz)")
    // The end record has 22 bytes and a comment of at most 65535.
    let tail = min(file.size, 22 + 65535)
    let base = file.size - tail
    let bytes = ByteReader(try file.bytes(at: base, count: tail))
    var place = tail - 22
    while place >= 0, bytes.u32(place) != 0x0605_4b50 { place -= 1 }
    guard place >= 0, var count = bytes.u16(place + 10), var size = bytes.u32(place + 12),
      var start = bytes.u32(place + 16)
    else { throw fault }
    if count == 0xffff || size == 0xffff_ffff || start == 0xffff_ffff {
      guard bytes.u32(place - 20) == 0x0706_4b50, let position = bytes.u64(place - 12),
        position <= file.size - 56
      else { throw fault }
      let wide = ByteReader(try file.bytes(at: position, count: 56))
      guard wide.u32(0) == 0x0606_4b50, let c = wide.u64(32), let s = wide.u64(40),
        let p = wide.u64(48)
      else { throw fault }
      (count, size, start) = (c, s, p)
    }
    guard start <= file.size, size <= file.size - start else { throw fault }
    return (start, size, count)
  }

  /// A member's bytes, inflated and checked.
  ///
  /// - Throws: `TensorError` (file) for damaged data or a method other than stored and deflated;
  ///   (memory) for more bytes than tensors may have.
  func contents(of member: Member) throws -> [UInt8] {
    func fault(_ reason: String) -> TensorError {
      FileError.make(operation, file.path, "'\(member.name)': \(reason)")
    }
    guard member.position <= file.size - 30 else { throw fault("its data is cut off") }
    let local = ByteReader(try file.bytes(at: member.position, count: 30))
    guard local.u32(0) == 0x0403_4b50, let name = local.u16(26), let extra = local.u16(28) else {
      throw fault("its header is damaged")
    }
    let start = member.position + 30 + name + extra
    guard start <= file.size, member.packed <= file.size - start else {
      throw fault("its data is cut off")
    }
    // Deflate packs at most 1032 to 1, so a small file cannot claim much memory.
    guard member.size <= (member.method == 0 ? member.packed : member.packed * 1032) else {
      throw fault("\(member.packed) bytes cannot hold \(member.size)")
    }
    guard member.size <= MemoryPool.limit else {
      throw TensorError(
        .memory, operation, argument: FileError.quoted(file.path),
        "\(member.size) bytes do not fit: the limit is \(MemoryPool.limit)")
    }
    let packed = try file.bytes(at: start, count: member.packed)
    let bytes: [UInt8]
    switch member.method {
    case 0: bytes = packed
    case 8: bytes = inflated(packed, size: member.size)
    default: throw fault("compressed by method \(member.method), which is not supported")
    }
    guard bytes.count == member.size, Zip.checkSum(bytes) == member.crc else {
      throw fault("its data is damaged")
    }
    return bytes
  }

  /// The bytes that deflated data stands for; fewer or none when it is damaged.
  private func inflated(_ packed: [UInt8], size: Int) -> [UInt8] {
    var stream = z_stream()
    guard
      inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return [] }
    defer { inflateEnd(&stream) }
    // One byte of room more, so that data which is too long shows.
    return [UInt8](unsafeUninitializedCapacity: size + 1) { output, filled in
      packed.withUnsafeBufferPointer { input in
        var used = 0
        while filled <= size {
          let given = min(input.count - used, 1 << 30)
          let room = min(size + 1 - filled, 1 << 30)
          stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + used })
          stream.avail_in = UInt32(given)
          stream.next_out = output.baseAddress.map { $0 + filled }
          stream.avail_out = UInt32(room)
          let status = inflate(&stream, Z_NO_FLUSH)
          used += given - Int(stream.avail_in)
          filled += room - Int(stream.avail_out)
          if status != Z_OK || room == 0 { return }
        }
      }
    }
  }
}

/// Little-endian numbers in bytes; nil outside them.
private struct ByteReader {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private func number(_ offset: Int, _ width: Int) -> Int? {
    guard offset >= 0, offset + width <= bytes.count else { return nil }
    let value = bytes[offset..<(offset + width)].reversed().reduce(UInt64(0)) {
      $0 << 8 | UInt64($1)
    }
    return Int(exactly: value)
  }

  func u16(_ offset: Int) -> Int? { number(offset, 2) }
  func u32(_ offset: Int) -> Int? { number(offset, 4) }
  func u64(_ offset: Int) -> Int? { number(offset, 8) }

  func text(_ offset: Int, _ count: Int) -> String {
    String(decoding: bytes[offset..<(offset + count)], as: UTF8.self)
  }

  /// Takes from the zip64 field what did not fit in 32 bits; false when the field is missing.
  func replaceWide(
    _ size: inout Int, _ packed: inout Int, _ position: inout Int, _ offset: Int, _ length: Int
  ) -> Bool {
    guard [size, packed, position].contains(0xffff_ffff) else { return true }
    var place = offset
    while let id = u16(place), let count = u16(place + 2), place + 4 + count <= offset + length {
      guard id == 1 else {
        place += 4 + count
        continue
      }
      var next = place + 4
      func take(_ value: inout Int) -> Bool {
        guard value == 0xffff_ffff else { return true }
        guard next + 8 <= place + 4 + count, let wide = u64(next) else { return false }
        value = wide
        next += 8
        return true
      }
      return take(&size) && take(&packed) && take(&position)
    }
    return false
  }
}
