/// Files that are written whole or not at all.

internal import Glibc
internal import PenumbraTensor

/// Writes under a temporary name in the same folder, then `fsync` and `rename`.
///
/// A reader sees the old file or the new one, never a part; after an error or a crash the old file
/// stands unchanged. A link is followed to the file that it names; permissions are those of the file
/// replaced, else 0666 less the umask.
public enum AtomicFile {
  /// The file under construction.
  public struct Handle: ~Copyable {
    fileprivate let descriptor: Int32
    fileprivate let path: String
    fileprivate let operation: String

    /// Adds bytes at the end.
    ///
    /// - Throws: `TensorError` (file) when the disk is full or writing fails.
    public func append(_ bytes: UnsafeRawBufferPointer) throws {
      var done = 0
      while done < bytes.count {
        guard let start = bytes.baseAddress else { return }
        let count = Glibc.write(descriptor, start + done, min(bytes.count - done, 1 << 30))
        if count < 0 {
          if errno == EINTR { continue }
          throw FileError.system(operation, path, errno)
        }
        done += count
      }
    }

    /// Adds bytes at the end.
    public func append(_ bytes: [UInt8]) throws {
      try bytes.withUnsafeBytes { try append($0) }
    }
  }

  /// Creates or replaces `path` with what `body` appends.
  ///
  /// - Throws: `TensorError` (file) when the folder is missing or not writable, the disk is full, or
  ///   `path` is a folder; what `body` throws. Nothing is left behind.
  public static func write(
    to path: String, operation: String, _ body: (borrowing Handle) throws -> Void
  ) throws {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw FileError.make(operation, path, "expected the name of a file")
    }
    try Permissions.check(path: path, operation)
    let target = resolved(path)
    var status = stat()
    let exists = stat(target, &status) == 0
    guard !exists || status.st_mode & S_IFMT == S_IFREG else {
      throw FileError.make(operation, path, "expected a file to replace, got a folder or a device")
    }
    let (descriptor, temporary) = try create(beside: target, path, operation)
    var finished = false
    defer { if !finished { unlink(temporary) } }
    do {
      defer { close(descriptor) }
      try Permissions.check(descriptor: descriptor, path: path, operation)
      try body(Handle(descriptor: descriptor, path: path, operation: operation))
      if exists { fchmod(descriptor, status.st_mode & 0o7777) }
      guard fsync(descriptor) == 0 else { throw FileError.system(operation, path, errno) }
    }
    guard rename(temporary, target) == 0 else { throw FileError.system(operation, path, errno) }
    finished = true
    syncFolder(of: target)
  }

  /// A new file in the same folder, open for writing, and its name.
  private static func create(beside target: String, _ path: String, _ operation: String) throws
    -> (descriptor: Int32, name: String)
  {
    // Names left by a process of the same number that died are skipped.
    for attempt in 1...1000 {
      let name = "\(target).\(getpid())-\(attempt).tmp"
      let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (descriptor, name) }
      guard errno == EEXIST else { break }
    }
    throw FileError.system(operation, path, errno)
  }

  /// Creates or replaces `path` with these bytes.
  public static func write(_ bytes: [UInt8], to path: String, operation: String) throws {
    try write(to: path, operation: operation) { try $0.append(bytes) }
  }

  /// Creates or replaces `path` with this text in UTF-8.
  public static func write(text: String, to path: String, operation: String) throws {
    try write(Array(text.utf8), to: path, operation: operation)
  }

  /// The file that a symbolic link leads to, or the path itself.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Makes the new name durable; a file system that cannot is no error.
  private static func syncFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "."
    let descriptor = open(String(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
