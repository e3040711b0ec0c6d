/// Files that only grow: whatever was appended survives the process, whole pieces at a time.

internal import Glibc
internal import PenumbraData
internal import PenumbraTensor

/// A file open for appending. Each `append` is one `write` to the system, which keeps it when the
/// process is killed; `sync` makes it survive the machine too.
package final class AppendedFile {
  package let path: String
  private let operation: String
  private let descriptor: Int32
  private(set) var size: Int

  /// Opens or creates a file; a link in its place is refused.
  ///
  /// - Throws: `TensorError` (file).
  package init(_ path: String, operation: String) throws {
    try Permissions.check(path: path, operation)
    let descriptor = open(
      path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else { throw FileError.system(operation, path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError.make(operation, path, "expected a file")
    }
    self.path = path
    self.operation = operation
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  package func append(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        guard let start = bytes.baseAddress else { return }
        let count = write(descriptor, start + done, bytes.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw FileError.system(operation, path, errno) }
        done += count
        size += count
      }
    }
  }

  /// A line of text; it may contain no line break.
  package func append(line: String) throws { try append(Array(line.utf8) + [0x0A]) }

  package func sync() throws {
    guard fdatasync(descriptor) == 0 else { throw FileError.system(operation, path, errno) }
  }

  /// Cuts the file off behind its first `count` bytes; does nothing to a shorter one.
  package func truncate(to count: Int) throws {
    guard count < size else { return }
    guard ftruncate(descriptor, count) == 0 else {
      throw FileError.system(operation, path, errno)
    }
    size = count
  }

  /// Takes away what stands behind the last line break: the torn line of a process that was killed.
  package func dropTornLine() throws {
    var end = size
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while end > 0 {
      let start = max(0, end - buffer.count)
      let count = pread(descriptor, &buffer, end - start, start)
      if count < 0, errno == EINTR { continue }
      guard count == end - start else { throw FileError.system(operation, path, errno) }
      if let last = buffer[..<count].lastIndex(of: 0x0A) {
        return try truncate(to: start + last + 1)
      }
      end = start
    }
    try truncate(to: 0)
  }
}
