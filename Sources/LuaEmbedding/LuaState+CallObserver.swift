// Watching the calls from Lua into Swift, for profilers. Without an observer this costs nothing.
internal import CLuaShims

/// Is told of each call from Lua into Swift, before and after it. Calls nest.
public protocol LuaCallObserver: AnyObject {
  /// - Parameter function: its name as it was given to Lua: "pn.exp", "Tensor.__add".
  func callBegins(_ function: String, _ frame: LuaFrame)
  func callEnds()
}

extension LuaState {
  /// Runs a body; until it returns or throws, each call from Lua into Swift is told to the observer.
  public func observingCalls<R>(
    _ observer: any LuaCallObserver, _ body: () throws -> R
  ) throws -> R {
    guard isOpen else { throw LuaError.closed }
    let before = (callObserver, context.pointee.callbacks.enter)
    // C enters Swift by another door meanwhile, so that the ordinary one need not ask.
    callObserver = observer
    context.pointee.callbacks.enter = observedEntry
    defer {
      callObserver = before.0
      if isOpen { context.pointee.callbacks.enter = before.1 }
    }
    return try body()
  }
}

private let observedEntry:
  @convention(c) (UnsafeMutablePointer<luashim_call>?, UnsafeMutableRawPointer?) -> Int32 = {
    call, function in
    guard let call, let function else { return 0 }
    let state = LuaState.from(call.pointee.context.pointee.owner)
    guard let observer = state.callObserver else { return state.entry(call, function) }
    let body = Unmanaged<FunctionBody>.fromOpaque(function).takeUnretainedValue()
    observer.callBegins(body.name, LuaFrame(call))
    defer { observer.callEnds() }
    return state.entry(call, function)
  }
