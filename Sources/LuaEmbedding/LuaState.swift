// The state: one Lua universe and everything that Swift keeps for it.
internal import CLuaShims

/// A Lua 5.4 universe.
///
/// One thread at a time uses a state and everything that came from it; only `interruptHandle` may
/// go to other threads. An error in Lua is thrown as `LuaError`, and no Lua error ever jumps over a
/// Swift frame.
public final class LuaState {
  public struct Options: Sendable {
    /// Bytes that Lua may use; nil for no limit.
    public var memoryLimit: Int?
    /// Whether binary chunks are refused on every path by which Lua loads code. Lua does not verify
    /// them: a crafted one crashes the process.
    public var refusesBytecode: Bool
    /// Whether warnings (`warn`, errors in finalizers) go to standard error.
    public var warnings: Bool

    public init(memoryLimit: Int? = nil, refusesBytecode: Bool = true, warnings: Bool = true) {
      self.memoryLimit = memoryLimit
      self.refusesBytecode = refusesBytecode
      self.warnings = warnings
    }
  }

  /// What the C side shares with us. Not to be used once `isOpen` is false.
  let context: UnsafeMutablePointer<luashim_context>
  let allocator: OpaquePointer?
  /// Asks the running call to stop; may be used from any thread.
  public let interruptHandle: InterruptHandle
  private(set) var isOpen = true
  private var closesAfterCall = false
  private(set) lazy var link = StateLink(self)
  var ring = ErrorRing()
  /// See `observingCalls`.
  var callObserver: (any LuaCallObserver)?
  /// Stands around all calls of this state.
  public var warden: (any LuaWarden)? { didSet { wardenDidChange() } }
  /// See `redirectOutput`.
  var output: ((LuaStream, UnsafeRawBufferPointer) -> Void)?
  /// Whether the host is being told what the script writes: it must not call Lua meanwhile.
  var isWriting = false
  var registered: [ObjectIdentifier: AnyLuaClass] = [:]
  /// The functions that live as long as the state.
  var functions: [FunctionBody] = []
  /// Whatever the host wants to find again from a frame.
  public var host: AnyObject?
  /// A table of this state whose keys become the objects that Lua gets from now on; nil for none.
  public var recorder: LuaReference? {
    didSet { if isOpen { context.pointee.recorder = recorder?.index ?? 0 } }
  }
  /// Called before a Swift function runs in another coroutine than the one before, and when a call
  /// of Lua from Swift returns into another one. `coroutine` tells which it is now.
  public var onCoroutineChange: ((LuaCoroutine) -> Void)?

  /// Opens a universe of its own, with Lua's standard libraries.
  public init(_ options: Options = Options()) throws(LuaError) {
    interruptHandle = try InterruptHandle()
    guard let allocator = luashim_allocator_new(interruptHandle.pointer) else { throw .memory }
    if let limit = options.memoryLimit {
      luashim_allocator_set_limit(allocator, Int64(max(limit, 1)))
    }
    guard let context = luashim_open(nil, luaCallbacks, interruptHandle.pointer, allocator) else {
      luashim_allocator_free(allocator)
      throw .memory
    }
    self.allocator = allocator
    self.context = context
    context.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
    let stack = LuaStack(lua: context.pointee.main, state: self)
    try stack.check(
      luashim_open_libraries(context, options.refusesBytecode, options.warnings))
    try registerInternalClasses()
  }

  /// Joins a universe that someone else opened. See `borrowing`.
  init(borrowingNew lua: OpaquePointer) throws(LuaError) {
    interruptHandle = try InterruptHandle()
    allocator = nil
    var created: UnsafeMutablePointer<luashim_context>?
    let placeholder = Unmanaged.passUnretained(interruptHandle).toOpaque()
    guard lua_checkstack(lua, 8) != 0 else { throw LuaError(message: "stack overflow") }
    let status = luashim_borrow(lua, placeholder, luaCallbacks, interruptHandle.pointer, &created)
    guard status == LUA_OK, let created else {
      luashim_set_top(lua, lua_gettop(lua) - 1)
      throw .memory
    }
    context = created
    context.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
    try using(lua) { () throws(LuaError) in try registerInternalClasses() }
  }

  /// Runs a body while a thread of a borrowed universe is the running one.
  func using<R>(_ lua: OpaquePointer, _ body: () throws(LuaError) -> R) throws(LuaError) -> R {
    let running = context.pointee.running
    context.pointee.running = lua
    defer { context.pointee.running = running }
    return try body()
  }

  deinit { closeNow() }

  private func registerInternalClasses() throws(LuaError) {
    do {
      try register(FunctionBody.luaClass)
    } catch {
      closeNow()
      throw error as? LuaError ?? LuaError(message: "\(error)")
    }
  }

  static func from(_ owner: UnsafeMutableRawPointer) -> LuaState {
    Unmanaged<LuaState>.fromOpaque(owner).takeUnretainedValue()
  }

  // MARK: - Closing

  /// Closes the universe: finalizers run, objects are released, references become empty. In the
  /// midst of a call this happens when the outermost call is back. Does nothing a second time, nor
  /// to a borrowed universe, which its owner closes.
  public func close() {
    guard isOpen, !context.pointee.isBorrowed else { return }
    if isBusy { closesAfterCall = true } else { closeNow() }
  }

  private var isBusy: Bool {
    isOpen && (context.pointee.depth > 0 || context.pointee.top.pointee.previous != nil)
  }

  private func closeNow() {
    guard isOpen, !context.pointee.isBorrowed else { return }
    isOpen = false
    luashim_close(context)
    luashim_allocator_free(allocator)
    forgetUniverse()
  }

  func closeIfAsked() {
    if closesAfterCall, !isBusy { closeNow() }
  }

  /// The owner of a borrowed universe closes it.
  func universeDidClose() {
    isOpen = false
    forgetUniverse()
    Unmanaged.passUnretained(self).release()
  }

  private func forgetUniverse() {
    link.state = nil
    ring = ErrorRing()
    registered = [:]
    functions = []
  }

  func unreference(_ index: Int32) {
    if isOpen { luashim_unreference(context, index) }
  }

  // MARK: - The stack

  /// The stack of the running coroutine; nil once the state is closed.
  var stack: LuaStack? {
    isOpen && !isWriting ? LuaStack(lua: context.pointee.running, state: self) : nil
  }

  func openStack() throws(LuaError) -> LuaStack {
    if let stack { return stack }
    throw isOpen ? LuaError(message: "the Lua state cannot be used while it writes") : .closed
  }
}
