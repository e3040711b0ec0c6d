/// Filters along one dimension whose weights are a tensor, and their exact adjoints.
///
/// Three operations are closed under differentiation: the filter A(x, w), its adjoint Aᵀ(g, w) and the
/// weights' derivative C(g, x)[k] = Σ_i g[i] x[i + k − r], each linear in both of its operands.

extension Tensor {
  /// Each line along a dimension correlated with weights:
  /// y[.., i, ..] = Σ_k w[.., k] x[.., i + k − r, ..], the line extended by `border`.
  ///
  /// self: any floating shape → the same. taps: [2r + 1] for all lines, or [a, b, ..., 2r + 1] whose
  /// leading dimensions are 1 or those of this tensor: [n, 1, 2r + 1] is one list for each example,
  /// [1, c, 2r + 1] one for each channel. Derivatives flow to both. Cost: elements × (2r + 1), where weights
  /// that end in zeros, and those further out than the line is long, cost nothing.
  /// - Throws: `TensorError` for an integer tensor, taps of another dtype or of such a shape, an even
  ///   number of taps or more than 2 · `SeparableKernel.maximumRadius` + 1.
  public func lineFilter(_ taps: Tensor, _ dimension: Int, border: FilterBorder) throws -> Tensor {
    try lineFilter(taps, dimension, border, transposed: false)
  }

  /// The adjoint Aᵀ of `lineFilter` for given weights: ⟨A x, y⟩ = ⟨x, Aᵀ y⟩.
  public func lineFilterAdjoint(_ taps: Tensor, _ dimension: Int, border: FilterBorder) throws
    -> Tensor
  {
    try lineFilter(taps, dimension, border, transposed: true)
  }

  private func lineFilter(
    _ taps: Tensor, _ dimension: Int, _ border: FilterBorder, transposed: Bool
  ) throws -> Tensor {
    let lines = try FilterLines(self, taps, dimension)
    try Interruption.check("line_filter")
    if let (radius, places) = border.folding(radius: lines.radius, lines.count) {
      let near = try taps.gathered(radius, places)
      return try lineFilter(near, dimension, border, transposed: transposed)
    }
    if border == .renormalised {
      let reached = try lines.ones(dtype).lineFilter(taps, dimension, border: .zero)
      return transposed
        ? try div(reached).lineFilterAdjoint(taps, dimension, border: .zero)
        : try lineFilter(taps, dimension, border: .zero).div(reached)
    }
    let (source, weights) = (try contiguousValues(), try taps.contiguousValues())
    let result = try Tensor(uninitialized: shape, dtype, "line_filter")
    try Backend.lineFilter(lines, border, transposed: transposed, weights, source, into: result)
    guard Tensor.isRecording(self, taps) else { return result }
    let (input, kernel) = (Saved(self), Saved(taps))
    return try result.recorded("line_filter", self, taps) { gradient, into in
      try into(0) {
        try gradient.lineFilter(kernel.value(into), dimension, border, transposed: !transposed)
      }
      try into(1) {
        let x = try input.value(into)
        let pair = transposed ? (x, gradient) : (gradient, x)
        return try pair.0.tapSums(pair.1, lines, dimension, border)
      }
    }
  }

  /// C(self, x), in the shape of the taps.
  private func tapSums(
    _ x: Tensor, _ lines: FilterLines, _ dimension: Int, _ border: FilterBorder
  ) throws -> Tensor {
    try Interruption.check("line_filter")
    let result = try Tensor.zeros(lines.tapShape, dtype: dtype)
    try Backend.lineTaps(lines, border, contiguousValues(), x.contiguousValues(), into: result)
    guard Tensor.isRecording(self, x) else { return result }
    let (weight, input) = (Saved(self), Saved(x))
    return try result.recorded("line_filter_taps", self, x) { gradient, into in
      try into(0) { try input.value(into).lineFilter(gradient, dimension, border: border) }
      try into(1) { try weight.value(into).lineFilterAdjoint(gradient, dimension, border: border) }
    }
  }

  /// Taps gathered at nearer places.
  private func gathered(_ radius: Int, _ places: [Int?]) throws -> Tensor {
    let kept = places.indices.filter { places[$0] != nil }
    let index = try Tensor(kept.map(Int64.init), Shape(kept.count))
    let target = try Tensor(places.compactMap { $0.map(Int64.init) }, Shape(kept.count))
    var size = shape
    size[rank - 1] = 2 * radius + 1
    return try Tensor.zeros(size, dtype: dtype).indexAdd(
      rank - 1, target, indexSelect(rank - 1, index))
  }
}

/// How a tensor falls into lines, and which taps are whose.
struct FilterLines {
  /// Parts that may have taps of their own; in each `rows` × `count` × `inner` elements.
  let images: Int
  let rows: Int
  private let rank: Int
  private let dimension: Int
  /// Elements of a line.
  let count: Int
  let inner: Int
  let radius: Int
  let tapShape: Shape
  /// For each image the number of its list of taps; nil where all share one.
  let groups: [Int]?

  init(_ x: Tensor, _ taps: Tensor, _ dimension: Int) throws {
    try x.requireFloating("line_filter")
    let dimension = try x.dimension(dimension, "line_filter")
    let leading = taps.rank - 1
    let fits =
      leading >= 0 && leading <= dimension
      && (0..<leading).allSatisfy { taps.shape[$0] == 1 || taps.shape[$0] == x.shape[$0] }
    let length = fits ? taps.shape[leading] : 0
    guard fits, length % 2 == 1, length / 2 <= SeparableKernel.maximumRadius else {
      throw TensorError(
        .shape, "line_filter", argument: "taps",
        expected: "an odd number of taps up to \(2 * SeparableKernel.maximumRadius + 1), for all "
          + "lines or for each index of the dimensions before", got: "\(taps.shape)")
    }
    guard taps.dtype == x.dtype else {
      throw TensorError(
        .dtype, "line_filter", argument: "taps", expected: "\(x.dtype)", got: "\(taps.dtype)")
    }
    func extent(_ range: Range<Int>) -> Int { range.reduce(1) { $0 * x.shape[$1] } }
    let own = max(leading, min(dimension, 2))
    (rank, self.dimension) = (x.rank, dimension)
    (images, rows) = (extent(0..<own), extent(own..<dimension))
    (count, inner) = (x.shape[dimension], extent(dimension + 1..<x.rank))
    (radius, tapShape) = (length / 2, taps.shape)
    groups =
      taps.elementCount == length
      ? nil : FilterLines.groups(x.shape, taps.shape, leading, own, images)
  }

  private static func groups(
    _ shape: Shape, _ taps: Shape, _ leading: Int, _ own: Int, _ images: Int
  ) -> [Int] {
    (0..<images).map { image in
      var (rest, group, step) = (image, 0, 1)
      for dimension in (0..<own).reversed() {
        let position = rest % shape[dimension]
        rest /= shape[dimension]
        guard dimension < leading else { continue }
        if taps[dimension] > 1 { group += position * step }
        step *= taps[dimension]
      }
      return group
    }
  }

  /// Ones that have as many lines as there are lists of taps.
  func ones(_ dtype: DType) throws -> Tensor {
    var shape = Shape(repeating: 1, rank: rank)
    for index in 0..<(tapShape.rank - 1) { shape[index] = tapShape[index] }
    shape[dimension] = count
    return try .ones(shape, dtype: dtype)
  }
}
