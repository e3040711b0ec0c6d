// `penumbra doc`: the reference of the Lua libraries, from their table of exports.

internal import Glibc
internal import LuaEmbedding
internal import Penumbra
internal import PenumbraLua

struct DocCommand {
  private enum Task {
    case show(String)
    case write(directory: String)
    case writeStubs(directory: String)
  }

  private let task: Task

  /// - Throws: `UsageError`.
  init(_ words: [String]) throws(UsageError) {
    switch (words.first, words.count) {
    case ("--markdown", 2): task = .write(directory: words[1])
    case ("--markdown", _): throw UsageError(message: "doc: '--markdown' needs one directory")
    case ("--stubs", 2): task = .writeStubs(directory: words[1])
    case ("--stubs", _): throw UsageError(message: "doc: '--stubs' needs one directory")
    case (let name?, 1) where !name.hasPrefix("-"): task = .show(name)
    default:
      throw UsageError(
        message: "doc: expected a name, or '--markdown' or '--stubs' and a directory")
    }
  }

  func run() -> Int32 {
    do {
      switch task {
      case .show(let name): Console.write(try help(name))
      case .write(let directory): try writePages(into: directory)
      case .writeStubs(let directory): try writeStubs(into: directory)
      }
      return ExitCode.success
    } catch {
      Console.writeError("penumbra: \(message(of: error))\n")
      return ExitCode.scriptError
    }
  }

  /// Without the position in the line of Lua that asked.
  private func message(of error: any Error) -> String {
    guard let error = error as? LuaError else { return "\(error)" }
    return (error.underlying as? any LuaRaisable)?.luaMessage ?? error.message
  }

  /// What `pn.help` says: of a function, or of a library as a whole.
  private func help(_ name: String) throws -> String {
    if let (entry, library) = LuaFace.find(name) { return HelpText.entry(entry, in: library) }
    let runtime = try Runtime()
    let results = try runtime.run(
      "return require('penumbra').help(...)", name: "=doc", arguments: [.string(name)])
    return results.first?.string ?? ""
  }

  private func writePages(into directory: String) throws {
    let pages = ReferencePages(libraries: LuaFace.libraries)
    try makeFolder(directory)
    for page in pages.all { try FileWriter.write(page.text, to: "\(directory)/\(page.fileName)") }
  }

  private func writeStubs(into directory: String) throws {
    try makeFolder(directory)
    try makeFolder("\(directory)/penumbra")
    for file in LuaStubs.files { try FileWriter.write(file.text, to: "\(directory)/\(file.path)") }
  }

  private func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw FileError(path: path, code: errno)
    }
  }
}
