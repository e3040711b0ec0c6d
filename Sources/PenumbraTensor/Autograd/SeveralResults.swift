/// Recorded operations with several results.

/// The gradients of an operation's results, gathered in one pass.
private final class ResultGradients {
  private var pass = 0
  private var gradients: [Tensor?]

  init(_ count: Int) { gradients = Array(repeating: nil, count: count) }

  /// Adds to the gradient of a result, which may have a second node: that of its saved value.
  func add(_ gradient: Tensor, at index: Int, in pass: Int) throws {
    if pass != self.pass {
      self.pass = pass
      for other in gradients.indices { gradients[other] = nil }
    }
    gradients[index] = try gradients[index]?.add(gradient) ?? gradient
  }

  func take() -> [Tensor?] {
    defer { for index in gradients.indices { gradients[index] = nil } }
    return gradients
  }
}

/// The node of an operation with one or several results.
///
/// A node has one gradient. So each of several results has a node of its own, which leads to the
/// operation's; that runs once all results' gradients are there.
struct ResultNodes {
  typealias Backward = (_ gradients: [Tensor?], _ into: Gradients, _ results: Results) throws ->
    Void

  /// Gives results' nodes to a backward rule, without holding them.
  struct Results {
    fileprivate let into: Gradients
    fileprivate let gathered: ResultGradients?

    /// A node for result `index`.
    func node(_ index: Int) -> Node {
      guard let gathered else { return into.node }
      return ResultNodes.result(index, of: into.node, gathered)
    }
  }

  private let joint: Node
  private let gathered: ResultGradients?

  /// - Parameter label: the operation's name where a script gave it one.
  init(
    _ name: StaticString, label: String? = nil, inputs: [Node?], resultCount: Int,
    _ backward: @escaping Backward
  ) {
    let gathered = resultCount > 1 ? ResultGradients(resultCount) : nil
    joint = Node(name, inputs: inputs) { gradient, into in
      try backward(
        gathered?.take() ?? [gradient], into, Results(into: into, gathered: gathered))
    }
    self.gathered = gathered
    if let label { joint.ensuredNotes.label = label }
  }

  /// The node of result `index`.
  func node(_ index: Int) -> Node {
    guard let gathered else { return joint }
    return ResultNodes.result(index, of: joint, gathered)
  }

  private static func result(_ index: Int, of joint: Node, _ gathered: ResultGradients) -> Node {
    let node = Node(joint.name, joint, nil, nil) { gradient, into in
      guard let joint = into.node.first, joint.isWanted else { return }
      try gathered.add(gradient, at: index, in: joint.pass)
      // Any gradient: it says that there is one.
      joint.pending = gradient
    }
    if let label = joint.notes?.label { node.ensuredNotes.label = label }
    return node
  }
}
