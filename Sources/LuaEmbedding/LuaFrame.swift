// The frame of one call from Lua: its arguments.
internal import CLuaShims

/// One call from Lua into Swift: arguments, calls back, results.
///
/// Arguments have the indices 1...argumentCount; an index beyond reads as `none`. Bodies of scoped
/// functions get further indices, valid inside them only. A frame is valid during its call: it must
/// not be stored.
public struct LuaFrame {
  let call: UnsafeMutablePointer<luashim_call>
  let lua: OpaquePointer
  let count: Int32

  init(_ call: UnsafeMutablePointer<luashim_call>) {
    self.call = call
    lua = call.pointee.L
    count = call.pointee.argumentCount
  }

  var context: UnsafeMutablePointer<luashim_context> { call.pointee.context }

  var stack: LuaStack { LuaStack(lua: lua, state: state) }

  public var state: LuaState { LuaState.from(call.pointee.context.pointee.owner) }

  /// The coroutine that calls.
  public var coroutine: LuaCoroutine { LuaCoroutine(id: context.pointee.coroutine) }

  public var argumentCount: Int { Int(count) }

  // MARK: - Types

  public func type(at index: Int) -> LuaType {
    let type = LuaType(rawValue: lua_type(lua, Int32(index))) ?? .none
    // Above the arguments there may be a margin of nils, see `scope`.
    return type == .nil && index > Int(count) && index <= Int(floor) ? .none : type
  }

  public func isNoneOrNil(at index: Int) -> Bool { lua_type(lua, Int32(index)) <= LUA_TNIL }

  /// Whether the value is a number of subtype integer.
  public func isInteger(at index: Int) -> Bool { lua_isinteger(lua, Int32(index)) != 0 }

  // MARK: - Scalars

  /// An integer, or a float with an exact integer value; nil for anything else, strings included.
  public func integer(at index: Int) -> Int64? {
    guard lua_type(lua, Int32(index)) == LUA_TNUMBER else { return nil }
    var isInteger: Int32 = 0
    let value = lua_tointegerx(lua, Int32(index), &isInteger)
    return isInteger != 0 ? value : nil
  }

  /// A number; nil for anything else, strings included.
  public func number(at index: Int) -> Double? {
    guard lua_type(lua, Int32(index)) == LUA_TNUMBER else { return nil }
    return lua_tonumberx(lua, Int32(index), nil)
  }

  public func boolean(at index: Int) -> Bool? {
    guard lua_type(lua, Int32(index)) == LUA_TBOOLEAN else { return nil }
    return lua_toboolean(lua, Int32(index)) != 0
  }

  /// What Lua takes for true: all but nil, false and none.
  public func truth(at index: Int) -> Bool { lua_toboolean(lua, Int32(index)) != 0 }

  /// A copy of a string, invalid UTF-8 repaired; nil for anything else, numbers included.
  public func string(at index: Int) -> String? { stack.string(Int32(index)) }

  /// The bytes of a string, without a copy.
  public func withStringBytes<R>(
    at index: Int, _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R? {
    guard let bytes = stack.bytes(Int32(index)) else { return nil }
    return try body(bytes)
  }

  // MARK: - Any value

  /// The value; tables, functions and foreign userdata become references.
  public func value(at index: Int) throws -> LuaValue { try stack.value(Int32(index)) }

  /// Keeps the value alive beyond the call.
  public func reference(at index: Int) throws -> LuaReference {
    try stack.reference(Int32(index))
  }

  /// The value for an error message: `string 'abc'`, `number 3.5`, `table`, `Tensor`, `no value`.
  public func describe(at index: Int) -> String {
    let type = type(at: index)
    switch type {
    case .boolean: return "boolean \(truth(at: index))"
    case .number:
      if isInteger(at: index) { return "number \(lua_tointegerx(lua, Int32(index), nil))" }
      return "number \(lua_tonumberx(lua, Int32(index), nil))"
    case .string:
      let text = string(at: index) ?? ""
      return text.count <= 40 ? "string '\(text)'" : "string '\(text.prefix(37))...'"
    case .userdata:
      guard let luaClass = luaClass(at: index) else { return foreignName(at: index) }
      return isReleased(at: index) ? "released \(luaClass.name)" : luaClass.name
    default: return type.name
    }
  }

  private func foreignName(at index: Int) -> String {
    let top = stack.top
    defer { stack.top = top }
    guard lua_checkstack(lua, 8) != 0, lua_getmetatable(lua, Int32(index)) != 0,
      (try? stack.push(LuaKey.typeName)) != nil
    else { return "userdata" }
    lua_rawget(lua, -2)
    return stack.string(-1) ?? "userdata"
  }
}
