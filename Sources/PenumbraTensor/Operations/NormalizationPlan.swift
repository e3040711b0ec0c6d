/// Which elements are normalised together, which share a weight, and the primitive that does it.

/// How a normalisation sees its input: as a view of few dimensions, some of which are averaged over.
struct NormalizationPlan {
  enum Layout {
    /// [rows, n]: each row by itself, each element of a row with its own weight.
    case rows
    /// [n, channels, positions]: each channel over the examples and the positions.
    case channels(Int)
    /// [n, groups, channels of a group, positions]: each group of each example by itself.
    case groups(Int, channels: Int)
  }

  let operation: StaticString
  let layout: Layout
  /// The input as the layout sees it.
  let view: Shape
  let epsilon: Double
  /// Whether the mean is subtracted.
  var isCentred = true

  /// The view's dimensions that are averaged over.
  var axes: [Int] {
    switch layout {
    case .rows: [1]
    case .channels: [0, 2]
    case .groups: [2, 3]
    }
  }

  /// A weight's shape beside the view.
  var weightView: Shape {
    switch layout {
    case .rows: Shape(view[1])
    case .channels(let count): Shape(count, 1)
    case .groups(let count, let channels): [count, channels, 1]
    }
  }

  var weightCount: Int { weightView.elementCount }
  /// Elements that are normalised together.
  var groupSize: Int { axes.reduce(1) { $0 * view[$1] } }
  var groupCount: Int { groupSize == 0 ? 0 : view.elementCount / groupSize }
  /// Neighbouring elements with one weight.
  var runLength: Int { view.rank == 2 ? 1 : view[view.rank - 1] }
  /// Whether the examples of a batch depend on each other.
  var couplesExamples: Bool { if case .channels = layout { true } else { false } }
}

extension NormalizationPlan {
  /// Whether a matrix's columns are normalised; the kernel sees them as rows.
  var isTransposed: Bool { couplesExamples && runLength == 1 }

  /// The values in the order in which the kernel reads them, contiguous, outside the graph.
  fileprivate func arranged(_ x: Tensor) throws -> Tensor {
    let values = try x.contiguousValues()
    guard isTransposed else { return values }
    return try values.window(
      offset: values.offset, shape: Shape(view[1], view[0]), strides: Strides(1, view[1])
    ).copied()
  }

  /// The kernel's result as a tensor of the input's shape.
  fileprivate func restored(_ values: Tensor, _ shape: Shape) throws -> Tensor {
    guard isTransposed else { return values }
    let rows = try values.window(
      offset: values.offset, shape: Shape(view[0], view[1]), strides: Strides(1, view[0])
    ).copied()
    return Tensor(
      storage: rows.storage, offset: rows.offset, shape: shape, strides: shape.contiguousStrides,
      dtype: rows.dtype)
  }
}

/// What a normalisation knows of its groups: means and biased variances, [groups], float64.
struct GroupStatistics {
  let mean: Tensor
  let variance: Tensor
}

extension Tensor {
  /// (x − μ) / √(v + ε) · weight + bias over the plan's groups, with its statistics.
  ///
  /// The first derivative is a kernel; one that is to be differentiated again is composed of tensor
  /// operations. Two passes over a group find its statistics, a third writes.
  func normalized(_ plan: NormalizationPlan, weight: Tensor?, bias: Tensor?) throws -> (
    result: Tensor, statistics: GroupStatistics
  ) {
    try checkAffine(plan, "weight", weight)
    try checkAffine(plan, "bias", bias)
    let source = try plan.arranged(self)
    let values = try Tensor(uninitialized: source.shape, dtype, plan.operation)
    let count = Shape(plan.groupCount)
    let statistics = GroupStatistics(
      mean: try Tensor(uninitialized: count, .float64, plan.operation),
      variance: try Tensor(uninitialized: count, .float64, plan.operation))
    Backend.normalize(
      plan, source, try weight?.contiguousValues() ?? .ones(Shape(plan.weightCount), dtype: dtype),
      try bias?.contiguousValues() ?? .zeros(Shape(plan.weightCount), dtype: dtype), into: values,
      mean: statistics.mean, variance: statistics.variance)
    let result = try plan.restored(values, shape)
    let inputs = [self] + [weight, bias].compactMap { $0 }
    guard inputs.contains(where: Tensor.isRecording) else { return (result, statistics) }
    let rule = NormalizationRule(
      plan: plan, input: Saved(self), weight: weight.map(Saved.init),
      biasShape: bias?.shape, statistics: statistics)
    _ = try result.recorded(plan.operation, inputs: inputs, rule.propagate)
    result.node?.couplesExamples = plan.couplesExamples
    return (result, statistics)
  }

