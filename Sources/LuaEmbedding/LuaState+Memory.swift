// Memory: Lua's own, and the bytes outside which drive its collector.
internal import CLuaShims

/// Lua's memory in bytes. Peak and limit are known for owned states only.
public struct LuaMemory: Sendable {
  public let used: Int
  public let peak: Int
}

extension LuaState {
  /// Where the host counts the bytes that Lua's objects keep alive outside Lua.
  ///
  /// After each call from Lua the growth since the last one becomes a proportionate step of the
  /// collector, so scripts need no `collectgarbage`. The pointer must stay valid.
  public var externalBytes: UnsafePointer<Int64>? {
    get { isOpen ? context.pointee.externalBytes : nil }
    set {
      guard isOpen else { return }
      context.pointee.externalBytes = newValue
      context.pointee.highestExternalBytes = newValue?.pointee ?? 0
    }
  }

  public var memory: LuaMemory {
    guard isOpen else { return LuaMemory(used: 0, peak: 0) }
    guard let allocator else {
      return LuaMemory(used: Int(luashim_heap_bytes(context.pointee.running)), peak: 0)
    }
    return LuaMemory(
      used: Int(luashim_allocator_used(allocator)), peak: Int(luashim_allocator_peak(allocator)))
  }

  /// Runs a full cycle of Lua's collector.
  public func collectGarbage() {
    guard let stack else { return }
    luashim_collect(stack.lua)
  }

  /// For tests: after `after` more requests for memory, `count` requests fail. Nil: none fail.
  package func failAllocations(after: Int?, count: Int = 1) {
    guard isOpen, let allocator else { return }
    luashim_allocator_fail(allocator, Int64(after ?? -1), Int64(count))
  }

  /// For tests: the same for what the border keeps outside Lua, on the calling thread.
  package static func failBookkeeping(after: Int?, count: Int = 1) {
    luashim_bookkeeping_fail(Int64(after ?? -1), Int64(count))
  }

  /// For tests: how many such requests the calling thread made.
  package static var bookkeepingRequests: Int { Int(luashim_bookkeeping_requests()) }

  /// For tests: how many requests for memory there were.
  package var allocationRequests: Int {
    guard isOpen, let allocator else { return 0 }
    return Int(luashim_allocator_requests(allocator))
  }
}
