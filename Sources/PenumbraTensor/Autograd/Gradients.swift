/// Where an operation's backward rule puts the gradients of its inputs.

/// Collects the gradients of one node's inputs. Closures run only for inputs that are wanted.
struct Gradients {
  let node: Node
  /// Looks for NaN in what a rule makes, where that is asked for.
  private let detector: AnomalyDetector?

  @inline(__always)
  init(_ node: Node, _ detector: AnomalyDetector?) {
    self.node = node
    self.detector = detector
  }

  var operation: String { node.operation }

  /// Whether input `index` takes part in this pass.
  @inline(__always)
  func wants(_ index: Int) -> Bool {
    guard let input = node.input(index) else { return false }
    return input.isWanted
  }

  /// Gradient of input `index`, of that input's shape and dtype.
  @inline(__always)
  func callAsFunction(_ index: Int, _ gradient: () throws -> Tensor) throws {
    guard let input = node.input(index), input.isWanted else { return }
    if let observer = input.asLeaf?.observer { observer.observe(opaque: operation) }
    try add(gradient(), to: input, index)
  }

  /// Gradient of an input that was broadcast: `gradient` is summed to `shape`.
  ///
  /// Where the shape is the gradient's own trailing part, the leading rows are examples.
  @inline(__always)
  func broadcast(_ index: Int, to shape: Shape, _ gradient: () throws -> Tensor) throws {
    guard let input = node.input(index), input.isWanted else { return }
    let full = try gradient()
    if let observer = input.asLeaf?.observer {
      if full.rank > shape.rank, full.shape.ends(with: shape) {
        observer.observe(rows: full)
      } else {
        observer.observe(opaque: operation)
      }
    }
    try add(full.sum(to: shape), to: input, index)
  }

  /// Gradient of a matrix [p, q] that is Σ_i left[i, :] ⊗ right[i, :].
  @inline(__always)
  func outerProduct(_ index: Int, left: Tensor, right: Tensor) throws {
    guard let input = node.input(index), input.isWanted else { return }
    if let observer = input.asLeaf?.observer { observer.observe(left: left, right: right) }
    try add(left.outerProductSum(right), to: input, index)
  }

  /// Gradient of a vector [p] that is Σ_i rows[i, :].
  @inline(__always)
  func rowSum(_ index: Int, _ rows: Tensor, to shape: Shape) throws {
    try broadcast(index, to: shape) { rows }
  }

  @inline(__always)
  private func add(_ gradient: Tensor, to input: Node, _ index: Int) throws {
    if let detector { try detector.check(gradient, of: node, input: index) }
    if let pending = input.pending {
      input.pending = try pending.add(gradient)
    } else {
      input.pending = gradient
    }
  }
}

extension Dimensions {
  /// Whether the last dimensions are these.
  func ends(with tail: Dimensions) -> Bool {
    guard rank >= tail.rank else { return false }
    for index in 0..<tail.rank where self[rank - tail.rank + index] != tail[index] { return false }
    return true
  }
}
