// `%who`: the variables that the session has.

internal import LuaEmbedding
internal import Penumbra

enum WhoCommand {
  static let command = SessionCommand(
    name: "who", arguments: "", summary: "lists your variables, locals first",
    notes: "Lua's own globals, pn and help are left out."
  ) { session, argument, _ in
    guard argument.isEmpty else {
      throw SessionError(description: "%who: expected nothing, got '\(argument)'")
    }
    let rows = try session.interruptible { try variables(session) }
    var table = TextTable()
    for row in rows { table.add(row) }
    Console.write(rows.isEmpty ? "no variables yet\n" : table.text)
    return true
  }

  private static func variables(_ session: Session) throws -> [[String]] {
    let state = session.interpreter.runtime.state
    let printer = ValuePrinter(state, width: Console.width)
    let locals = session.evaluator.locals
    return try state.withFrame([.reference(state.globals())]) { frame in
      var rows: [[String]] = []
      for name in try locals.names() {
        _ = try locals.withValue(of: name, frame) { slot in
          rows.append([name, "local", try printer.brief(frame, slot)])
        }
      }
      var globals: [(name: String, text: String)] = []
      try frame.forEachField(ofTableAt: 1) { key, value in
        guard let name = frame.string(at: key), !SessionGlobals.standard.contains(name) else {
          return
        }
        globals.append((name, try printer.brief(frame, value)))
      }
      return rows + globals.sorted { $0.name < $1.name }.map { [$0.name, "global", $0.text] }
    }
  }
}
