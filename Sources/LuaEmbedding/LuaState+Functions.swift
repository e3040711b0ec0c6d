// Making Lua functions and tables from Swift.
internal import CLuaShims

extension LuaState {
  /// Keeps a body for the life of the state and returns its number.
  func addFunction(
    _ name: String, _ body: @escaping (LuaFrame) throws -> Void
  ) throws(LuaError) -> Int32 {
    let function = FunctionBody(name: name, body: body)
    let id = luashim_add_function(context, Unmanaged.passUnretained(function).toOpaque())
    guard id >= 0 else { throw .memory }
    functions.append(function)
    return id
  }

  func pushFunction(
    _ name: String, _ body: @escaping LuaFunction, on stack: LuaStack,
    ignoresInterrupts: Bool = false
  ) throws {
    try stack.reserve(1)
    let id = try addFunction(name, body)
    try stack.check(luashim_push_function(stack.lua, context, id, ignoresInterrupts))
  }

  /// A Lua function that calls the body. Lua's collector releases the body with the function.
  public func makeFunction(
    _ name: String, _ body: @escaping (LuaFrame) throws -> Void
  ) throws -> LuaReference {
    let stack = try openStack()
    return try stack.restoringTop {
      try stack.reserve(2)
      let function = Unmanaged.passRetained(FunctionBody(name: name, body: body)).toOpaque()
      try stack.check(
        luashim_push_owned_function(
          stack.lua, context, function, FunctionBody.luaClass.descriptor))
      return try stack.reference(-1)
    }
  }

  /// A new table from a tree of values: libraries, with their functions and subtables, as data.
  /// The functions live as long as the state.
  public func makeTable(_ value: LuaValue) throws -> LuaReference {
    let stack = try openStack()
    return try stack.restoringTop {
      try stack.push(value)
      return try stack.reference(-1)
    }
  }

  /// Runs a body with a frame of its own, as if Lua had called it with the arguments.
  public func withFrame<R>(
    _ arguments: [LuaValue] = [], _ body: (LuaFrame) throws -> R
  ) throws -> R {
    let stack = try openStack()
    defer { closeIfAsked() }
    var outcome: Result<R, any Error>?
    try withoutActuallyEscaping(body) { body in
      let function = FunctionBody(name: "withFrame") { frame in
        outcome = Result { try body(frame) }
        luashim_discard(frame.call)
      }
      // A finalizer may come in between with a frame of its own.
      let outer = context.pointee.direct
      context.pointee.direct = Unmanaged.passUnretained(function).toOpaque()
      defer { context.pointee.direct = outer }
      try stack.restoringTop {
        try stack.reserve(Int32(clamping: arguments.count))
        luashim_push_direct(stack.lua)
        for argument in arguments { try stack.push(argument) }
        try stack.call(argumentCount: Int32(clamping: arguments.count), resultCount: 0)
      }
      withExtendedLifetime(function) {}
    }
    guard let outcome else { throw LuaError(message: "the frame was not entered") }
    return try outcome.get()
  }
}
