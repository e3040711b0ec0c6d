/// The tensor memory of one tenant: how much its tensors hold, and how much they may.

internal import Synchronization

/// Counts the bytes of the tensors that were made on one tenant's behalf, for as long as they live.
///
/// A tensor stays on the account of the tenant that made it, whoever keeps it. Safe from any thread.
public final class MemoryAccount: Sendable {
  /// Live bytes as a plain word that a garbage collector's driver may read at any time.
  public nonisolated(unsafe) let liveBytes: UnsafeMutablePointer<Int64>
  private let live = Atomic<Int>(0)
  private let highest = Atomic<Int>(0)
  private let bound: Atomic<Int>
  /// The bound of the account that its own tenant cannot raise.
  private let ceiling: Int

  /// - Parameter limit: the most bytes that live tensors may hold; nil for no bound but the pool's.
  public init(limit: Int? = nil) {
    ceiling = max(0, limit ?? .max)
    bound = Atomic(ceiling)
    liveBytes = .allocate(capacity: 1)
    liveBytes.initialize(to: 0)
  }

  deinit { liveBytes.deallocate() }

  /// Bytes of live tensors.
  public var used: Int { live.load(ordering: .relaxed) }
  /// The most that live tensors ever held, or since `resetPeak`.
  public var peak: Int { highest.load(ordering: .relaxed) }

  /// The bound; `Int.max` for none. What is set is cut to the bound that the account was made with.
  public var limit: Int {
    get { bound.load(ordering: .relaxed) }
    set { bound.store(min(max(0, newValue), ceiling), ordering: .relaxed) }
  }

  /// Measures the peak from what is live now.
  public func resetPeak() { highest.store(used, ordering: .relaxed) }

  /// Takes bytes on the account; false, and nothing changed, when they exceed the bound.
  func charge(_ bytes: Int) -> Bool {
    let (before, after) = live.add(bytes, ordering: .relaxed)
    guard after <= limit, after >= before else {
      live.subtract(bytes, ordering: .relaxed)
      return false
    }
    highest.max(after, ordering: .relaxed)
    liveBytes.pointee = Int64(after)
    return true
  }

  func credit(_ bytes: Int) {
    let after = live.subtract(bytes, ordering: .relaxed).newValue
    liveBytes.pointee = Int64(after)
  }
}
