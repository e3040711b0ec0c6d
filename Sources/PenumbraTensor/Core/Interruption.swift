/// Asks long operations to stop: Ctrl-C, a deadline, a host that cancels.

internal import CKernels

public enum Interruption {
  /// Makes operations of the calling thread stop when the word at `flag` is not zero.
  ///
  /// - Returns: the word that was watched before, to be restored.
  @discardableResult
  public static func watch(_ flag: UnsafePointer<Int32>?) -> UnsafePointer<Int32>? {
    let thread = pn_current_thread()!
    let before = thread.pointee.interrupt
    thread.pointee.interrupt = flag
    return before
  }

  /// Whether the calling thread is asked to stop: its result is not wanted any more.
  static var isRequested: Bool {
    pn_current_thread().pointee.interrupt.map { $0.pointee != 0 } ?? false
  }

  /// - Throws: `TensorError` (interrupted) when the calling thread is asked to stop.
  @inline(__always)
  package static func check(_ operation: @autoclosure () -> String) throws {
    guard let flag = pn_current_thread().pointee.interrupt, flag.pointee != 0 else { return }
    throw TensorError(.interrupted, operation(), "interrupted")
  }
}
