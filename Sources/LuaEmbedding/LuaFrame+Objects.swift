// Objects among the arguments.
internal import CLuaShims

extension LuaFrame {
  /// The object at an index if it is one of the class and was not released.
  @inlinable
  public func object<Object>(at index: Int, of luaClass: LuaClass<Object>) -> Object? {
    guard let pointer = pointer(at: index, luaClass.identity) else { return nil }
    return Unmanaged<Object>.fromOpaque(pointer).takeUnretainedValue()
  }

  @usableFromInline
  func pointer(at index: Int, _ identity: UnsafeRawPointer) -> UnsafeMutableRawPointer? {
    luashim_object_at(
      lua, Int32(truncatingIfNeeded: index), context,
      identity.assumingMemoryBound(to: luashim_class.self))
  }

  /// The object at an index; throws `LuaReleasedError` or `LuaTypeError`.
  @inlinable
  public func requireObject<Object>(
    at index: Int, of luaClass: LuaClass<Object>
  ) throws -> Object {
    if let object = object(at: index, of: luaClass) { return object }
    throw objectError(at: index, luaClass)
  }

  @usableFromInline
  func objectError(at index: Int, _ wanted: AnyLuaClass) -> any Error {
    if isReleased(at: index), let found = luaClass(at: index), found.inherits(from: wanted) {
      return LuaReleasedError(className: found.name)
    }
    return LuaTypeError(argument: index, expected: wanted.name, actual: describe(at: index))
  }

  /// The object at an index, of whatever class.
  public func anyObject(at index: Int) -> AnyObject? {
    guard let object = box(at: index)?.pointee.object else { return nil }
    return Unmanaged<AnyObject>.fromOpaque(object).takeUnretainedValue()
  }

  /// The class of the object at an index, released or not.
  public func luaClass(at index: Int) -> AnyLuaClass? {
    box(at: index).map { AnyLuaClass.from($0.pointee.objectClass) }
  }

  public func isReleased(at index: Int) -> Bool {
    box(at: index).map { $0.pointee.object == nil } ?? false
  }

  /// Releases the object at an index, as `<close>` would. Does nothing to anything else.
  public func release(at index: Int) {
    if let box = box(at: index) { luashim_release_box(box) }
  }

  private func box(at index: Int) -> UnsafeMutablePointer<luashim_box>? {
    luashim_box_at(lua, Int32(index), context)
  }

  // MARK: - User values

  /// A Lua value kept with a userdata, `n` from 1.
  public func userValue(_ n: Int, at index: Int) throws -> LuaValue {
    try stack.userValue(n, Int32(index))
  }

  /// Keeps a Lua value with a userdata. Lua's collector sees it there, cycles included.
  public func setUserValue(_ n: Int, at index: Int, to value: LuaValue) throws {
    try stack.setUserValue(n, lua_absindex(lua, Int32(index)), to: value)
  }

  /// Runs a body with the index of a userdata's value, valid inside the body.
  public func withUserValue<R>(
    _ n: Int, at index: Int, _ body: (Int) throws -> R
  ) throws -> R {
    try scope { stack in
      guard stack.type(Int32(index)) == .userdata else {
        throw LuaTypeError(argument: index, expected: "userdata", actual: describe(at: index))
      }
      lua_getiuservalue(lua, Int32(index), Int32(clamping: n))
      return try body(Int(stack.top))
    }
  }
}

extension LuaStack {
  func userValue(_ n: Int, _ index: Int32) throws -> LuaValue {
    guard type(index) == .userdata else { return .nil }
    return try restoringTop {
      try reserve(1)
      lua_getiuservalue(lua, index, Int32(clamping: n))
      return try value(-1)
    }
  }

  func setUserValue(_ n: Int, _ index: Int32, to value: LuaValue) throws {
    guard type(index) == .userdata else { throw LuaError(message: "no userdata") }
    try push(value)
    guard lua_setiuservalue(lua, index, Int32(clamping: n)) != 0 else {
      throw LuaError(message: "no user value \(n)")
    }
  }
}

extension LuaState {
  /// A Lua value kept with the userdata of an object; nil if it has none now. The class must have
  /// an identity map.
  public func userValue(_ n: Int, of object: AnyObject, as luaClass: AnyLuaClass) throws -> LuaValue
  {
    let stack = try openStack()
    return try stack.restoringTop {
      try stack.pushExisting(object, of: luaClass)
      return try stack.userValue(n, -1)
    }
  }

  /// Keeps a Lua value with the userdata of an object, which must exist.
  public func setUserValue(
    _ n: Int, of object: AnyObject, as luaClass: AnyLuaClass, to value: LuaValue
  ) throws {
    let stack = try openStack()
    try stack.restoringTop {
      try stack.pushExisting(object, of: luaClass)
      try stack.setUserValue(n, stack.top, to: value)
    }
  }
}

extension LuaStack {
  /// Pushes the userdata that stands for an object, or nil.
  func pushExisting(_ object: AnyObject, of luaClass: AnyLuaClass) throws {
    try reserve(4)
    try check(
      luashim_push_existing(lua, luaClass.descriptor, Unmanaged.passUnretained(object).toOpaque()))
  }
}
