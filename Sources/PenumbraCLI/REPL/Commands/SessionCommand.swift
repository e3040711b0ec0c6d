// The commands of the session: a line that begins with `%`, which no Lua does.

internal import LuaEmbedding

struct SessionError: Error, CustomStringConvertible {
  let description: String
}

struct SessionCommand: Sendable {
  typealias Action =
    @Sendable (
      _ session: Session, _ argument: String, _ position: SessionSource.Position
    ) throws -> Bool

  let name: String
  /// What stands behind the name: "FILE [ARGS]".
  let arguments: String
  /// One sentence without its point.
  let summary: String
  /// What else there is to know.
  var notes = ""
  /// False if the text needs more lines.
  let run: Action

  static let all: [SessionCommand] =
    [help] + TimingCommands.all + [WhoCommand.command, MemoryCommand.command] + FileCommands.all

  private static let help = SessionCommand(
    name: "help", arguments: "[NAME]", summary: "lists the commands, or says more about one"
  ) { _, argument, _ in
    Console.write(argument.isEmpty ? overview : try named(argument).details)
    return true
  }

  /// The command of that name, with or without its `%`.
  ///
  /// - Throws: `SessionError` with the nearest name that exists.
  static func named(_ name: String) throws -> SessionCommand {
    let name = name.hasPrefix("%") ? String(name.dropFirst()) : name
    if let command = all.first(where: { $0.name == name }) { return command }
    let hint =
      Spelling.nearest(to: name, in: all.map(\.name)).map { "; did you mean '%\($0)'?" }
      ?? "; %help lists the commands"
    throw SessionError(description: "unknown command '%\(name)'\(hint)")
  }

  private var usage: String { "%\(name)" + (arguments.isEmpty ? "" : " \(arguments)") }

  var details: String { "\(usage)\n\n\(summary).\n" + (notes.isEmpty ? "" : notes + "\n") }

  static var overview: String {
    var table = TextTable()
    for command in all { table.add(["  " + command.usage, command.summary]) }
    return """
      expression   shows its value, which is then the global _; a ; at its end mutes it
      local x = 1  lives on in the next inputs
      ?name        what name is: the reference, a function's parameters and place
      ??name       its source, too
      help(value)  the same of a value

      Commands:
      \(table.text)
      """
  }
}
