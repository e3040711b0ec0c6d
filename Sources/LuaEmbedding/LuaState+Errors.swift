// Errors crossing the border, both ways, with their identity.
internal import CLuaShims

/// The Swift errors that went into Lua last. Lua's side keeps the values which they became, slot by
/// slot, so an error that comes back is recognised as the same object.
struct ErrorRing {
  private var errors = [(any Error)?](repeating: nil, count: LUASHIM_RING_SIZE)
  /// The slot that was filled last.
  private(set) var newest: Int32 = 0

  mutating func remember(_ error: any Error) -> Int32 {
    newest = (newest + 1) % Int32(LUASHIM_RING_SIZE)
    errors[Int(newest)] = error
    return newest
  }

  subscript(slot: Int32) -> (any Error)? { slot >= 0 ? errors[Int(slot)] : nil }
}

extension LuaState {
  /// The error on top of the stack, popped. Never throws: without memory it loses detail.
  func takeError(from stack: LuaStack, status: Int32, afterCall: Bool = false) -> LuaError {
    let traceback = afterCall ? takeTraceback() : ("", nil)
    let known = ring[luashim_ring_find(context, stack.lua, ring.newest)]
    defer { stack.top -= 1 }
    let message = errorMessage(on: stack)
    let origin = stack.referenceIfPossible(-1)
    let value: LuaValue =
      switch stack.type(-1) {
      case .string: .string(message)
      case .nil, .boolean, .number: (try? stack.value(-1)) ?? .nil
      default: origin.map { .reference($0) } ?? .nil
      }
    let earlier = known as? LuaError
    let isMemory = status == LUA_ERRMEM || message == "not enough memory"
    return LuaError(
      message: message, value: value,
      traceback: earlier.map(\.traceback).flatMap { $0.isEmpty ? nil : $0 } ?? traceback.0,
      position: position(inMessage: message) ?? traceback.1,
      underlying: earlier != nil ? earlier?.underlying : known,
      interruption: interruptHandle.reason, isMemory: isMemory,
      shortage: isMemory ? shortage : nil, origin: origin)
  }

  private var shortage: LuaShortage? {
    guard isOpen, let allocator else { return nil }
    let refusal = luashim_allocator_refusal(allocator)
    guard refusal.wanted > 0 else { return nil }
    return LuaShortage(
      wanted: Int(refusal.wanted), used: Int(refusal.used), limit: Int(refusal.limit))
  }

  private func takeTraceback() -> (String, (String, Int)?) {
    var text = ""
    if let bytes = context.pointee.traceback {
      let length = context.pointee.tracebackLength
      text = String(
        decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
    }
    guard context.pointee.line > 0 else { return (text, nil) }
    let file = withUnsafeBytes(of: context.pointee.file) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return (text, (file, Int(context.pointee.line)))
  }

  /// A string as it is; other values as `tostring` shows them, if they have something to show.
  private func errorMessage(on stack: LuaStack) -> String {
    if let string = stack.string(-1) { return string }
    let type = stack.type(-1)
    let fallback = "(error object is a \(type.name) value)"
    guard lua_checkstack(stack.lua, 8) != 0 else { return fallback }
    if type == .table || type == .userdata {
      guard hasToString(stack) else { return fallback }
    } else if type != .number {
      return fallback
    }
    let saved = stack.top
    defer { stack.top = saved }
    lua_pushvalue(stack.lua, -1)
    guard luashim_tostring(context, stack.lua) == LUA_OK else { return fallback }
    return stack.string(-1) ?? fallback
  }

  private func hasToString(_ stack: LuaStack) -> Bool {
    let saved = stack.top
    defer { stack.top = saved }
    guard lua_getmetatable(stack.lua, -1) != 0, (try? stack.push(LuaKey.toString)) != nil else {
      return false
    }
    return lua_rawget(stack.lua, -2) != LUA_TNIL
  }
}
