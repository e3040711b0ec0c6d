/// Releases long chains of graph nodes without deep recursion.
///
/// A node keeps its inputs' nodes alive, so releasing the last of 10⁵ of them would recurse as deep.
/// Instead every owner hands its node over here. A few levels are released at once, as in ordinary
/// code; what lies deeper waits until the outermost call comes to it.

internal import CKernels

/// The calling thread's queue; one is made for each thread that releases nodes, and kept.
final class ReleaseQueue {
  private static let greatestDepth = 32

  private var nodes: [Node] = []
  private var depth = 0

  /// Lets go of a node, now or when the calls further out have finished.
  @inline(__always)
  static func release(_ node: consuming Node) {
    if isKnownUniquelyReferenced(&node) { current.take(node) }
  }

  private static var current: ReleaseQueue {
    let thread = pn_current_thread()!
    if let existing = thread.pointee.release_queue {
      return Unmanaged<ReleaseQueue>.fromOpaque(existing).takeUnretainedValue()
    }
    let queue = ReleaseQueue()
    thread.pointee.release_queue = Unmanaged.passRetained(queue).toOpaque()
    return queue
  }

  private func take(_ node: consuming Node) {
    guard depth < ReleaseQueue.greatestDepth else {
      nodes.append(node)
      return
    }
    depth += 1
    ReleaseQueue.destroy(node)
    while depth == 1, let next = nodes.popLast() { ReleaseQueue.destroy(next) }
    depth -= 1
  }

  /// Ends the node's life before it returns.
  @inline(never)
  private static func destroy(_ node: consuming Node) {}
}
