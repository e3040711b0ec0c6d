// The globals that only the interactive mode has: `pn` and `help`.

internal import LuaEmbedding
internal import Penumbra

enum SessionGlobals {
  /// Sets them, unless a script that ran before has its own.
  static func install(in session: Session) throws {
    let state = session.interpreter.runtime.state
    let globals = try state.globals()
    if try isMissing("pn", globals) { try globals.set("pn", to: state.require("penumbra")) }
    guard try isMissing("help", globals) else { return }
    let help = try state.makeFunction("help") { [weak session] frame in
      // A finalizer may ask when the session is over.
      guard let session else { return }
      let answer = HelpAnswer(session)
      Console.write(
        try frame.argumentCount == 0
          ? answer.text(on: "pn", withSource: false) : answer.text(onArgumentOf: frame))
    }
    try globals.set("help", to: .reference(help))
  }

  private static func isMissing(_ name: String, _ globals: LuaReference) throws -> Bool {
    try globals.get(name).isNil
  }

  /// The names of Lua's own globals and of ours.
  static let standard: Set<String> = [
    "_G", "_VERSION", "assert", "collectgarbage", "coroutine", "debug", "dofile", "error",
    "getmetatable", "io", "ipairs", "load", "loadfile", "math", "next", "os", "package", "pairs",
    "pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "require", "select", "setmetatable",
    "string", "table", "tonumber", "tostring", "type", "utf8", "warn", "xpcall", "arg", "pn",
    "help", "_",
  ]
}
