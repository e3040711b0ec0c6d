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
  /// Where the shape is the gradient's own trailing part, some of its extents 1, the leading rows are
  /// examples; so are those of a first extent 1.
  @inline(__always)
  func broadcast(_ index: Int, to shape: Shape, _ gradient: () throws -> Tensor) throws {
    guard let input = node.input(index), input.isWanted else { return }
    let full = try gradient()
    if let observer = input.asLeaf?.observer {
      if let rows = try full.exampleRows(of: shape) {
        observer.observe(rows: rows)
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

  /// Gradient whose examples are computed on demand.
  func examples(
    _ index: Int, _ examples: @autoclosure () -> ExampleGradients, _ gradient: () throws -> Tensor
  ) throws {
    guard let input = node.input(index), input.isWanted else { return }
    if let observer = input.asLeaf?.observer { observer.observe(examples()) }
    try add(gradient(), to: input, index)
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

extension Tensor {
  /// A gradient of many examples as rows [..., shape] for a parameter that was broadcast to it: summed
  /// over the places that share an element. Nil where no leading dimension can hold the examples.
  fileprivate func exampleRows(of target: Shape) throws -> Tensor? {
    let lead = rank - target.rank
    guard lead > 0 || (lead == 0 && rank > 1 && target[0] == 1 && shape[0] > 1) else { return nil }
    if lead > 0, shape.ends(with: target) { return self }
    let axes = (0..<target.rank).filter { target[$0] == 1 && shape[lead + $0] != 1 }
    let inner = axes.filter { lead > 0 || $0 > 0 }
    let rows = try GradientMode.with(false) {
      try inner.isEmpty ? self : sum(inner.map { $0 + lead }, keepDimensions: true)
    }
    if lead > 0 { return rows.shape.ends(with: target) ? rows : nil }
    // [1, ...] beside [n, ...]
    guard rows.elementCount == shape[0] * target.elementCount, rank < Shape.maximumRank else {
      return nil
    }
    var wide = Shape(shape[0])
    for extent in target.array { wide.append(extent) }
    return try GradientMode.with(false) { try rows.reshape(wide) }
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
