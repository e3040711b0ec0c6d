// Tables among the arguments, read raw: no metamethod runs.
internal import CLuaShims

extension LuaFrame {
  /// Runs a body which leaves values on the stack, and takes them away.
  ///
  /// Up to 16 nils go between the arguments and those values, so that the index of an argument
  /// which was not passed never meets one of them.
  func scope<R>(_ body: (LuaStack) throws -> R) throws -> R {
    let stack = stack
    let top = stack.top
    try stack.reserve(margin + 8)
    if top < floor { stack.top = floor }
    call.pointee.scopeDepth += 1
    defer {
      call.pointee.scopeDepth -= 1
      stack.top = top
    }
    return try body(stack)
  }

  var margin: Int32 { 16 }
  var floor: Int32 { count + margin }

  private func requireTable(_ table: Int) throws {
    guard lua_type(lua, Int32(table)) == LUA_TTABLE else {
      throw LuaTypeError(argument: table, expected: "table", actual: describe(at: table))
    }
  }

  /// The length of a table (or the bytes of a string), without `__len`.
  public func rawLength(at index: Int) -> Int { Int(lua_rawlen(lua, Int32(index))) }

  /// Runs a body with the stack index of `table[position]`.
  public func withElement<R>(
    _ position: Int, ofTableAt table: Int, _ body: (Int) throws -> R
  ) throws -> R {
    try requireTable(table)
    return try scope { stack in
      lua_rawgeti(lua, Int32(table), Int64(position))
      return try body(Int(stack.top))
    }
  }

  /// Runs a body for each of `table[1]`…`table[#table]` with its position and stack index.
  public func forEachElement(
    ofTableAt table: Int, _ body: (_ position: Int, _ index: Int) throws -> Void
  ) throws {
    try requireTable(table)
    try scope { stack in
      let top = stack.top
      let length = rawLength(at: table)
      guard length > 0 else { return }
      for position in 1...length {
        lua_rawgeti(lua, Int32(table), Int64(position))
        try body(position, Int(top + 1))
        stack.top = top
      }
    }
  }

  /// Runs a body with the stack index of `table[key]`. No string is made.
  public func withField<R>(
    _ key: LuaKey, ofTableAt table: Int, _ body: (Int) throws -> R
  ) throws -> R {
    try requireTable(table)
    return try scope { stack in
      try stack.push(key)
      lua_rawget(lua, Int32(table))
      return try body(Int(stack.top))
    }
  }

  /// Runs a body with the stack index of `table[key]`.
  public func withField<R>(
    _ key: String, ofTableAt table: Int, _ body: (Int) throws -> R
  ) throws -> R {
    try requireTable(table)
    return try scope { stack in
      try stack.push(key)
      lua_rawget(lua, Int32(table))
      return try body(Int(stack.top))
    }
  }

  /// Runs a body for each pair, in Lua's order, with the stack indices of key and value.
  public func forEachField(
    ofTableAt table: Int, _ body: (_ key: Int, _ value: Int) throws -> Void
  ) throws {
    try requireTable(table)
    try scope { stack in
      let top = stack.top
      lua_pushnil(lua)
      while true {
        var more = false
        try stack.check(luashim_next(lua, Int32(table), &more))
        guard more else { return }
        lua_pushvalue(lua, top + 1)  // the body may not change the key that goes on
        try body(Int(top + 3), Int(top + 2))
        stack.top = top + 1
      }
    }
  }

  /// All of `table[1]`…`table[#table]` as integers; nil if something else is among them.
  public func integers(inTableAt table: Int) -> [Int64]? {
    elements(table) { integer(at: $0) }
  }

  /// All of `table[1]`…`table[#table]` as numbers; nil if something else is among them.
  public func numbers(inTableAt table: Int) -> [Double]? {
    elements(table) { number(at: $0) }
  }

  private func elements<Element>(_ table: Int, _ read: (Int) -> Element?) -> [Element]? {
    guard lua_type(lua, Int32(table)) == LUA_TTABLE else { return nil }
    let length = rawLength(at: table)
    guard lua_checkstack(lua, 1) != 0 else { return nil }
    var result: [Element] = []
    result.reserveCapacity(length)
    for position in stride(from: 1, through: length, by: 1) {
      lua_rawgeti(lua, Int32(table), Int64(position))
      let element = read(-1)
      luashim_set_top(lua, -2)
      guard let element else { return nil }
      result.append(element)
    }
    return result
  }
}
