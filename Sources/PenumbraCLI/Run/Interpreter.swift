// Runs chunks as the stock interpreter does: text, files, standard input, libraries.

internal import LuaEmbedding
internal import Penumbra
internal import PenumbraLua

/// One runtime and the library functions that load into it.
///
/// Lua's own `load` and `loadfile` do the loading, kept from before any script could replace them:
/// names and texts go through as bytes, and messages are the stock ones.
final class Interpreter {
  let runtime: Runtime
  private let load: LuaReference
  private let loadfile: LuaReference
  private let warn: LuaReference

  init(
    ignoresEnvironment: Bool, run: ScriptRun = ScriptRun(), luaMemoryLimit: Int? = nil,
    profile: Runtime.Profile = .trusted
  ) throws {
    let options = Runtime.Options(
      profile: profile, luaMemoryLimit: luaMemoryLimit, warnings: false)
    runtime =
      try ignoresEnvironment
      ? LuaSearchPaths.hidden { try Runtime(options, run: run) } : Runtime(options, run: run)
    let state = runtime.state
    load = try Self.function("load", state)
    loadfile = try Self.function("loadfile", state)
    warn = try Self.function("warn", state)
  }

  private static func function(_ name: String, _ state: LuaState) throws -> LuaReference {
    guard let function = try state.global(name).reference else {
      throw LuaError(message: "the library function '\(name)' is missing")
    }
    return function
  }

  // MARK: - Loading

  /// Compiles text. The name is Lua's chunk name: `=(command line)`.
  ///
  /// - Throws: `LuaError` without a traceback for what does not compile.
  func compile(_ text: LuaValue, name: String) throws -> LuaReference {
    try loaded(runtime.call(load, [text, .string(name), "t"]))
  }

  /// Compiles a file, or standard input for nil.
  func compile(file: LuaValue) throws -> LuaReference {
    try loaded(runtime.call(loadfile, [file, "t"]))
  }

  private func loaded(_ results: [LuaValue]) throws -> LuaReference {
    if let chunk = results.first?.reference { return chunk }
    throw LuaError(message: results.dropFirst().first?.string ?? "the chunk could not be loaded")
  }

  // MARK: - Running

  func run(_ text: LuaValue, name: String) throws {
    try runtime.call(compile(text, name: name))
  }

  func run(file: LuaValue, arguments: [LuaValue] = []) throws {
    try runtime.call(compile(file: file), arguments)
  }

  /// `global = require(module)`, with whatever `require` is now.
  func require(_ module: LuaValue, as global: LuaValue) throws {
    let globals = try runtime.state.globals()
    guard let require = try globals.get("require").reference else {
      throw LuaError(message: "attempt to call a non-function value (global 'require')")
    }
    let results = try runtime.call(require, [module])
    try globals.set(global, to: results.first ?? .nil)
  }

  /// Runs `LUA_INIT_5_4`, else `LUA_INIT`: a chunk, or `@` and a file.
  func runInitialization() throws {
    for name in ["LUA_INIT_5_4", "LUA_INIT"] {
      guard let text = Console.environmentBytes(name) else { continue }
      let chunk = Word(text)
      if chunk.bytes.first == UInt8(ascii: "@") {
        try run(file: chunk.dropFirst(1).luaValue)
      } else {
        try run(chunk.luaValue, name: "=" + name)
      }
      return
    }
  }

  func turnWarningsOn() throws { try runtime.call(warn, ["@on"]) }

  /// The script's `...`: `arg[1]`, `arg[2]`, ... as they are now.
  func scriptArguments() throws -> [LuaValue] {
    guard let table = try runtime.state.global("arg").reference, table.type == .table else {
      throw LuaError(message: "'arg' is not a table")
    }
    return try runtime.state.withFrame([.reference(table)]) { frame in
      var values: [LuaValue] = []
      try frame.forEachElement(ofTableAt: 1) { _, slot in values.append(try frame.value(at: slot)) }
      return values
    }
  }

  /// Sets `arg`: the script at 0, its arguments from 1, what stands before it at negative indices.
  func setArguments(_ words: [Word], scriptAt script: Int) throws {
    let table = try runtime.state.makeTable(.table([]))
    for (position, word) in words.enumerated() {
      try table.set(.integer(Int64(position - script)), to: word.luaValue)
    }
    try runtime.state.setGlobal("arg", to: .reference(table))
  }

  // MARK: - Interrupts

  /// Runs a body which Ctrl-C stops with a `LuaError` that `isInterrupt`.
  func interruptible<Result>(_ body: () throws -> Result) throws -> Result {
    let signal = SignalInterrupt.install(for: runtime.state)
    let result = Swift.Result { try body() }
    signal.restore()
    runtime.state.clearInterrupt()
    return try result.get()
  }
}
