// Registering classes: from the definition to a metatable.
internal import CLuaShims

extension LuaState {
  /// Makes classes known to this state, parents first. Registering again does nothing.
  public func register(_ classes: AnyLuaClass...) throws {
    for luaClass in classes { try register(luaClass) }
  }

  func register(_ luaClass: AnyLuaClass) throws {
    guard registered[ObjectIdentifier(luaClass)] == nil else { return }
    if let parent = luaClass.parent { try register(parent) }
    let stack = try openStack()
    try stack.restoringTop {
      try stack.reserve(8)
      try stack.pushTable()
      let metatable = stack.top
      try stack.pushTable()
      let methods = stack.top
      for ancestor in luaClass.lineage {
        try addParts(of: ancestor, named: luaClass.name, methods, metatable, stack)
      }
      try finish(luaClass, methods, metatable, stack)
    }
    registered[ObjectIdentifier(luaClass)] = luaClass
  }

  private func addParts(
    of luaClass: AnyLuaClass, named name: String, _ methods: Int32, _ metatable: Int32,
    _ stack: LuaStack
  ) throws {
    for (key, body) in luaClass.methods {
      try stack.setField(key, to: .function("\(name).\(key)", body), ofTableAt: methods)
    }
    if let key = luaClass.options.releaseMethod {
      try stack.push(key)
      try stack.check(luashim_push_release(stack.lua, context))
      try stack.check(luashim_raw_set(stack.lua, methods))
    }
    for (key, body) in luaClass.metamethods {
      try stack.push(key)
      try pushFunction("\(name).\(key)", body, on: stack, ignoresInterrupts: key == "__close")
      try stack.check(luashim_raw_set(stack.lua, metatable))
    }
  }

  private func finish(
    _ luaClass: AnyLuaClass, _ methods: Int32, _ metatable: Int32, _ stack: LuaStack
  ) throws {
    let named = Set(luaClass.lineage.flatMap { $0.metamethods.map(\.0) })
    let index = try addFunction(
      "\(luaClass.name).__index",
      luaClass.index ?? { frame in
        throw frame.unknownField(at: 2)
      })
    try stack.push("__index")
    try stack.check(luashim_push_index(stack.lua, context, methods, index))
    try stack.check(luashim_raw_set(stack.lua, metatable))
    let newIndex = luaClass.newIndex ?? { frame in throw frame.unassignableField(at: 2) }
    try stack.setField(
      "__newindex", to: .function("\(luaClass.name).__newindex", newIndex), ofTableAt: metatable)
    for key in ["__gc", "__close"] where key == "__gc" || !named.contains(key) {
      try stack.push(key)
      try stack.check(luashim_push_release(stack.lua, context))
      try stack.check(luashim_raw_set(stack.lua, metatable))
    }
    if !named.contains("__eq") {
      try stack.push("__eq")
      try stack.check(luashim_push_equal(stack.lua, context))
      try stack.check(luashim_raw_set(stack.lua, metatable))
    }
    try stack.setField("__name", to: .string(luaClass.name), ofTableAt: metatable)
    try stack.setField("__metatable", to: false, ofTableAt: metatable)
    lua_pushvalue(stack.lua, metatable)
    try stack.check(luashim_register_class(stack.lua, luaClass.descriptor))
  }
}
