/// Reading files: opened once, measured, read by position.

internal import Glibc
internal import PenumbraTensor

/// A regular file open for reading; closed when it goes out of use.
public struct InputFile: ~Copyable {
  public let path: String
  /// Bytes in the file when it was opened.
  public let size: Int
  private let descriptor: Int32
  private let operation: String

  /// Opens a file on behalf of `operation`, the name that errors carry.
  ///
  /// - Throws: `TensorError` (file) when it does not exist, cannot be read, or is no regular file.
  public init(_ path: String, operation: String) throws {
    guard !path.utf8.contains(0) else {
      throw FileError.make(operation, path, "a path cannot contain a zero byte")
    }
    try Permissions.check(path: path, operation)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError.system(operation, path, errno) }
    do { try Permissions.check(descriptor: descriptor, path: path, operation) } catch {
      close(descriptor)
      throw error
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw FileError.system(operation, path, code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a device or a pipe"
      throw FileError.make(operation, path, "expected a file, got \(kind)")
    }
    self.path = path
    self.size = Int(status.st_size)
    self.descriptor = descriptor
    self.operation = operation
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from position `offset`.
  ///
  /// - Throws: `TensorError` (file) when the file ends before, or reading fails.
  public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    var done = 0
    while done < buffer.count {
      guard let start = buffer.baseAddress else { return }
      // Linux reads at most 2 GiB at a time.
      let count = pread(descriptor, start + done, min(buffer.count - done, 1 << 30), offset + done)
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError.system(operation, path, errno)
      }
      guard count > 0 else {
        throw FileError.make(operation, path, "the file ends after \(offset + done) bytes")
      }
      done += count
    }
  }

  /// `count` bytes from position `offset`.
  public func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    guard count <= MemoryPool.limit else {
      throw TensorError(
        .memory, operation, argument: FileError.quoted(path),
        "\(count) bytes do not fit: the limit is \(MemoryPool.limit)")
    }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
      filled = count
    }
  }

  /// The whole file.
  public func contents() throws -> [UInt8] { try bytes(at: 0, count: size) }
}
