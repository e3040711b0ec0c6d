// Changes of files, seen through the folders in which they stand.

internal import Glibc

/// The kernel's notices about some files.
///
/// Folders are watched, not files: an editor that writes another file and renames it, or removes and
/// makes it anew, gives the name to another file.
final class FolderWatch {
  let descriptor: Int32
  /// The names that matter in each watched folder.
  private var names: [Int32: Set<String>] = [:]
  /// How each file looked when it was last asked; nil for one that is not there.
  private var looks: [String: Look?] = [:]

  private struct Look: Equatable {
    let device: UInt64
    let file: UInt64
    let size: Int64
    let seconds: Int
    let nanoseconds: Int
  }

  private static let events =
    UInt32(IN_CLOSE_WRITE) | UInt32(IN_MODIFY) | UInt32(IN_CREATE) | UInt32(IN_MOVED_TO)
    | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE)

  /// - Throws: `FileError` when the system has no more such descriptors.
  init() throws {
    descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    guard descriptor >= 0 else { throw FileError(path: "inotify", code: errno) }
  }

  deinit { close(descriptor) }

  /// Watches a file, which need not be there; a folder that is not there is passed over. A file that is
  /// a link counts as changed when what it leads to changes.
  func add(_ path: String) {
    for path in Set([path, Machine.absolute(path)]) {
      guard let slash = path.lastIndex(of: "/") else { continue }
      let folder = slash == path.startIndex ? "/" : String(path[..<slash])
      let watch = inotify_add_watch(descriptor, folder, FolderWatch.events)
      guard watch >= 0 else { continue }
      names[watch, default: []].insert(String(path[path.index(after: slash)...]))
      if looks[path] == nil { looks[path] = .some(FolderWatch.look(at: path)) }
    }
  }

  /// Takes the notices that have come, and says whether one is about a file that is watched.
  func drain() -> Bool {
    var isRelevant = false
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
      var position = 0
      while position + 16 <= count {
        let (watch, length) = buffer.withUnsafeBytes { bytes in
          (
            bytes.loadUnaligned(fromByteOffset: position, as: Int32.self),
            bytes.loadUnaligned(fromByteOffset: position + 12, as: UInt32.self)
          )
        }
        let mask = buffer.withUnsafeBytes {
          $0.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self)
        }
        let start = position + 16
        let end = min(start + Int(length), count)
        let name = String(decoding: buffer[start..<end].prefix { $0 != 0 }, as: UTF8.self)
        // The folder itself is gone, or notices were lost: look for oneself.
        if mask & UInt32(IN_IGNORED | IN_Q_OVERFLOW) != 0 { isRelevant = true }
        if names[watch]?.contains(name) ?? false { isRelevant = true }
        position = end
      }
    }
    return isRelevant
  }

  /// The files that are not what they were when this was last asked, sorted.
  func changes() -> [String] {
    var changed: [String] = []
    for (path, before) in looks {
      let now = FolderWatch.look(at: path)
      guard now != before else { continue }
      looks[path] = .some(now)
      changed.append(path)
    }
    return changed.sorted()
  }

  private static func look(at path: String) -> Look? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Look(
      device: UInt64(status.st_dev), file: UInt64(status.st_ino), size: Int64(status.st_size),
      seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
  }
}
