// Who stands around the calls of a state: limits of time, the host's thread-bound settings.
internal import CLuaShims

/// Runs each call of a state.
public protocol LuaWarden: AnyObject {
  /// Runs a call from Swift into Lua.
  ///
  /// - Parameter isOutermost: whether no other call of the state is running.
  func supervise(isOutermost: Bool, _ call: () -> Int32) -> Int32
  /// Runs the body of a Swift function that Lua called outside any such call: in a finalizer, when the
  /// collector ran for the host.
  func within(_ body: () -> Int32) -> Int32
}

extension LuaState {
  /// Runs a call into Lua as the warden wishes.
  func supervised(_ call: () -> Int32) -> Int32 {
    let isOutermost = context.pointee.depth == 0
    defer { if isOutermost { luashim_flush(context) } }
    return warden?.supervise(isOutermost: isOutermost, call) ?? call()
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

// The ordinary door need not ask for a warden; neither need a function that a supervised call has called.
private let wardedEntry:
  @convention(c) (UnsafeMutablePointer<luashim_call>?, UnsafeMutableRawPointer?) -> Int32 = {
    call, function in
    guard let call, call.pointee.context.pointee.depth == 0,
      let warden = LuaState.from(call.pointee.context.pointee.owner).warden
    else {
      return luaCallbacks.enter(call, function)
    }
    return warden.within { luaCallbacks.enter(call, function) }
  }
