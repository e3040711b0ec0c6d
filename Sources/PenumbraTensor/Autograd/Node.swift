/// The graph of derivatives: a node for each recorded operation, an entry for each leaf.

internal import Synchronization

/// One recorded operation.
class Node {
  /// Computes the inputs' gradients from the output's, and hands them to the `Gradients`.
  typealias Backward = (_ gradient: Tensor, _ into: Gradients) throws -> Void

  private static let counter = Atomic<Int>(0)

  let name: StaticString
  /// Whether this is a `LeafNode`.
  let isLeaf: Bool
  /// Creation order, in which every node comes after its inputs.
  let ordinal: Int
  /// The inputs' nodes; nil where an input needs no derivative.
  private(set) var first: Node?
  private(set) var second: Node?
  private(set) var third: Node?
  private(set) var others: [Node?] = []
  /// Nil for a leaf, and after a backward pass has freed the graph.
  private(set) var backward: Backward?
  /// What only few nodes have; nil for the others.
  var notes: NodeNotes?

  // The state of the pass that is under way; see Engine.
  var pass = 0
  var isWanted = false
  var pending: Tensor?

  /// What a pass keeps in a node.
  struct PassState {
    var pass = 0
    var isWanted = false
    var pending: Tensor?
  }

  var passState: PassState {
    get { PassState(pass: pass, isWanted: isWanted, pending: pending) }
    set { (pass, isWanted, pending) = (newValue.pass, newValue.isWanted, newValue.pending) }
  }

  init(leaf name: StaticString) {
    self.name = name
    isLeaf = true
    ordinal = Node.counter.wrappingAdd(1, ordering: .relaxed).newValue
  }

  @inline(__always)
  init(
    _ name: StaticString, _ first: Node?, _ second: Node?, _ third: Node?,
    others: [Node?] = [], _ backward: @escaping Backward
  ) {
    self.name = name
    isLeaf = false
    self.first = first
    self.second = second
    self.third = third
    self.others = others
    self.backward = backward
    ordinal = Node.counter.wrappingAdd(1, ordering: .relaxed).newValue
  }

  /// A node of any number of inputs.
  convenience init(_ name: StaticString, inputs: [Node?], _ backward: @escaping Backward) {
    func input(_ index: Int) -> Node? { index < inputs.count ? inputs[index] : nil }
    self.init(
      name, input(0), input(1), input(2), others: Array(inputs.dropFirst(3)), backward)
  }

  deinit {
    if let rule = takeRule() { ReleaseQueue.release(rule) }
    if let node = first {
      first = nil
      ReleaseQueue.release(node)
    }
    if let node = second {
      second = nil
      ReleaseQueue.release(node)
    }
    if let node = third {
      third = nil
      ReleaseQueue.release(node)
    }
    var rest = others
    others = []
    while let other = rest.popLast() {
      if let other { ReleaseQueue.release(other) }
    }
  }

  @inline(__always)
  func input(_ index: Int) -> Node? {
    switch index {
    case 0: first
    case 1: second
    case 2: third
    default: others[index - 3]
    }
  }

  var inputCount: Int { 3 + others.count }

  /// The ordinal of the node that was created last.
  static var latestOrdinal: Int { counter.load(ordering: .relaxed) }

  /// The operation's name as errors and `grad_fn` show it.
  var operation: String { notes?.label ?? "\(name)" }

  /// This node as a leaf, if it is one.
  @inline(__always)
  var asLeaf: LeafNode? { isLeaf ? unsafeDowncast(self, to: LeafNode.self) : nil }

  private func takeRule() -> ReleaseQueue.Rule? {
    defer { backward = nil }
    return backward.map(ReleaseQueue.Rule.init)
  }

  /// Drops the saved values after a backward pass that does not retain the graph.
  func free() {
    backward = nil
  }
}

/// The entry of a tensor that the user made and wants a gradient for.
final class LeafNode: Node {
  /// ∂(objective)/∂(tensor), accumulated by `backward`.
  var gradient: Tensor?
  /// Sees each contribution to the gradient, for per-example statistics.
  var observer: (any GradientObserver)?
  let shape: Shape

  init(shape: Shape) {
    self.shape = shape
    super.init(leaf: "leaf")
  }
}
