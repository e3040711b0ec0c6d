// Joining a universe that a stock interpreter opened: for `require "penumbra"`.
internal import CLuaShims

extension LuaState {
  /// The state for a universe that someone else opened and closes; the same one each time.
  ///
  /// Globals and libraries stay as they are. The universe keeps the state alive and releases it
  /// when it closes, after every finalizer of an object made later.
  public static func borrowing(_ lua: OpaquePointer) throws(LuaError) -> LuaState {
    if let context = luashim_existing(lua), let owner = context.pointee.owner {
      return from(owner)
    }
    let state = try LuaState(borrowingNew: lua)
    _ = Unmanaged.passRetained(state)
    return state
  }

  /// The body of a `luaopen_` function: 1 with the module on the stack, or -1 with an error.
  public static func open(
    _ lua: OpaquePointer, _ body: (LuaState) throws -> LuaValue
  ) -> Int32 {
    guard lua_checkstack(lua, 16) != 0 else { return -1 }
    do {
      let state = try borrowing(lua)
      return try state.using(lua) { () throws(LuaError) in
        let stack = LuaStack(lua: lua, state: state)
        do {
          try stack.push(body(state))
          return 1
        } catch {
          try stack.pushMessage(of: error)
          return -1
        }
      }
    } catch {
      lua_pushnil(lua)  // nothing that could take memory
      return -1
    }
  }

  /// How an error reads in Lua.
  func message(of error: any Error) -> String {
    (error as? any LuaRaisable)?.luaMessage ?? "\(error)"
  }
}

extension LuaStack {
  fileprivate func pushMessage(of error: any Error) throws(LuaError) {
    do {
      try push(state.message(of: error))
    } catch {
      throw .memory
    }
  }
}
