/// One process at a time works on a run.

internal import Glibc
internal import PenumbraData
internal import PenumbraTensor

/// An advisory lock on a file, which the system lets go when the process ends, however it ends.
package final class RunLock {
  private let descriptor: Int32

  /// - Throws: `TensorError` (file) when another process holds the lock.
  package init(_ path: String) throws {
    try Permissions.check(path: path, "run")
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else { throw FileError.system("run", path, errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      throw code == EWOULDBLOCK
        ? FileError.make("run", path, "another process works on this run")
        : FileError.system("run", path, code)
    }
  }

  deinit { close(descriptor) }

  /// Whether some process holds the lock.
  package static func isTaken(_ path: String) -> Bool {
    guard Permissions.current.allows(path: path) else { return false }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }
}
