/// One thread at a time.

internal import Glibc
internal import Synchronization

/// Lets one thread in, as often as it likes, until it has left as often.
final class Gate: @unchecked Sendable {
  private let owner = Atomic<UInt>(0)
  /// How often the owner is inside; only the owner looks.
  private(set) var depth = 0

  /// False if another thread is inside.
  func enter() -> Bool {
    let thread = UInt(pthread_self())
    if owner.load(ordering: .relaxed) != thread {
      guard owner.compareExchange(expected: 0, desired: thread, ordering: .acquiring).exchanged
      else { return false }
    }
    depth += 1
    return true
  }

  func leave() {
    depth -= 1
    if depth == 0 { owner.store(0, ordering: .releasing) }
  }
}
