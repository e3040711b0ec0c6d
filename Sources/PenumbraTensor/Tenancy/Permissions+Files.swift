/// Whether a path leads to a file that a script may touch.

internal import Glibc

extension Permissions {
  /// Asks, on behalf of an operation, whether the running script may touch the file at a path. Links and
  /// `..` are resolved first; a file that is yet to be made is judged by its folder.
  ///
  /// - Throws: `TensorError` (file) when it may not.
  package static func check(path: String, _ operation: String) throws {
    guard let permissions = Tenant.current?.permissions else { return }
    try permissions.check(path: path, operation)
  }

  /// - Throws: `TensorError` (file) when these permissions do not reach the file at a path.
  public func check(path: String, _ operation: String) throws {
    guard !allows(path: path) else { return }
    throw TensorError(
      .file, operation, argument: "'\(path)'", "refused: \(boundary) (\(owner))")
  }

  /// Whether the file at a path may be touched.
  public func allows(path: String) -> Bool {
    switch files {
    case .everywhere: return true
    case .nowhere: return false
    case .under(let folders):
      guard !path.utf8.contains(0), let real = Permissions.destination(of: path) else {
        return false
      }
      return folders.contains { Permissions.contains($0, real) }
    }
  }

  /// Asks again when a file is open: whoever changed a link in between gains nothing.
  ///
  /// - Throws: `TensorError` (file) when the descriptor's file lies elsewhere.
  package static func check(descriptor: Int32, path: String, _ operation: String) throws {
    guard let permissions = Tenant.current?.permissions,
      case .under(let folders) = permissions.files
    else { return }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let length = readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count - 1)
    let real = String(
      decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard folders.contains(where: { contains($0, real) }) else {
      throw TensorError(
        .file, operation, argument: "'\(path)'",
        "refused: \(permissions.boundary) (\(permissions.owner))")
    }
  }

  private var boundary: String {
    if case .under = files {
      "the file lies outside the folders that are open to the script"
    } else {
      "files may not be touched"
    }
  }

  static func contains(_ folder: String, _ path: String) -> Bool {
    path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
  }

  /// Where opening a path would lead, without links; nil where that cannot be told. What does not exist
  /// yet may stand at the end, several folders deep.
  static func destination(of path: String) -> String? {
    if let real = resolved(path) { return real }
    guard errno == ENOENT else { return nil }
    // A link to a file that is missing would make it elsewhere.
    var status = stat()
    guard lstat(path, &status) != 0, errno == ENOENT else { return nil }
    var folder = path
    while folder.hasSuffix("/") { folder.removeLast() }
    let name: String
    if let slash = folder.lastIndex(of: "/") {
      name = String(folder[folder.index(after: slash)...])
      folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
    } else {
      name = folder
      folder = "."
    }
    guard !name.isEmpty, name != ".", name != "..", let parent = destination(of: folder) else {
      return nil
    }
    return parent.hasSuffix("/") ? parent + name : parent + "/" + name
  }

  /// The real path of a file that exists: absolute, without links.
  public static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
