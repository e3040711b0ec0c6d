// Ctrl-C.
internal import CLuaShims
public import Glibc

/// A signal that interrupts a state, from `install` until `restore` (or the end of the value).
///
/// A second signal before the first was noticed takes the action that was there before, which
/// usually ends the process. One installation at a time; others do nothing.
public struct SignalInterrupt: ~Copyable {
  private let handle: InterruptHandle
  /// Whether this one is in force.
  public let isInstalled: Bool

  public static func install(
    for state: LuaState, signal: Int32 = SIGINT
  ) -> SignalInterrupt {
    let handle = state.interruptHandle
    return SignalInterrupt(
      handle: handle, isInstalled: luashim_signal_install(handle.pointer, signal))
  }

  /// Puts the earlier action back.
  public consuming func restore() {}

  deinit {
    if isInstalled { luashim_signal_restore(handle.pointer) }
  }
}
