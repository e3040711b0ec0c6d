// The results of one call from Lua. They wait outside Lua's stack until Swift has returned.
internal import CLuaShims

/// Results go to Lua in the order in which they are given, at most eight; a ninth makes the call
/// fail. An error thrown afterwards discards them.
extension LuaFrame {
  public func returnsNil() { luashim_return_nil(call) }
  public func returns(_ value: Bool) { luashim_return_boolean(call, value) }
  public func returns(_ value: Int) { luashim_return_integer(call, Int64(value)) }
  public func returns(_ value: Int64) { luashim_return_integer(call, value) }
  public func returns(_ value: Double) { luashim_return_number(call, value) }

  public func returns(_ value: String) {
    var value = value
    value.withUTF8 { returns(bytes: UnsafeRawBufferPointer($0)) }
  }

  public func returns(bytes: UnsafeRawBufferPointer) {
    bytes.withMemoryRebound(to: CChar.self) {
      luashim_return_string(call, $0.baseAddress, $0.count)
    }
  }

  /// An object: a new userdata, or with an identity map the one that stands for it already. The
  /// class must be registered in the state.
  @inlinable
  public func returns<Object>(_ object: Object, as luaClass: LuaClass<Object>) {
    returns(Unmanaged.passRetained(object).toOpaque(), luaClass.identity)
  }

  @usableFromInline
  func returns(_ owned: UnsafeMutableRawPointer, _ identity: UnsafeRawPointer) {
    let descriptor = identity.assumingMemoryBound(to: luashim_class.self)
    if !luashim_return_object(call, owned, descriptor) {
      Unmanaged<AnyObject>.fromOpaque(owned).release()
    }
  }

  /// A value of the stack, such as an argument.
  public func returns(argument index: Int) {
    _ = luashim_return_reference(call, luashim_kind(LUASHIM_INDEX), lua_absindex(lua, Int32(index)))
  }

  public func returns(_ reference: LuaReference) throws {
    guard reference.link === state.link else { throw LuaError.foreign }
    // Registered again: the Swift object may be gone before Lua takes the value.
    try stack.reserve(1)
    luashim_push_reference(lua, reference.index)
    try returnsTop()
  }

  public func returns(_ value: LuaValue) throws {
    switch value {
    case .nil: returnsNil()
    case .boolean(let value): returns(value)
    case .integer(let value): returns(value)
    case .number(let value): returns(value)
    case .string(let value): returns(value)
    case .bytes(let value): value.withUnsafeBytes { returns(bytes: $0) }
    case .object(let object, let luaClass):
      returns(Unmanaged.passRetained(object).toOpaque(), luaClass.identity)
    case .reference(let reference): try returns(reference)
    case .array, .table, .function: try returnsBuilt { try $0.push(value) }
    }
  }

  /// A new table with the integers as its array part.
  public func returns(integers: [Int64]) throws {
    try returnsBuilt { stack in
      try integers.withUnsafeBufferPointer {
        try stack.check(luashim_push_integers(lua, $0.baseAddress, $0.count))
      }
    }
  }

  /// A new table with the numbers as its array part.
  public func returns(numbers: [Double]) throws {
    try numbers.withUnsafeBufferPointer { try returns(numbers: $0) }
  }

  /// A new table with the numbers as its array part.
  public func returns(numbers: UnsafeBufferPointer<Double>) throws {
    try returnsBuilt { stack in
      try stack.check(luashim_push_numbers(lua, numbers.baseAddress, numbers.count))
    }
  }

  /// A new table with the strings as its array part.
  public func returns(strings: [String]) throws {
    try returns(.array(strings.map { .string($0) }))
  }

  /// A new table which the body fills.
  public func returnsTable(
    arrayCapacity: Int = 0, fieldCapacity: Int = 0, _ build: (LuaTableBuilder) throws -> Void
  ) throws {
    try returnsBuilt { stack in
      try stack.pushTable(arrayCapacity: arrayCapacity, fieldCapacity: fieldCapacity)
      try build(LuaTableBuilder(stack: stack, table: stack.top))
    }
  }

  // MARK: - Values built on the stack

  /// Returns what the body pushes. It stays on the stack above the arguments until the call is
  /// over; inside a scope, which clears the stack, the registry keeps it instead.
  private func returnsBuilt(_ push: (LuaStack) throws -> Void) throws {
    let stack = stack
    let top = stack.top
    try stack.reserve(margin + 8)
    if top < floor { stack.top = floor }
    do {
      try push(stack)
    } catch {
      stack.top = top
      throw error
    }
    if call.pointee.scopeDepth == 0 {
      _ = luashim_return_reference(call, luashim_kind(LUASHIM_INDEX), stack.top)
    } else {
      defer { stack.top = top }
      try returnsTop()
    }
  }

  /// Returns the value on top of the stack, popped, through the registry.
  private func returnsTop() throws {
    var reference: Int32 = 0
    try stack.check(luashim_reference(lua, &reference))
    if !luashim_return_reference(call, luashim_kind(LUASHIM_REFERENCE), reference) {
      luashim_unreference(context, reference)
    }
  }

  // MARK: - Errors

  /// Turns the results into the error that is raised once Swift has returned.
  func fail(_ error: any Error) {
    luashim_discard(call)
    let state = state
    call.pointee.ringSlot = state.ring.remember(error)
    if let error = error as? LuaError, let origin = error.origin, origin.link === state.link {
      // The ring keeps the error, the error its reference.
      _ = luashim_return_reference(call, luashim_kind(LUASHIM_BORROWED), origin.index)
      return
    }
    if let error = error as? LuaError {
      switch error.value {
      case .nil: return returnsNil()
      case .boolean(let value): return returns(value)
      case .integer(let value): return returns(value)
      case .number(let value): return returns(value)
      default: break
      }
    }
    returns(state.message(of: error))
  }
}
