/// Files of the folders that a sandboxed script may not open for what they are, and new ones.

internal import Glibc
internal import PenumbraTensor

/// Pipes and devices: opening one may wait for ever, where no interrupt reaches.
enum SpecialFile {
  /// What a path leads to, if it is neither a file nor a folder.
  static func kind(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG, S_IFDIR: return nil
    case S_IFIFO: return "a pipe"
    case S_IFSOCK: return "a socket"
    default: return "a device"
    }
  }
}

/// Names for temporary files, in the first folder that is open.
enum TemporaryName {
  static func make(_ permissions: Permissions) throws -> String {
    guard case .under(let folders) = permissions.files, let folder = folders.first else {
      throw Refusal(luaMessage: "os.tmpname: refused: no folder is open (\(permissions.owner))")
    }
    var name = Array("\(folder)/lua_XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else {
      throw Refusal(luaMessage: "unable to generate a unique filename")
    }
    Glibc.close(descriptor)
    return String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
