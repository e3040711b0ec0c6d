/// Diagonals: taken as views, and laid into matrices.

extension Tensor {
  /// The elements [..., i, ..., i + offset, ...] of two dimensions, which go; the diagonal becomes the
  /// last dimension. A view; empty when the offset leads outside.
  ///
  /// - Throws: `TensorError` when the two dimensions are one.
  public func diagonal(_ offset: Int = 0, _ first: Int = 0, _ second: Int = 1) throws -> Tensor {
    let (a, b) = (try dimension(first, "diagonal"), try dimension(second, "diagonal"))
    try Tensor.requireDistinct(a, b, "diagonal")
    let count = max(0, min(shape[a] + min(offset, 0), shape[b] - max(offset, 0)))
    var (target, steps) = (shape, strides)
    for axis in [max(a, b), min(a, b)] {
      target.remove(at: axis)
      steps.remove(at: axis)
    }
    target.append(count)
    steps.append(strides[a] + strides[b])
    // An empty diagonal begins anywhere.
    let shift =
      count == 0 ? 0 : offset >= 0 ? offset * strides[b] : offset.magnitude.signed * strides[a]
    let result = window(offset: self.offset + shift, shape: target, strides: steps)
    guard Tensor.isRecording(self) else { return result }
    let own = shape
    return try result.recorded("diagonal", self) { gradient, into in
      try into(0) { try gradient.laid(on: own, offset, a, b, "diagonal") }
    }
  }

  /// Zeros with this tensor's last dimension on the diagonal of two new ones: [..., n] → two
  /// dimensions of extent n + |offset| at `first` and `second`.
  ///
  /// - Throws: `TensorError` when there is no room for another dimension, or the two are one.
  public func diagEmbed(_ offset: Int = 0, _ first: Int = -2, _ second: Int = -1) throws -> Tensor {
    guard rank > 0, rank < Dimensions.maximumRank else {
      throw TensorError(
        .shape, "diag_embed", expected: "1 to \(Dimensions.maximumRank - 1) dimensions",
        got: "\(rank)")
    }
    let axes = try [first, second].map { position in
      let axis = position < 0 ? position + rank + 1 : position
      guard axis >= 0, axis <= rank else {
        throw TensorError(
          .index, "diag_embed", argument: "dim", expected: "1 to \(rank + 1), or negative",
          got: "\(position < 0 ? position : position &+ 1)")
      }
      return axis
    }
    try Tensor.requireDistinct(axes[0], axes[1], "diag_embed")
    let (extent, overflow) = shape[rank - 1].addingReportingOverflow(
      Int(clamping: offset.magnitude))
    guard !overflow else {
      throw TensorError(.memory, "diag_embed", "an offset of \(offset) is too large")
    }
    var target = shape
    target.remove(at: rank - 1)
    for axis in axes.sorted() { target.insert(extent, at: axis) }
    return try laid(on: target, offset, axes[0], axes[1], "diag_embed")
  }

  /// A vector on the diagonal of a matrix of zeros, or the diagonal of a matrix (a copy).
  public func diag(_ offset: Int = 0) throws -> Tensor {
    switch rank {
    case 1: return try diagEmbed(offset)
    case 2: return try diagonal(offset).clone()
    default:
      throw TensorError(.shape, "diag", expected: "a vector or a matrix", got: "shape \(shape)")
    }
  }

  /// Zeros of `target` whose diagonal is this tensor: the adjoint of `diagonal`.
  private func laid(
    on target: Shape, _ offset: Int, _ first: Int, _ second: Int, _ name: StaticString
  ) throws -> Tensor {
    let result = try Tensor(uninitialized: target, dtype, name)
    Backend.fill(result, 0)
    try GradientMode.with(false) {
      Backend.copy(self, into: try result.diagonal(offset, first, second))
    }
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded(name, self) { gradient, into in
      try into(0) { try gradient.diagonal(offset, first, second) }
    }
  }

  private static func requireDistinct(_ a: Int, _ b: Int, _ name: String) throws {
    guard a != b else {
      throw TensorError(
        .index, name, argument: "dim1, dim2", expected: "two dimensions", got: "\(a + 1) twice")
    }
  }
}

extension UInt {
  fileprivate var signed: Int { Int(clamping: self) }
}
