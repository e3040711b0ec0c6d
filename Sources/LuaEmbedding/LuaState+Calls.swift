// Running Lua code: chunks, functions, globals, modules.
internal import CLuaShims

extension LuaStack {
  /// Calls the function under `argumentCount` arguments on the stack; its results take their place.
  func call(argumentCount: Int32, resultCount: Int32) throws(LuaError) {
    try finishCall(
      state.supervised { luashim_protected_call(context, lua, argumentCount, resultCount) })
  }

  /// Throws what a call raised. The outermost call also ends an interrupt.
  func finishCall(_ status: Int32) throws(LuaError) {
    let error =
      status == LUA_OK ? nil : state.takeError(from: self, status: status, afterCall: true)
    if context.pointee.depth == 0, let reason = state.interruptHandle.reason {
      luashim_interrupt_finish(context)
      throw error ?? .interrupted(reason)
    }
    if let error { throw error }
  }
}

extension LuaState {
  // MARK: - Calls

  /// Calls a function (or anything with `__call`) and returns all its results.
  public func call(_ function: LuaReference, _ arguments: [LuaValue] = []) throws -> [LuaValue] {
    let stack = try openStack()
    defer { closeIfAsked() }
    return try stack.restoringTop {
      try stack.push(function)
      let first = stack.top
      try stack.reserve(Int32(clamping: arguments.count))
      for argument in arguments { try stack.push(argument) }
      try stack.call(
        argumentCount: Int32(clamping: arguments.count), resultCount: LUA_MULTRET)
      return try stack.values(from: first)
    }
  }

  // MARK: - Chunks

  /// Compiles text. The name is Lua's chunk name: `@file.lua`, `=stdin`, or the source itself.
  public func load(_ chunk: String, name: String = "=(chunk)") throws -> LuaReference {
    let stack = try openStack()
    return try stack.restoringTop {
      try stack.reserve(2)
      var chunk = chunk
      let status = chunk.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          luaL_loadbufferx(stack.lua, $0.baseAddress, $0.count, name, "t")
        }
      }
      try stack.check(status)
      return try stack.reference(-1)
    }
  }

  /// Compiles a file of text; a first line that starts with `#` is skipped.
  public func load(file path: String) throws -> LuaReference {
    let stack = try openStack()
    return try stack.restoringTop {
      try stack.reserve(2)
      try stack.check(luashim_load_file(stack.lua, path))
      return try stack.reference(-1)
    }
  }

  /// Compiles and runs text; the arguments are the chunk's `...`.
  @discardableResult
  public func run(
    _ chunk: String, name: String = "=(chunk)", arguments: [LuaValue] = []
  ) throws -> [LuaValue] {
    try call(load(chunk, name: name), arguments)
  }

  /// Compiles and runs a file.
  @discardableResult
  public func run(file path: String, arguments: [LuaValue] = []) throws -> [LuaValue] {
    try call(load(file: path), arguments)
  }

  // MARK: - Globals and modules

  /// The table of globals.
  public func globals() throws -> LuaReference {
    let stack = try openStack()
    return try stack.restoringTop {
      try stack.reserve(2)
      luashim_push_reference(stack.lua, Int32(LUA_RIDX_GLOBALS))
      return try stack.reference(-1)
    }
  }

  public func global(_ name: String) throws -> LuaValue { try globals().get(name) }

  public func setGlobal(_ name: String, to value: LuaValue) throws {
    try globals().set(name, to: value)
  }

  /// Makes `require(module)` call the loader, whose first result is the module.
  public func preload(
    _ module: String, _ loader: @escaping (LuaFrame) throws -> Void
  ) throws {
    let function = try makeFunction(module, loader)
    let stack = try openStack()
    try stack.restoringTop {
      try stack.push(function)
      try stack.check(luashim_preload(stack.lua, module))
    }
  }

  /// `require(module)`.
  public func require(_ module: String) throws -> LuaValue {
    guard case .reference(let require) = try global("require") else {
      throw LuaError(message: "require is not a function")
    }
    return try call(require, [.string(module)]).first ?? .nil
  }

  /// What `print` shows for a value: `__tostring`, `__name`.
  public func tostring(_ value: LuaValue) throws -> String {
    let stack = try openStack()
    return try stack.restoringTop {
      try stack.push(value)
      try stack.reserve(1)
      try stack.finishCall(supervised { luashim_tostring(context, stack.lua) })
      return stack.string(-1) ?? ""
    }
  }
}
