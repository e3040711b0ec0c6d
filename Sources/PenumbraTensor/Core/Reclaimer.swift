/// Someone who can give memory back when it runs short: a garbage collector that holds dead tensors.

internal import CKernels

/// Called by the pool, on the thread that it was given to, when an allocation would fail.
public final class Reclaimer {
  let reclaim: () -> Void

  /// - Parameter reclaim: frees what tensors it can; the allocation is then tried once more.
  public init(_ reclaim: @escaping () -> Void) { self.reclaim = reclaim }

  /// The calling thread's.
  public static var current: Reclaimer? {
    get {
      pn_current_thread().pointee.reclaimer.map {
        Unmanaged<Reclaimer>.fromOpaque($0).takeUnretainedValue()
      }
    }
    set {
      let thread = pn_current_thread()!
      let before = thread.pointee.reclaimer
      thread.pointee.reclaimer = newValue.map { Unmanaged.passRetained($0).toOpaque() }
      if let before { Unmanaged<Reclaimer>.fromOpaque(before).release() }
    }
  }
}
