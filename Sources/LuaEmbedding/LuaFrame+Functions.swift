// What tells functions and other values apart.
internal import CLuaShims

extension LuaFrame {
  /// The name that a Swift function was given, such as "pn.randn" or "Tensor.matmul"; nil for any
  /// other value.
  public func swiftFunctionName(at index: Int) -> String? {
    guard let body = luashim_function_at(lua, Int32(index), context) else { return nil }
    return Unmanaged<FunctionBody>.fromOpaque(body).takeUnretainedValue().name
  }
}

extension LuaFrame {
  /// What tells two tables, functions, coroutines or userdata apart; nil for other values.
  public func identity(at index: Int) -> UnsafeRawPointer? {
    type(at: index) == .string ? nil : lua_topointer(lua, Int32(index)).map { UnsafeRawPointer($0) }
  }

  /// Runs a body with the stack index of a referenced value, valid inside the body.
  public func withReference<R>(
    _ reference: LuaReference, _ body: (Int) throws -> R
  ) throws -> R {
    try scope { stack in
      try stack.push(reference)
      return try body(Int(stack.top))
    }
  }
}
