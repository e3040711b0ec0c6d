/// The backward pass: visits the graph in reverse creation order, iteratively.

internal import Synchronization

enum Engine {
  private static let passes = Atomic<Int>(0)

  /// Propagates `seed` from `root` to every wanted node.
  ///
  /// - Parameters:
  ///   - targets: gradients are wanted for these nodes only; nil accumulates into all leaves.
  ///   - retainGraph: keep the saved values, so that the graph can be differentiated again.
  ///   - createGraph: record the derivatives' own operations.
  /// - Returns: the gradients of `targets`, in order (nil where the root does not depend on one).
  static func run(
    roots: [(node: Node, seed: Tensor)], targets: [Node]?, retainGraph: Bool, createGraph: Bool,
    operation: String
  ) throws -> [Tensor?] {
    let pass = passes.wrappingAdd(1, ordering: .relaxed).newValue
    var suspended: [(leaf: Node, state: Node.PassState)] = []
    defer { for (leaf, state) in suspended { leaf.passState = state } }
    let order = try reachable(from: roots.map(\.node), pass, operation, &suspended)
    defer { for node in order { node.passState = .init() } }
    markWanted(order, targets)
    announceCoupling(order)
    for (node, seed) in roots {
      node.pending = try node.pending?.add(seed) ?? seed
    }
    let wanted = Set((targets ?? []).map(ObjectIdentifier.init))
    var results: [ObjectIdentifier: Tensor] = [:]
    try GradientMode.with(createGraph) {
      // Ascending order; the roots come last.
      for node in order.reversed() where node.isWanted {
        guard var gradient = node.pending else { continue }
        node.pending = nil
        try Interruption.check(operation)
        for hook in node.hooks { gradient = try hook.applied(to: gradient) }
        if wanted.contains(ObjectIdentifier(node)) { results[ObjectIdentifier(node)] = gradient }
        if let leaf = node.asLeaf {
          if targets == nil { try leaf.accumulate(&gradient, keepGraph: createGraph) }
        } else {
          try propagate(gradient, node, retainGraph: retainGraph, operation)
        }
      }
    }
    return (targets ?? []).map { results[ObjectIdentifier($0)] }
  }

  private static func propagate(
    _ gradient: Tensor, _ node: Node, retainGraph: Bool, _ operation: String
  ) throws {
    guard let backward = node.backward else {
      throw TensorError(
        .graph, operation,
        "the graph was freed by an earlier backward pass (at '\(node.name)'); "
          + "pass retain_graph = true to that one to use it twice")
    }
    try backward(gradient, Gradients(node: node))
    if !retainGraph { node.free() }
  }

  /// Every node that the roots depend on, in creation order.
  ///
  /// A pass within a pass (from a hook or a checkpoint) may meet the same leaves: what the outer one
  /// knows of them goes to `suspended`.
  private static func reachable(
    from roots: [Node], _ pass: Int, _ operation: String,
    _ suspended: inout [(leaf: Node, state: Node.PassState)]
  ) throws -> [Node] {
    var order: [Node] = []
    var stack = roots
    while let node = stack.popLast() {
      if node.pass == pass { continue }
      if node.pass != 0 {
        guard node.isLeaf else {
          for visited in order { visited.pass = 0 }
          throw TensorError(
            .graph, operation, "this graph is already being differentiated by a call further out")
        }
        suspended.append((node, node.passState))
        node.pending = nil
      }
      node.pass = pass
      order.append(node)
      if let first = node.first { stack.append(first) }
      if let second = node.second { stack.append(second) }
      for case let other? in node.others { stack.append(other) }
    }
    order.sort { $0.ordinal < $1.ordinal }
    return order
  }

  /// Without targets every node is wanted, else those on a path to a target.
  private static func markWanted(_ order: [Node], _ targets: [Node]?) {
    for node in order { node.isWanted = targets == nil }
    guard let targets else { return }
    for target in targets { target.isWanted = true }
    for node in order where !node.isWanted {
      node.isWanted =
        node.first?.isWanted == true || node.second?.isWanted == true
        || node.others.contains { $0?.isWanted == true }
    }
  }
}

extension LeafNode {
  func accumulate(_ new: inout Tensor, keepGraph: Bool) throws {
    if let gradient {
      self.gradient = try gradient.add(new)
      return
    }
    // Another value that shares this one's memory must not change with it.
    let isOwn =
      isKnownUniquelyReferenced(&new) && new.base == nil && !new.storage.isShared
      && (keepGraph || new.node == nil)
    gradient = try isOwn ? new : keepGraph ? new.clone() : new.copied()
  }
}

extension GradientHook {
  /// The gradient, or what the hook puts in its place.
  fileprivate func applied(to gradient: Tensor) throws -> Tensor {
    guard let replacement = try body(gradient) else { return gradient }
    guard replacement.shape == gradient.shape, replacement.dtype == gradient.dtype else {
      throw TensorError(
        .shape, "hook", expected: "a \(gradient.dtype) gradient of shape \(gradient.shape)",
        got: "\(replacement.dtype) \(replacement.shape)")
    }
    return replacement
  }
}
