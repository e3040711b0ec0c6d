/// Penumbra inside a Swift program: runs scripts, hands values in and out.

public import LuaEmbedding
public import PenumbraLua
internal import PenumbraTensor

/// One Lua universe in which `require "penumbra"` works.
///
/// A runtime belongs to one thread at a time; `interrupt` may be called from any.
///
/// ```swift
/// let runtime = try Runtime()
/// let results = try runtime.run("local pn = require 'penumbra' return pn.ones(3):sum():item()")
/// ```
public final class Runtime {
  public struct Options: Sendable {
    /// Bytes that Lua's own objects may use; nil for no limit. Tensors have `MemoryPool.limit`.
    public var luaMemoryLimit: Int?
    /// Whether `warn` and errors in finalizers reach standard error.
    public var warnings = true

    public init(luaMemoryLimit: Int? = nil, warnings: Bool = true) {
      self.luaMemoryLimit = luaMemoryLimit
      self.warnings = warnings
    }
  }

  /// The Lua state, for calling functions and registering ones of the host.
  public let state: LuaState
  /// Lua's collector, for when tensor memory runs short.
  private let reclaimer: Reclaimer

  /// - Parameter run: the run that scripts find as `pn.run`; by default none.
  /// - Throws: `LuaError` when memory is short.
  public init(_ options: Options = Options(), run: ScriptRun = ScriptRun()) throws {
    state = try LuaState(
      LuaState.Options(memoryLimit: options.luaMemoryLimit, warnings: options.warnings))
    reclaimer = LuaFace.reclaimer(of: state)
    try LuaFace.install(in: state, run: run)
  }

  deinit { state.close() }

  /// Runs Lua source and returns its results.
  ///
  /// - Throws: `LuaError` with message, original value, traceback, file and line.
  @discardableResult
  public func run(
    _ source: String, name: String = "=(source)", arguments: [LuaValue] = []
  ) throws -> [LuaValue] {
    try running { try state.run(source, name: name, arguments: arguments) }
  }

  /// Runs a file of Lua source, with `arguments` as `...`.
  @discardableResult
  public func run(file path: String, arguments: [LuaValue] = []) throws -> [LuaValue] {
    try running { try state.run(file: path, arguments: arguments) }
  }

  /// Calls a Lua function that came out of this runtime.
  @discardableResult
  public func call(_ function: LuaReference, _ arguments: [LuaValue] = []) throws -> [LuaValue] {
    try running { try state.call(function, arguments) }
  }

  /// Sets the global `arg`, as the stock interpreter does: the script at 0, its arguments from 1, the
  /// words before it at negative indices.
  public func setArguments(_ words: [String], scriptAt script: Int) throws {
    let table = try state.makeTable(.table([]))
    for (position, word) in words.enumerated() {
      try table.set(.integer(Int64(position - script)), to: .string(word))
    }
    try state.setGlobal("arg", to: .reference(table))
  }

  /// Stops the running call, also inside `pcall`, coroutines and long tensor operations; it throws a
  /// `LuaError` whose `isInterrupt` is true. From any thread.
  public var interruptHandle: InterruptHandle { state.interruptHandle }

  /// Runs `body` with the thread's tensor operations listening to this runtime's interrupts, and with
  /// its collector asked when their memory runs short.
  private func running<Result>(_ body: () throws -> Result) rethrows -> Result {
    let handle = state.interruptHandle
    let before = Interruption.watch(handle.flag)
    let reclaimer = Reclaimer.current
    Reclaimer.current = self.reclaimer
    defer {
      Interruption.watch(before)
      Reclaimer.current = reclaimer
    }
    return try withExtendedLifetime(handle) { try body() }
  }
}
