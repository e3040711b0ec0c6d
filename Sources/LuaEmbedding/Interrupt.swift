// Interrupts: stopping a running script from another thread or from a signal handler.
internal import CLuaShims

/// Why a call was stopped.
public enum LuaInterruption: Int32, Sendable {
  /// `interrupt()` was called.
  case cancelled = 1
  case timeLimit
  case instructionLimit
}

/// Asks the running call of one state to stop. Safe from any thread, and after the state is gone.
public final class InterruptHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  init() throws(LuaError) {
    guard let pointer = luashim_interrupt_new() else { throw .memory }
    self.pointer = pointer
  }

  deinit { luashim_interrupt_free(pointer) }

  /// Stops the running call, whatever `pcall`s and coroutines it is in: the outermost call from
  /// Swift throws a `LuaError` with `isInterrupt`. If nothing runs the next call is stopped.
  public func interrupt() { interrupt(.cancelled) }

  /// Stops the running call for a reason, which the error carries; of several the first.
  public func interrupt(_ reason: LuaInterruption) {
    luashim_interrupt_raise(pointer, reason.rawValue)
  }

  /// Forgets an interrupt of that reason which nobody has noticed.
  public func withdraw(_ reason: LuaInterruption) {
    luashim_interrupt_withdraw(pointer, reason.rawValue)
  }

  /// Not 0 while an interrupt waits to be noticed. Long computations poll it. It is valid as long
  /// as the handle.
  public var flag: UnsafePointer<Int32> { luashim_interrupt_flag(pointer) }

  public var isInterrupted: Bool { luashim_interrupt_is_raised(pointer) }

  /// Why an interrupt waits to be noticed; nil if none does.
  public var reason: LuaInterruption? { LuaInterruption(rawValue: flag.pointee) }
}

extension LuaState {
  /// Stops the running call. See `InterruptHandle.interrupt`.
  public func interrupt() { interruptHandle.interrupt() }

  /// Forgets an interrupt that came while nothing ran.
  public func clearInterrupt() { luashim_interrupt_clear(interruptHandle.pointer) }

  public var isInterrupted: Bool { interruptHandle.isInterrupted }
}
