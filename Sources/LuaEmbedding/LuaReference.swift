// References: Lua values that Swift keeps alive.
internal import CLuaShims

/// What references know of their state: nothing once it is closed.
final class StateLink {
  unowned(unsafe) var state: LuaState?

  init(_ state: LuaState) { self.state = state }
}

/// A Lua value (table, function, coroutine, userdata, string) kept alive from Swift.
///
/// It is released with the object, at the next safe point of its state. It does not keep the state
/// alive; after the state was closed every use throws.
///
/// A Swift object that Lua owns must not hold a reference to a Lua value which leads back to it:
/// Lua's collector does not see through Swift. Keep such values as the userdata's user values.
public final class LuaReference {
  let link: StateLink
  let index: Int32

  init(_ index: Int32, _ link: StateLink) {
    self.index = index
    self.link = link
  }

  deinit { link.state?.unreference(index) }

  /// The state of the value; throws after it was closed.
  public func state() throws(LuaError) -> LuaState {
    guard let state = link.state else { throw .closed }
    return state
  }

  /// The type of the value; `none` after the state was closed.
  public var type: LuaType {
    guard let stack = link.state?.stack, (try? stack.reserve(1)) != nil else { return .none }
    defer { stack.top -= 1 }
    luashim_push_reference(stack.lua, index)
    return stack.type(-1)
  }

  /// Calls the value.
  public func call(_ arguments: [LuaValue] = []) throws -> [LuaValue] {
    try state().call(self, arguments)
  }

  /// `value[key]`, with metamethods.
  public func get(_ key: String) throws -> LuaValue { try get(.string(key)) }

  /// `value[key]`, with metamethods.
  public func get(_ key: LuaValue) throws -> LuaValue {
    let stack = try state().openStack()
    return try stack.restoringTop {
      try stack.push(self)
      try stack.push(key)
      try stack.finishCall(stack.state.supervised { luashim_get(stack.context, stack.lua) })
      return try stack.value(-1)
    }
  }

  /// `value[key] = newValue`, with metamethods.
  public func set(_ key: String, to newValue: LuaValue) throws {
    try set(.string(key), to: newValue)
  }

  /// `value[key] = newValue`, with metamethods.
  public func set(_ key: LuaValue, to newValue: LuaValue) throws {
    let stack = try state().openStack()
    try stack.restoringTop {
      try stack.push(self)
      try stack.push(key)
      try stack.push(newValue)
      try stack.finishCall(stack.state.supervised { luashim_set(stack.context, stack.lua) })
    }
  }
}
