/// Folders: making, listing, removing.

internal import Glibc
internal import PenumbraData
internal import PenumbraTensor

package enum Directory {
  /// The names in a folder, sorted; none where there is no folder.
  package static func names(_ path: String) -> [String] {
    guard Permissions.current.allows(path: path), let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var result: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { result.append(name) }
    }
    return result.sorted()
  }

  package static func exists(_ path: String) -> Bool {
    guard Permissions.current.allows(path: path) else { return false }
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes a folder and those around it; one that is there already is fine.
  package static func make(_ path: String, operation: String) throws {
    try Permissions.check(path: path, operation)
    if exists(path) { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try make(String(path[..<slash]), operation: operation)
    }
    guard mkdir(path, 0o777) == 0 || (errno == EEXIST && exists(path)) else {
      throw FileError.system(operation, path, errno)
    }
  }

  /// Makes one folder; false where the name is taken.
  package static func makeNew(_ path: String, operation: String) throws -> Bool {
    try Permissions.check(path: path, operation)
    if mkdir(path, 0o777) == 0 { return true }
    guard errno == EEXIST else { throw FileError.system(operation, path, errno) }
    return false
  }

  /// Removes a folder and what is in it, without following links.
  package static func remove(_ path: String) throws {
    try Permissions.check(path: path, "runs")
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError.system("runs", path, errno) }
    try removeContents(of: descriptor, path, depth: 0)
    guard rmdir(path) == 0 else { throw FileError.system("runs", path, errno) }
  }

  /// Takes the descriptor over.
  private static func removeContents(of descriptor: Int32, _ path: String, depth: Int) throws {
    guard let folder = fdopendir(descriptor) else {
      close(descriptor)
      throw FileError.system("runs", path, errno)
    }
    defer { closedir(folder) }
    guard depth < 64 else { throw FileError.make("runs", path, "folders nested deeper than 64") }
    while let entry = readdir(folder) {
      try withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        let name = bytes.bindMemory(to: CChar.self)
        guard let start = name.baseAddress else { return }
        let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        if text == "." || text == ".." { return }
        let inner = openat(descriptor, start, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        var flags: Int32 = 0
        if inner >= 0 {
          try removeContents(of: inner, "\(path)/\(text)", depth: depth + 1)
          flags = AT_REMOVEDIR
        }
        guard unlinkat(descriptor, start, flags) == 0 else {
          throw FileError.system("runs", "\(path)/\(text)", errno)
        }
      }
    }
  }
}