  private func checkAffine(_ plan: NormalizationPlan, _ name: String, _ tensor: Tensor?) throws {
    guard let tensor else { return }
    guard tensor.elementCount == plan.weightCount else {
      throw TensorError(
        .shape, "\(plan.operation)", argument: name,
        expected: "\(plan.weightCount) elements", got: "\(tensor.shape)")
    }
    guard tensor.dtype == dtype else {
      throw TensorError(
        .dtype, "\(plan.operation)", argument: name, expected: dtype.name, got: tensor.dtype.name)
    }
  }
}

/// The derivative of `normalized`.
private struct NormalizationRule {
  let plan: NormalizationPlan
  let input: Saved
  let weight: Saved?
  let biasShape: Shape?
  let statistics: GroupStatistics

  func propagate(_ gradient: Tensor, _ into: Gradients) throws {
    let x = try input.value(into)
    let w = try weight?.value(into)
    let biasIndex = w == nil ? 1 : 2
    if GradientMode.isEnabled || seesExamples(1, into) || seesExamples(2, into) {
      return try compose(gradient, x, w, biasIndex, into)
    }
    let fused = try fusedGradients(gradient, x, w)
    try into(0) { fused.input }
    if let w { try into(1) { try fused.weight.to(x.dtype).reshape(w.shape) } }
    if let biasShape {
      try into(biasIndex) { try fused.bias.to(x.dtype).reshape(biasShape) }
    }
  }

  /// Whether the parameter of this index wants to see each example's part.
  private func seesExamples(_ index: Int, _ into: Gradients) -> Bool {
    index < into.node.inputCount && into.node.input(index)?.asLeaf?.observer != nil
  }

  private func fusedGradients(_ gradient: Tensor, _ x: Tensor, _ w: Tensor?) throws -> (
    input: Tensor, weight: Tensor, bias: Tensor
  ) {
    let count = Shape(plan.weightCount)
    let source = try plan.arranged(x)
    let result = try Tensor(uninitialized: source.shape, x.dtype, plan.operation)
    let (dw, db) = (
      try Tensor.zeros(count, dtype: .float64), try Tensor.zeros(count, dtype: .float64)
    )
    Backend.normalizeBackward(
      plan, source, try plan.arranged(gradient),
      try w?.contiguousValues() ?? .ones(count, dtype: x.dtype), mean: statistics.mean,
      variance: statistics.variance, into: result, dw, db)
    return (try plan.restored(result, x.shape), dw, db)
  }

  /// The same in tensor operations: with z = (x − μ) r, dx = r (g w − mean(g w) − z mean(g w z)).
  private func compose(
    _ gradient: Tensor, _ x: Tensor, _ w: Tensor?, _ biasIndex: Int, _ into: Gradients
  ) throws {
    let (z, scale) = try standardized(x.reshape(plan.view))
    let g = try gradient.reshape(plan.view)
    try into(0) {
      let slope = try w.map { try g.mul($0.reshape(plan.weightView)) } ?? g
      let along = try slope.mul(z).mean(plan.axes, keepDimensions: true)
      var rest = try slope.sub(z.mul(along))
      if plan.isCentred { rest = try rest.sub(slope.mean(plan.axes, keepDimensions: true)) }
      return try rest.mul(scale).reshape(x.shape)
    }
    if let w, into.wants(1) { try give(g.mul(z), to: 1, w.shape, x.shape, into) }
    if let biasShape, into.wants(biasIndex) {
      try give(g, to: biasIndex, biasShape, x.shape, into)
    }
  }

  /// (x − μ) r and r = 1/√(v + ε), which can be differentiated.
  private func standardized(_ x: Tensor) throws -> (Tensor, Tensor) {
    let centred = plan.isCentred ? try x.sub(x.mean(plan.axes, keepDimensions: true)) : x
    let variance = try centred.square().mean(plan.axes, keepDimensions: true)
    var scale = try variance.add(plan.epsilon).rsqrt()
    // Marked as well, for derivatives of derivatives that do not reach the result.
    if plan.couplesExamples { scale = try scale.couplingExamples(plan.operation) }
    return (try centred.mul(scale), scale)
  }

  /// The gradient of a parameter from that of each element; the rows of its sum are examples.
  private func give(
    _ elements: Tensor, to index: Int, _ target: Shape, _ full: Shape, _ into: Gradients
  ) throws {
    if case .rows = plan.layout, full.ends(with: target) {
      return try into.rowSum(index, elements.reshape(full), to: target)
    }
    // [n, channels, positions] → [n, channels]
    let rows = try elements.sum([plan.view.rank - 1]).reshape(Shape(plan.view[0], plan.weightCount))
    let flat = Shape(plan.weightCount)
    if target == flat { return try into.rowSum(index, rows, to: flat) }
    try into(index) { try rows.sum([0]).reshape(target) }
  }
}
