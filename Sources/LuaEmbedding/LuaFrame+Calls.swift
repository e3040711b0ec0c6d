// Calling Lua from a Swift function.
internal import CLuaShims

/// Where the arguments of a call are pushed, in order.
public struct LuaArguments {
  let stack: LuaStack

  public func pushNil() throws { try stack.push(.nil) }
  public func push(_ value: Bool) throws { try stack.push(.boolean(value)) }
  public func push(_ value: Int) throws { try stack.push(.integer(Int64(value))) }
  public func push(_ value: Int64) throws { try stack.push(.integer(value)) }
  public func push(_ value: Double) throws { try stack.push(.number(value)) }
  public func push(_ value: String) throws { try stack.push(value) }
  public func push(_ value: LuaReference) throws { try stack.push(value) }
  public func push(_ value: LuaValue) throws { try stack.push(value) }

  public func push<Object>(_ object: Object, as luaClass: LuaClass<Object>) throws {
    try stack.push(object, of: luaClass)
  }

  /// Pushes a value of the frame's stack.
  public func push(argument index: Int) throws {
    try stack.reserve(1)
    lua_pushvalue(stack.lua, Int32(index))
  }
}

extension LuaFrame {
  /// Calls the value at an index and returns all its results.
  public func call(at index: Int, _ arguments: [LuaValue] = []) throws -> [LuaValue] {
    try scope { stack in
      lua_pushvalue(lua, Int32(index))
      let first = stack.top
      try stack.reserve(Int32(clamping: arguments.count))
      for argument in arguments { try stack.push(argument) }
      try stack.call(
        argumentCount: Int32(clamping: arguments.count), resultCount: LUA_MULTRET)
      return try stack.values(from: first)
    }
  }

  /// Calls the value at an index; the body gets the stack index of the first result.
  ///
  /// Neither arguments nor results go through arrays: for functions that are called often.
  public func withCall<R>(
    at index: Int, resultCount: Int = 1, arguments: (LuaArguments) throws -> Void,
    _ body: (_ firstResult: Int) throws -> R
  ) throws -> R {
    try scope { stack in
      lua_pushvalue(lua, Int32(index))
      return try call(stack, resultCount, arguments, body)
    }
  }

  /// Calls a function; the body gets the stack index of the first result.
  public func withCall<R>(
    _ function: LuaReference, resultCount: Int = 1, arguments: (LuaArguments) throws -> Void,
    _ body: (_ firstResult: Int) throws -> R
  ) throws -> R {
    try scope { stack in
      try stack.push(function)
      return try call(stack, resultCount, arguments, body)
    }
  }

  private func call<R>(
    _ stack: LuaStack, _ resultCount: Int, _ arguments: (LuaArguments) throws -> Void,
    _ body: (Int) throws -> R
  ) throws -> R {
    let function = stack.top
    try arguments(LuaArguments(stack: stack))
    let results = Int32(clamping: resultCount)
    try stack.reserve(results)
    try stack.call(argumentCount: stack.top - function, resultCount: results)
    return try body(Int(function))
  }
}
