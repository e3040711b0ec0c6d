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
  /// The Lua state, for calling functions and registering ones of the host.
  public let state: LuaState
  public let options: Options
  private let tenant: Tenant

  /// - Parameters:
  ///   - options: profile and limits.
  ///   - run: the run that scripts find as `pn.run`; by default none.
  /// - Throws: `LuaError` when memory is short; `TensorError` for a folder that does not exist.
  public init(_ options: Options = Options(), run: ScriptRun = ScriptRun()) throws {
    self.options = options
    let permissions = try Permissions(options)
    let lua =
      options.luaMemoryLimit
      ?? (options.profile.isTrusted ? nil : max(1 << 24, MemoryPool.limit / 4))
    state = try LuaState(LuaState.Options(memoryLimit: lua, warnings: options.warnings))
    tenant = Tenant(
      memory: MemoryAccount(limit: options.tensorMemoryLimit), permissions: permissions,
      threads: options.threads, changesProcess: options.profile.isTrusted,
      interrupt: state.interruptHandle.flag, reclaimer: LuaFace.reclaimer(of: state))
    try LuaFace.install(in: state, run: run)
    try prepareLibrary(permissions)
    state.limitInstructions(to: options.instructionLimit)
    state.warden = RuntimeWarden(
      tenant, state, seconds: options.timeLimit.map { $0 / .seconds(1) },
      instructions: options.instructionLimit)
  }

  /// Puts the host's output, clock and modules in place, and closes what the profile closes.
  private func prepareLibrary(_ permissions: Permissions) throws {
    if let output = options.output {
      try state.redirectOutput(output)
    } else if !options.profile.isTrusted {
      try state.redirectOutput(StandardStreams.write)
    }
    if let clock = options.clock { try HostClock.install(clock, in: state) }
    try Sandbox(
      state: state, profile: options.profile, permissions: permissions,
      hasClock: options.clock != nil
    ).close()
    if let modules = options.modules { try HostModules.install(modules, in: state) }
  }

  deinit { state.close() }

  /// Closes the state: finalizers run, objects are released. References to Lua's values are empty from
  /// then on, and every use of one, as of the runtime, throws; tensors that Swift holds stay as they are.
  /// In the midst of a call this happens when the outermost call is back.
  public func close() { state.close() }

  /// Bytes that the script's live tensors hold, and the most that they held.
  public var tensorMemory: (used: Int, peak: Int) { (tenant.memory.used, tenant.memory.peak) }

  /// Runs Lua source and returns its results.
  ///
  /// - Throws: `LuaError` with message, original value, traceback, file and line.
  @discardableResult
  public func run(
    _ source: String, name: String = "=(source)", arguments: [LuaValue] = []
  ) throws -> [LuaValue] {
    try state.run(source, name: name, arguments: arguments)
  }

  /// Runs a file of Lua source, with `arguments` as `...`.
  @discardableResult
  public func run(file path: String, arguments: [LuaValue] = []) throws -> [LuaValue] {
    try state.run(file: path, arguments: arguments)
  }

  /// Calls a Lua function that came out of this runtime.
  @discardableResult
  public func call(_ function: LuaReference, _ arguments: [LuaValue] = []) throws -> [LuaValue] {
    try state.call(function, arguments)
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
}
