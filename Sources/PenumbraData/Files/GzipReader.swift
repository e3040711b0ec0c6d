/// Bytes of a file that may be compressed with gzip.

internal import CZlib
internal import PenumbraTensor

/// Reads a file's contents in order, inflating them where they start with gzip's magic number.
///
/// Check sums and lengths of gzip members are verified. No more is held than was asked for, so a
/// small file cannot claim a lot of memory by itself; `capacity` bounds what it can hold.
final class GzipReader {
  private let path: String
  private let operation: String
  private let input: [UInt8]
  /// The next byte of `input`, for files that are not compressed.
  private var position = 0
  /// zlib keeps this address, so it lives on the heap.
  private let stream: UnsafeMutablePointer<z_stream>?
  /// Whether the last member ended and nothing follows.
  private var ended = false

  /// - Throws: `TensorError` (file) when the file cannot be read.
  init(_ path: String, operation: String) throws {
    self.path = path
    self.operation = operation
    input = try InputFile(path, operation: operation).contents()
    guard input.starts(with: [0x1f, 0x8b]) else {
      stream = nil
      return
    }
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15: the largest window; 16: gzip's header and check sum.
    guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else {
      stream.deallocate()
      throw TensorError(.memory, operation, argument: FileError.quoted(path), "zlib has no memory")
    }
    self.stream = stream
  }

  deinit {
    guard let stream else { return }
    inflateEnd(stream)
    stream.deallocate()
  }

  /// The most bytes that this file can possibly hold: deflate packs at most 1032 to 1.
  var capacity: Int { stream == nil ? input.count : input.count * 1032 }

  /// The next `count` bytes.
  func read(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      try read(into: UnsafeMutableRawBufferPointer(buffer))
      filled = count
    }
  }

  /// Fills the buffer with the next bytes.
  ///
  /// - Throws: `TensorError` (file) when they end before, or the compressed data is damaged.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    let count = try readAvailable(into: buffer)
    guard count == buffer.count else {
      throw FileError.make(
        operation, path, "the data ends \(buffer.count - count) bytes before its header says")
    }
  }

  /// The next bytes, at most `count`; none at the end.
  func readUpTo(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = try readAvailable(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// - Throws: `TensorError` (file) when bytes are left, or the last check sum is wrong.
  func expectEnd() throws {
    var extra: UInt8 = 0
    let count = try withUnsafeMutableBytes(of: &extra) { try readAvailable(into: $0) }
    guard count == 0 else {
      throw FileError.make(operation, path, "more data follows than its header says")
    }
  }

  /// Fills as much of the buffer as there is data for.
  private func readAvailable(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard let start = buffer.baseAddress else { return 0 }
    guard let stream else {
      let count = min(buffer.count, input.count - position)
      input.withUnsafeBytes { bytes in
        if let first = bytes.baseAddress {
          start.copyMemory(from: first + position, byteCount: count)
        }
      }
      position += count
      return count
    }
    var done = 0
    while done < buffer.count, !ended {
      done += try inflateSome(
        stream, into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
    }
    return done
  }

  /// One call of zlib; returns the bytes that it made.
  private func inflateSome(
    _ stream: UnsafeMutablePointer<z_stream>, into buffer: UnsafeMutableRawBufferPointer
  ) throws -> Int {
    try input.withUnsafeBufferPointer { bytes in
      // zlib counts in 32 bits.
      let room = min(buffer.count, 1 << 30)
      let given = min(bytes.count - position, 1 << 30)
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: bytes.baseAddress.map { $0 + position })
      stream.pointee.avail_in = UInt32(given)
      stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(room)
      let status = inflate(stream, Z_NO_FLUSH)
      position += given - Int(stream.pointee.avail_in)
      let made = room - Int(stream.pointee.avail_out)
      switch status {
      case Z_OK: break
      case Z_STREAM_END: try startNextMember(stream)
      case Z_BUF_ERROR where made == 0:
        throw FileError.make(operation, path, "the compressed data is cut off")
      case Z_MEM_ERROR:
        throw TensorError(
          .memory, operation, argument: FileError.quoted(path), "zlib has no memory")
      default:
        let detail = stream.pointee.msg.map { ": " + String(cString: $0) } ?? ""
        throw FileError.make(operation, path, "the compressed data is damaged" + detail)
      }
      return made
    }
  }

  /// A gzip file may consist of several members.
  private func startNextMember(_ stream: UnsafeMutablePointer<z_stream>) throws {
    ended = position == input.count
    guard !ended else { return }
    guard input[position...].starts(with: [0x1f, 0x8b]), inflateReset(stream) == Z_OK else {
      throw FileError.make(operation, path, "bytes that are not gzip follow the compressed data")
    }
  }
}
