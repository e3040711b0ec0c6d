/// Copies of what ran: the script and the modules that it loaded.

internal import PenumbraData
internal import PenumbraTensor

/// Fills the folder `source` of a run.
final class SourceCopies {
  private let folder: String
  private var names: Set<String> = []
  /// A bound on what a script can make us write.
  private static let fileLimit = 1 << 24
  private static let countLimit = 4096

  init(_ folder: String) throws {
    self.folder = folder
    try Directory.make(folder, operation: "run")
  }

  /// Copies a file under a name; files that are too large or cannot be read are left out, and a name
  /// that is taken stays with its first file.
  func add(_ path: String, as name: String) throws {
    let plain = SourceCopies.plain(name)
    guard names.count < SourceCopies.countLimit, names.insert(plain).inserted,
      let bytes = SmallFile.bytes(path, limit: SourceCopies.fileLimit)
    else { return }
    try AtomicFile.write(bytes, to: "\(folder)/\(plain)", operation: "run")
  }

  /// Copies the file of a module: `a.b` becomes `modules.a.b.lua`.
  func add(module: String, at path: String) throws {
    let end = path.hasSuffix(".lua") ? ".lua" : ""
    try add(path, as: "modules.\(module)\(end)")
  }

  /// A name without folders.
  private static func plain(_ name: String) -> String {
    let last = name.split(separator: "/").joined(separator: ".")
    let slug = String(
      String.UnicodeScalarView(
        last.unicodeScalars.prefix(128).map {
          $0.value < 0x20 || $0.value == 0x7F ? "-" : $0
        }))
    return slug.isEmpty || slug == "." || slug == ".." ? "source" : slug
  }
}
