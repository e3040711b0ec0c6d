// Filling a new table from Swift.
internal import CLuaShims

/// A table under construction, valid inside the body that gets it.
public struct LuaTableBuilder {
  let stack: LuaStack
  let table: Int32

  /// `table[key] = value`.
  public func set(_ key: String, _ value: LuaValue) throws {
    try stack.setField(key, to: value, ofTableAt: table)
  }

  public func set(_ key: String, _ value: Bool) throws { try set(key, .boolean(value)) }
  public func set(_ key: String, _ value: Int) throws { try set(key, .integer(Int64(value))) }
  public func set(_ key: String, _ value: Double) throws { try set(key, .number(value)) }
  public func set(_ key: String, _ value: String) throws { try set(key, .string(value)) }

  public func set<Object>(_ key: String, _ object: Object, as luaClass: LuaClass<Object>) throws {
    try set(key, .object(object, of: luaClass))
  }

  /// `table[#table + 1] = value`.
  public func append(_ value: LuaValue) throws {
    try stack.push(value)
    try finishAppending()
  }

  public func append(_ value: Bool) throws { try append(.boolean(value)) }
  public func append(_ value: Int) throws { try append(.integer(Int64(value))) }
  public func append(_ value: Double) throws { try append(.number(value)) }
  public func append(_ value: String) throws { try append(.string(value)) }

  public func append<Object>(_ object: Object, as luaClass: LuaClass<Object>) throws {
    try append(.object(object, of: luaClass))
  }

  /// `table[key] = {…}`.
  public func table(_ key: String, _ build: (LuaTableBuilder) throws -> Void) throws {
    try stack.push(key)
    try stack.pushTable()
    try build(LuaTableBuilder(stack: stack, table: stack.top))
    try stack.check(luashim_raw_set(stack.lua, table))
  }

  /// `table[#table + 1] = {…}`.
  public func table(_ build: (LuaTableBuilder) throws -> Void) throws {
    try stack.pushTable()
    try build(LuaTableBuilder(stack: stack, table: stack.top))
    try finishAppending()
  }

  /// `table[key] = function`, which lives as long as the state.
  public func function(_ key: String, _ body: @escaping LuaFunction) throws {
    try set(key, .function(key, body))
  }

  private func finishAppending() throws {
    try stack.check(
      luashim_raw_set_integer(stack.lua, table, Int64(lua_rawlen(stack.lua, table)) + 1))
  }
}
