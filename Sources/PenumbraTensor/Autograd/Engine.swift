/// The backward pass: visits the graph in reverse creation order, iteratively.

internal import Synchronization

enum Engine {
  /// What a pass is for.
  enum Goal {
    /// Accumulates into every leaf, and where a tensor was told to keep its gradient.
    case leaves
    /// Accumulates into these nodes only.
    case accumulate([Node])
    /// Returns the gradients of these nodes.
    case values([Node])
    /// Adds to the gradients pending at nodes of the pass further out, which goes on from there.
    case outerPass(at: [Node])

    var targets: [Node]? {
      switch self {
      case .leaves: nil
      case .accumulate(let nodes), .values(let nodes): nodes
      case .outerPass: []
      }
    }

    var accumulates: Bool {
      switch self {
      case .leaves, .accumulate: true
      case .values, .outerPass: false
      }
    }
  }

  private static let passes = Atomic<Int>(0)

  /// Propagates each root's seed to every wanted node.
  ///
  /// - Parameters:
  ///   - retainGraph: keep the saved values, so that the graph can be differentiated again.
  ///   - createGraph: record the derivatives' own operations.
  /// - Returns: the gradients of the goal's nodes, in order (nil where no root depends on one), or none
  ///   where the goal is to accumulate.
  static func run(
    roots: [(node: Node, seed: Tensor)], goal: Goal, retainGraph: Bool, createGraph: Bool,
    operation: String
  ) throws -> [Tensor?] {
    let profiler = Profiler.current
    profiler?.enterPass()
    defer { profiler?.leave() }
    let pass = passes.wrappingAdd(1, ordering: .relaxed).newValue
    let targets = goal.targets
    let wanted = Set((targets ?? []).map(ObjectIdentifier.init))
    var boundary: Set<ObjectIdentifier> = []
    if case .outerPass(let nodes) = goal { boundary = Set(nodes.map(ObjectIdentifier.init)) }
    var suspended: [(node: Node, state: Node.PassState)] = []
    defer { for (node, state) in suspended { node.passState = state } }
    let order = try reachable(from: roots.map(\.node), pass, operation, boundary, &suspended)
    defer { for node in order { node.passState = .init() } }
    markWanted(order, targets, pass)
    announceCoupling(order)
    let detector = AnomalyDetector.current
    for (node, seed) in roots {
      try detector?.check(seed: seed, operation)
      node.pending = try node.pending?.add(seed) ?? seed
    }
    var results: [ObjectIdentifier: Tensor] = [:]
    try GradientMode.with(createGraph) {
      // Ascending order; the roots come last.
      for node in order.reversed() where node.isWanted {
        guard var gradient = node.pending else { continue }
        node.pending = nil
        try Interruption.check(operation)
        let isTarget = wanted.contains(ObjectIdentifier(node))
        if let notes = node.notes {
          for hook in notes.hooks { gradient = try hook.applied(to: gradient) }
          if notes.keepsGradient { try notes.keep(gradient, keepGraph: createGraph) }
        }
        if isTarget, !goal.accumulates { results[ObjectIdentifier(node)] = gradient }
        if let leaf = node.asLeaf {
          if goal.accumulates, targets == nil || isTarget {
            try leaf.accumulate(&gradient, keepGraph: createGraph)
          }
        } else if targets == nil || node.hasWantedInput {
          profiler?.enter(backwardOf: node)
          defer { profiler?.leave() }
          try propagate(gradient, node, detector, retainGraph: retainGraph, operation)
        }
      }
    }
    return goal.accumulates ? [] : (targets ?? []).map { results[ObjectIdentifier($0)] }
  }

  private static func propagate(
    _ gradient: Tensor, _ node: Node, _ detector: AnomalyDetector?, retainGraph: Bool,
    _ operation: String
  ) throws {
    guard let backward = node.backward else {
      throw TensorError(
        .graph, operation,
        "the graph was freed by an earlier backward pass (at '\(node.operation)'); "
          + "pass retain_graph = true to that one to use it twice")
    }
    if let detector {
      try detector.within(node) { try backward(gradient, Gradients(node, detector)) }
    } else {
      try backward(gradient, Gradients(node, nil))
    }
    if !retainGraph { node.free() }
  }

  /// Every node that the roots depend on, as far as the boundary, in creation order.
  ///
  /// A pass within a pass (from a hook) may meet the same leaves: what the outer one knows of them goes to
  /// `suspended`.
  private static func reachable(
    from roots: [Node], _ pass: Int, _ operation: String, _ boundary: Set<ObjectIdentifier>,
    _ suspended: inout [(node: Node, state: Node.PassState)]
  ) throws -> [Node] {
    var order: [Node] = []
    var stack = roots
    while let node = stack.popLast() {
      if node.pass == pass { continue }
      if !boundary.isEmpty, boundary.contains(ObjectIdentifier(node)) { continue }
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
      if let third = node.third { stack.append(third) }
      for case let other? in node.others { stack.append(other) }
    }
    order.sort { $0.ordinal < $1.ordinal }
    return order
  }

  /// Without targets every node is wanted, else those on a path to a target.
  private static func markWanted(_ order: [Node], _ targets: [Node]?, _ pass: Int) {
    for node in order { node.isWanted = targets == nil }
    guard let targets else { return }
    // Others may belong to a pass further out.
    for target in targets where pass == target.pass { target.isWanted = true }
    for node in order where !node.isWanted { node.isWanted = node.hasWantedInput }
  }
}

extension Node {
  fileprivate var hasWantedInput: Bool {
    first?.isWanted == true || second?.isWanted == true || third?.isWanted == true
      || others.contains { $0?.isWanted == true }
  }
}

extension NodeNotes {
  /// Adds to the gradient of a tensor that is no leaf.
  fileprivate func keep(_ new: Tensor, keepGraph: Bool) throws {
    if let kept {
      self.kept = try kept.add(new)
    } else {
      kept = keepGraph ? try new.clone() : try new.copied()
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
      && (keepGraph || new.graphNode == nil)
    gradient = try isOwn ? new : keepGraph ? new.clone() : new.copied()
  }
}
