// The stack of the running coroutine: pushing and reading values without ever raising.
internal import CLuaShims

/// One coroutine's stack. Only for the duration of a call; the state outlives it.
struct LuaStack {
  let lua: OpaquePointer
  unowned(unsafe) let state: LuaState

  var context: UnsafeMutablePointer<luashim_context> { state.context }

  var top: Int32 {
    get { lua_gettop(lua) }
    nonmutating set { luashim_set_top(lua, newValue) }
  }

  /// Makes room for `count` more values and what a protected operation needs.
  func reserve(_ count: Int32) throws(LuaError) {
    guard lua_checkstack(lua, count + 8) != 0 else { throw LuaError(message: "stack overflow") }
  }

  /// Runs the body and takes away what it left on the stack.
  func restoringTop<R>(_ body: () throws -> R) throws -> R {
    let saved = top
    defer { top = saved }
    return try body()
  }

  /// Throws the error on top of the stack (and pops it) if the status is one of an error.
  func check(_ status: Int32) throws(LuaError) {
    guard status == LUA_OK else { throw state.takeError(from: self, status: status) }
  }

  func type(_ index: Int32) -> LuaType { LuaType(rawValue: lua_type(lua, index)) ?? .none }
}

// MARK: - Pushing

extension LuaStack {
  func push(_ string: String) throws {
    try reserve(1)
    var string = string
    let status = string.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        luashim_push_string(lua, $0.baseAddress, $0.count)
      }
    }
    try check(status)
  }

  func push(bytes: UnsafeRawBufferPointer) throws {
    try reserve(1)
    try bytes.withMemoryRebound(to: CChar.self) {
      try check(luashim_push_string(lua, $0.baseAddress, $0.count))
    }
  }

  func push(_ key: LuaKey) throws {
    try reserve(1)
    let bytes = key.bytes
    try check(luashim_push_key(lua, bytes.baseAddress, bytes.baseAddress, bytes.count))
  }

  func push(_ object: AnyObject, of luaClass: AnyLuaClass) throws {
    try reserve(1)
    let pointer = Unmanaged.passRetained(object).toOpaque()
    try check(luashim_push_object(lua, context, pointer, luaClass.descriptor))
  }

  func push(_ reference: LuaReference) throws {
    guard reference.link === state.link else { throw LuaError.foreign }
    try reserve(1)
    luashim_push_reference(lua, reference.index)
  }

  func pushTable(arrayCapacity: Int = 0, fieldCapacity: Int = 0) throws {
    try reserve(1)
    try check(
      luashim_push_table(
        lua, Int32(clamping: arrayCapacity), Int32(clamping: fieldCapacity)))
  }

  /// Pushes any value; trees become new tables.
  func push(_ value: LuaValue) throws {
    switch value {
    case .nil:
      try reserve(1)
      lua_pushnil(lua)
    case .boolean(let value):
      try reserve(1)
      lua_pushboolean(lua, value ? 1 : 0)
    case .integer(let value):
      try reserve(1)
      lua_pushinteger(lua, value)
    case .number(let value):
      try reserve(1)
      lua_pushnumber(lua, value)
    case .string(let value): try push(value)
    case .bytes(let value): try value.withUnsafeBytes { try push(bytes: $0) }
    case .object(let object, let luaClass): try push(object, of: luaClass)
    case .reference(let reference): try push(reference)
    case .function(let name, let body): try state.pushFunction(name, body, on: self)
    case .array(let elements):
      try pushTable(arrayCapacity: elements.count)
      for (i, element) in elements.enumerated() {
        try push(element)
        try check(luashim_raw_set_integer(lua, -2, Int64(i + 1)))
      }
    case .table(let fields):
      try pushTable(fieldCapacity: fields.count)
      for (key, value) in fields { try setField(key, to: value, ofTableAt: -1) }
    }
  }

  /// `table[key] = value`, raw.
  func setField(_ key: String, to value: LuaValue, ofTableAt table: Int32) throws {
    let table = lua_absindex(lua, table)
    try push(key)
    try push(value)
    try check(luashim_raw_set(lua, table))
  }
}

// MARK: - Reading

extension LuaStack {
  func bytes(_ index: Int32) -> UnsafeRawBufferPointer? {
    var length = 0
    guard let start = luashim_string_at(lua, index, &length) else { return nil }
    return UnsafeRawBufferPointer(start: start, count: length)
  }

  func string(_ index: Int32) -> String? {
    bytes(index).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Keeps the value at an index alive.
  func reference(_ index: Int32) throws -> LuaReference {
    try reserve(1)
    lua_pushvalue(lua, index)
    var result: Int32 = 0
    try check(luashim_reference(lua, &result))
    return LuaReference(result, state.link)
  }

  /// As `reference`, for an error value: without memory it is forgotten rather than reported.
  func referenceIfPossible(_ index: Int32) -> LuaReference? {
    guard lua_checkstack(lua, 8) != 0 else { return nil }
    let saved = top
    defer { top = saved }
    lua_pushvalue(lua, index)
    var result: Int32 = 0
    guard luashim_reference(lua, &result) == LUA_OK else { return nil }
    return LuaReference(result, state.link)
  }

  func value(_ index: Int32) throws -> LuaValue {
    switch type(index) {
    case .none, .nil: return .nil
    case .boolean: return .boolean(lua_toboolean(lua, index) != 0)
    case .number:
      if lua_isinteger(lua, index) != 0 { return .integer(lua_tointegerx(lua, index, nil)) }
      return .number(lua_tonumberx(lua, index, nil))
    case .string:
      guard let bytes = bytes(index) else { return .nil }
      if let string = String(validating: bytes, as: UTF8.self) { return .string(string) }
      return .bytes(Array(bytes))
    case .userdata:
      if let box = luashim_box_at(lua, index, context), let object = box.pointee.object {
        return .object(
          Unmanaged<AnyObject>.fromOpaque(object).takeUnretainedValue(),
          of: AnyLuaClass.from(box.pointee.objectClass))
      }
      return .reference(try reference(index))
    default: return .reference(try reference(index))
    }
  }

  /// The values from an index to the top.
  func values(from first: Int32) throws -> [LuaValue] {
    let last = top
    guard first <= last else { return [] }
    try reserve(2)
    return try (first...last).map { try value($0) }
  }
}
