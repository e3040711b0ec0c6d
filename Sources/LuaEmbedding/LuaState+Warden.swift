// Who stands around the calls of a state: limits of time, the host's thread-bound settings.
internal import CLuaShims

/// Is told of each outermost call of a state, and runs each call from Lua into Swift.
public protocol LuaWarden: AnyObject {
  /// An outermost call from Swift into Lua begins: none is running.
  func callBegins()
  /// It is back. An interrupt that was raised before is still to be seen.
  func callEnds()
  /// Runs the body of a function that Lua called; also in finalizers, outside any call from Swift.
  func within(_ body: () -> Int32) -> Int32
}

extension LuaState {
  /// Runs a call into Lua; the warden is told if it is an outermost one.
  func supervised(_ call: () -> Int32) -> Int32 {
    guard context.pointee.depth == 0 else { return call() }
    defer { luashim_flush(context) }
    guard let warden else { return call() }
    warden.callBegins()
    defer { warden.callEnds() }
    return call()
  }

  /// How C enters Swift.
  var entry: @convention(c) (UnsafeMutablePointer<luashim_call>?, UnsafeMutableRawPointer?) -> Int32
  {
    warden == nil ? luaCallbacks.enter : wardedEntry
  }

  func wardenDidChange() {
    if isOpen, callObserver == nil { context.pointee.callbacks.enter = entry }
  }

  /// Lets each outermost call run so many instructions of Lua; nil for any number. Before any script.
  public func limitInstructions(to count: Int64?) {
    if isOpen { luashim_set_budget(context, count.map { max($0, 1) } ?? 0) }
  }
}

// The ordinary door need not ask for a warden.
private let wardedEntry:
  @convention(c) (UnsafeMutablePointer<luashim_call>?, UnsafeMutableRawPointer?) -> Int32 = {
    call, function in
    guard let call, let warden = LuaState.from(call.pointee.context.pointee.owner).warden else {
      return luaCallbacks.enter(call, function)
    }
    return warden.within { luaCallbacks.enter(call, function) }
  }
