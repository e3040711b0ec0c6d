/// Asking a script to stop where it can go on from later.

internal import Synchronization

/// What a signal handler's thread and the running script tell each other.
public final class StopRequest: Sendable {
  private let asked = Atomic(false)
  private let comesBy = Atomic(false)

  public init() {}

  /// Whether the script was asked to stop.
  public var isRequested: Bool { asked.load(ordering: .acquiring) }

  /// Whether the script comes to `pn.run:due` again and again: then it will see a request.
  public var isExpected: Bool { comesBy.load(ordering: .acquiring) }

  public func request() { asked.store(true, ordering: .releasing) }

  func expect() { comesBy.store(true, ordering: .releasing) }
}
