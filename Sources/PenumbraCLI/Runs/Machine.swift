// Where a run takes place, for its record.

internal import Glibc
internal import PenumbraLua

enum Machine {
  static var host: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return text(buffer)
  }

  /// The working directory.
  static var folder: String {
    guard let path = getcwd(nil, 0) else { return "" }
    defer { free(path) }
    return String(cString: path)
  }

  /// A path from the root; without links where it exists.
  static func absolute(_ path: String) -> String {
    guard let real = realpath(path, nil) else {
      return path.hasPrefix("/") ? path : folder + "/" + path
    }
    defer { free(real) }
    return String(cString: real)
  }

  /// A path from the root; links stay what they are.
  static func lexical(_ path: String) -> String {
    var parts: [Substring] = []
    for part in (path.hasPrefix("/") ? path : folder + "/" + path).split(separator: "/") {
      switch part {
      case ".": continue
      case "..": _ = parts.popLast()
      default: parts.append(part)
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  static var versions: [(name: String, value: String)] {
    var system = utsname()
    let kernel =
      uname(&system) == 0
      ? withUnsafeBytes(of: system.release) { bytes in
        "Linux " + String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      } : ""
    return [
      ("penumbra", penumbraVersion), ("lua", Version.lua), ("system", kernel),
      ("cpu", Processor.model), ("instruction_set", Processor.instructionSet),
    ]
  }

  private static func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
