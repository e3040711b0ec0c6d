/// One use of a parameter in a backward pass: what its examples contributed to the gradient.

internal import PenumbraTensor

/// Example i contributes Σ_k left[k, i, :] ⊗ right[k, i, :] to a matrix' gradient, or
/// Σ_k left[k, i, ...] to any parameter's, or what `computed` gives.
///
/// left: [positions..., n, p], right: [positions..., n, q]; or left: [positions..., n, shape...]
struct ExampleUse {
  private enum Source {
    case product(left: RetainedTensor, right: RetainedTensor)
    case rows(RetainedTensor)
    case computed(ExampleGradients, [RetainedTensor])
  }

  private let source: Source
  let positions: Int
  let examples: Int

  init(left: Tensor, right: Tensor, _ axis: ExampleAxis) throws {
    let leading = left.rank - 1
    source = .product(
      left: try RetainedTensor(axis.arranged(left, leading)),
      right: try RetainedTensor(axis.arranged(right, leading)))
    (positions, examples) = ExampleUse.counts(left.shape, leading, axis)
  }

  /// rows: [positions..., n, shape...]
  init(rows: Tensor, parameterRank: Int, _ axis: ExampleAxis) throws {
    let leading = rows.rank - parameterRank
    source = .rows(try RetainedTensor(axis.arranged(rows, leading)))
    (positions, examples) = ExampleUse.counts(rows.shape, leading, axis)
  }

  init(_ given: ExampleGradients, _ axis: ExampleAxis) throws {
    let chosen = try axis == .first ? given.examplesFirst?() ?? given : given
    source = .computed(chosen, try chosen.inputs.map(RetainedTensor.init))
    (positions, examples) = (1, chosen.count)
  }

  private static func counts(_ shape: Shape, _ leading: Int, _ axis: ExampleAxis) -> (Int, Int) {
    guard leading > 0 else { return (1, 1) }
    let examples = shape[axis == .first ? 0 : leading - 1]
    var all = 1
    for index in 0..<leading { all *= shape[index] }
    return (examples == 0 ? 0 : all / examples, examples)
  }

  var isUnchanged: Bool {
    switch source {
    case .product(let left, let right): left.isUnchanged && right.isUnchanged
    case .rows(let rows): rows.isUnchanged
    case .computed(_, let inputs): inputs.allSatisfy(\.isUnchanged)
    }
  }

  /// Whether the contributions are sums of outer products at hand.
  var isProduct: Bool { if case .product = source { true } else { false } }

  /// A factor pair for each position; nil where the contributions must be computed.
  var factors: [ExampleFactors]? {
    let (left, right): (Tensor, Tensor?)
    switch source {
    case .product(let a, let b): (left, right) = (a.tensor, b.tensor)
    case .rows(let rows): (left, right) = (rows.tensor, nil)
    case .computed: return nil
    }
    return (0..<positions).map {
      ExampleFactors(left: left, right: right, firstRow: $0 * examples)
    }
  }

  /// left: [positions, n, p], right: [positions, n, q]; nil where there is no such form.
  func outerFactors() throws -> (left: Tensor, right: Tensor)? {
    switch source {
    case .product(let left, let right): return (try stacked(left.tensor), try stacked(right.tensor))
    case .rows: return nil
    case .computed(let given, let inputs): return try given.factors?(inputs.map(\.tensor))
    }
  }

  /// The contributions of a range of examples: [range.count, elements].
  func rows(_ range: Range<Int>) throws -> Tensor {
    func part(_ tensor: Tensor) throws -> Tensor {
      try stacked(tensor).narrow(1, start: range.lowerBound, count: range.count)
    }
    switch source {
    case .product(let left, let right):
      let (a, b) = (try part(left.tensor), try part(right.tensor))
      return try a.permute([1, 2, 0]).matmul(b.permute([1, 0, 2]))
        .reshape(Shape(range.count, a.shape[2] * b.shape[2]))
    case .rows(let rows): return try part(rows.tensor).sum([0])
    case .computed(let given, let inputs): return try given.rows(inputs.map(\.tensor), range)
    }
  }

  /// The contribution of a range of examples together, of the parameter's shape.
  func gradient(_ shape: Shape, _ range: Range<Int>? = nil) throws -> Tensor {
    let range = range ?? 0..<examples
    guard case .product(let left, let right) = source else {
      return try rows(range).sum([0]).reshape(shape)
    }
    func flat(_ tensor: Tensor, _ width: Int) throws -> Tensor {
      try stacked(tensor).narrow(1, start: range.lowerBound, count: range.count)
        .reshape(Shape(positions * range.count, width))
    }
    return try flat(left.tensor, shape[0]).transpose(0, 1).matmul(flat(right.tensor, shape[1]))
  }

  /// [positions, n, width]
  private func stacked(_ tensor: Tensor) throws -> Tensor {
    let width = tensor.elementCount / max(positions * examples, 1)
    return try tensor.reshape([positions, examples, width])
  }
}

extension ExampleAxis {
  /// The examples as the last of the `leading` dimensions.
  fileprivate func arranged(_ tensor: Tensor, _ leading: Int) throws -> Tensor {
    guard self == .first, leading > 1 else { return tensor }
    return try GradientMode.with(false) {
      try tensor.detached().moveDimensions([0], to: [leading - 1])
    }
  }
}
