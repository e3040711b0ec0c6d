// Where the running Lua code stands.
internal import CLuaShims

extension LuaState {
  /// The innermost line of Lua code that is running, "script.lua:12"; nil where there is none.
  public func currentLocation() -> String? {
    guard let stack else { return nil }
    var record = lua_Debug()
    var level: Int32 = 0
    while lua_getstack(stack.lua, level, &record) != 0 {
      // What "Sl" asks for takes no memory, so this cannot raise.
      lua_getinfo(stack.lua, "Sl", &record)
      if record.currentline > 0 {
        let source = withUnsafeBytes(of: record.short_src) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return "\(source):\(record.currentline)"
      }
      level += 1
    }
    return nil
  }
}
