// Coroutines: telling the host which one calls.
internal import CLuaShims

/// A coroutine of one state.
public struct LuaCoroutine: Hashable, Sendable {
  /// Unique in its state for ever; 0 for the main thread.
  public let id: UInt64

  public var isMain: Bool { id == 0 }
}

extension LuaState {
  /// The coroutine that called Swift last.
  public var coroutine: LuaCoroutine { LuaCoroutine(id: isOpen ? context.pointee.coroutine : 0) }

  func coroutineDidChange() { onCoroutineChange?(coroutine) }
}
