// `%run`, `%load` and `%save`: the session and files.

internal import Glibc
internal import LuaEmbedding
internal import Penumbra

enum FileCommands {
  static let all = [run, load, save]

  private static let run = SessionCommand(
    name: "run", arguments: "FILE [ARGS]",
    summary: "runs a script as penumbra does; its globals stay, its locals do not",
    notes: "The script finds its arguments in ... and arg. Words in quotes may have spaces."
  ) { session, argument, _ in
    let words = try words(argument, "%run")
    let chunk = try session.interpreter.compile(file: .string(words[0]))
    let state = session.interpreter.runtime.state
    let before = try state.global("arg")
    defer { try? state.setGlobal("arg", to: before) }
    try session.interpreter.runtime.setArguments(words, scriptAt: 0)
    try session.interruptible {
      _ = try session.interpreter.runtime.call(
        chunk, words.dropFirst().map { LuaValue.string($0) })
    }
    return true
  }

  private static let load = SessionCommand(
    name: "load", arguments: "FILE", summary: "runs a file as if it had been typed: its locals stay"
  ) { session, argument, _ in
    let path = try oneFile(argument, "%load")
    let chunk = try session.evaluator.compile(file: TextFile.read(path), path: path)
    try session.evaluate(chunk)
    return true
  }

  private static let save = SessionCommand(
    name: "save", arguments: "[-f] FILE",
    summary: "writes what you entered as a script; -f replaces a file",
    notes:
      "Inputs that failed, commands and questions are left out; values that were shown are printed."
  ) { session, argument, _ in
    let replaces = argument.hasPrefix("-f ")
    let path = try oneFile(replaces ? String(argument.dropFirst(3)) : argument, "%save")
    if !replaces, access(path, F_OK) == 0 {
      throw SessionError(description: "%save: \(path) exists; %save -f \(path) replaces it")
    }
    let script = "local pn = require \"penumbra\"\n\n" + session.journal.script
    // Together inputs may be more than a script can hold: 200 locals, a label twice.
    do {
      _ = try session.interpreter.compile(.string(script), name: "@" + path)
    } catch {
      Console.writeError("note: as one script it does not compile: \(error)\n")
    }
    try FileWriter.write(script, to: path)
    let count = session.journal.entries.count
    Console.write("\(count) \(count == 1 ? "input" : "inputs") written to \(path)\n")
    return true
  }

  private static func oneFile(_ argument: String, _ command: String) throws -> String {
    let words = try words(argument, command)
    guard words.count == 1 else {
      throw SessionError(
        description: "\(command): expected one file, got \(words.count) words; a name with spaces "
          + "needs quotes")
    }
    return words[0]
  }

  /// Split at spaces outside of quotes; at least one.
  private static func words(_ argument: String, _ command: String) throws -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in argument {
      if let open = quote {
        if character == open { quote = nil } else { word?.append(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let quote { throw SessionError(description: "\(command): \(quote) without its end") }
    if let word { words.append(word) }
    guard let first = words.first, !first.isEmpty else {
      throw SessionError(description: "\(command): expected a file")
    }
    return words
  }
}
