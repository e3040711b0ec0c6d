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
  private var rules: [Rule] = []
  private var depth = 0

  /// Lets go of a node, now or when the calls further out have finished.
  @inline(__always)
  static func release(_ node: consuming Node) {
    if isKnownUniquelyReferenced(&node) { current.take(node) }
  }

  /// Lets go of a backward rule, which may hold the last reference to a node.
  static func release(_ rule: consuming Rule) { current.take(rule) }

  /// A backward rule; as a structure it is stored as it is, without a wrapper.
  struct Rule {
    let body: Node.Backward
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
    finish()
    depth -= 1
  }

  private func take(_ rule: consuming Rule) {
    guard depth < ReleaseQueue.greatestDepth else {
      rules.append(rule)
      return
    }
    depth += 1
    ReleaseQueue.destroy(rule)
    finish()
    depth -= 1
  }

  /// The outermost call comes to what the inner ones left.
  private func finish() {
    while depth == 1 {
      if let next = nodes.popLast() {
        ReleaseQueue.destroy(next)
      } else if let next = rules.popLast() {
        ReleaseQueue.destroy(next)
      } else {
        return
      }
    }
  }

  /// Ends the node's life before it returns.
  @inline(never)
  private static func destroy(_ node: consuming Node) {}

  @inline(never)
  private static func destroy(_ rule: consuming Rule) {}
}
