/// Copies of a tensor in which a part, chosen as by a view, has other values.

extension Tensor {
  /// A copy with `source` at position `index` of a dimension: the opposite of `select`.
  ///
  /// - Parameter source: this dtype; this shape without the dimension.
  public func selectScatter(_ source: Tensor, _ dimension: Int, _ index: Int) throws -> Tensor {
    try withPart(source, "select_scatter") { try $0.select(dimension, index) }
  }

  /// A copy with `source` at the positions first, first + step, ... last of a dimension; bounds
  /// outside are held to the tensor.
  ///
  /// - Parameter source: this dtype and shape, but for as many positions of the dimension as there are.
  public func sliceScatter(
    _ source: Tensor, _ dimension: Int, first: Int = 0, last: Int = -1, step: Int = 1
  ) throws -> Tensor {
    let axis = try self.dimension(dimension, "slice_scatter")
    guard step > 0 else {
      throw TensorError(
        .value, "slice_scatter", argument: "step", expected: "at least 1", got: "\(step)")
    }
    let extent = shape[axis]
    let start = min(max(first < 0 ? first + extent : first, 0), extent)
    let end = min(max(last < 0 ? last + extent : last, -1), extent - 1)
    let count = end < start ? 0 : (end - start) / step + 1
    return try withPart(source, "slice_scatter") {
      try $0.narrow(axis, start: start, count: count, step: step)
    }
  }

  /// A copy with `source` on a diagonal of two dimensions: the opposite of `diagonal`.
  ///
  /// - Parameter source: this dtype, and the shape of `diagonal`.
  public func diagonalScatter(
    _ source: Tensor, _ offset: Int = 0, _ first: Int = 0, _ second: Int = 1
  ) throws -> Tensor {
    try withPart(source, "diagonal_scatter") { try $0.diagonal(offset, first, second) }
  }

  private func withPart(
    _ source: Tensor, _ operation: StaticString, _ part: (Tensor) throws -> Tensor
  ) throws -> Tensor {
    try requireSameType(source, operation)
    let expected = try part(detached()).shape
    guard source.shape == expected else {
      throw TensorError(
        .shape, "\(operation)", argument: "source", expected: "\(expected)", got: "\(source.shape)")
    }
    return try clone().assign(source, at: part)
  }
}
