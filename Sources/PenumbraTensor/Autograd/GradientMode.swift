/// Whether operations record their derivatives, for the calling thread.

internal import CKernels

/// The calling thread's gradient mode. On unless switched off.
public enum GradientMode {
  @inline(__always)
  public static var isEnabled: Bool {
    get { pn_current_thread().pointee.grad_disabled == 0 }
    set { pn_current_thread().pointee.grad_disabled = newValue ? 0 : 1 }
  }

  /// Runs `body` in the given mode and restores the mode that was.
  public static func with<Result>(_ enabled: Bool, _ body: () throws -> Result) rethrows -> Result {
    let before = isEnabled
    isEnabled = enabled
    defer { isEnabled = before }
    return try body()
  }

  /// Runs a caller's function, which may leave the mode otherwise than it found it, and restores it.
  static func kept<Result>(_ body: () throws -> Result) rethrows -> Result {
    try with(isEnabled, body)
  }
}
