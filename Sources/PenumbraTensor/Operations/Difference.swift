/// Differences of neighbours, and integrals by the trapezoidal rule.

extension Tensor {
  /// x[i + 1] − x[i] along a dimension, `order` times over; whether they differ, for booleans.
  ///
  /// - Parameters:
  ///   - prefix, suffix: what to put before and after along the dimension.
  public func difference(
    _ order: Int = 1, _ dimension: Int = -1, prefix: Tensor? = nil, suffix: Tensor? = nil
  ) throws -> Tensor {
    let axis = try self.dimension(dimension, "diff")
    guard order >= 0 else {
      throw TensorError(.value, "diff", argument: "n", expected: "at least 0", got: "\(order)")
    }
    let parts = [prefix, self, suffix].compactMap { $0 }
    var result = try parts.count == 1 ? self : Tensor.cat(parts, axis)
    for _ in 0..<min(order, result.shape[axis]) {
      try Interruption.check("diff")
      let count = max(result.shape[axis] - 1, 0)
      let (low, high) = (
        try result.narrow(axis, start: 0, count: count),
        try result.narrow(axis, start: result.shape[axis] - count, count: count)
      )
      result = try dtype == .bool ? high.ne(low) : high.sub(low)
    }
    return try result === self ? clone() : result
  }

  /// ∫ y dx along a dimension by the trapezoidal rule: Σ (y[i] + y[i + 1]) / 2 · Δx[i].
  ///
  /// - Parameters:
  ///   - x: the places [n] or of a shape that broadcasts to this one.
  ///   - spacing: Δx where no places are given.
  public func trapezoid(_ dimension: Int = -1, x: Tensor? = nil, spacing: Double = 1) throws
    -> Tensor
  {
    try trapezoids("trapezoid", dimension, x, spacing).sum([dimension])
  }

  /// The integrals up to each place but the first; see `trapezoid`.
  public func cumulativeTrapezoid(
    _ dimension: Int = -1, x: Tensor? = nil, spacing: Double = 1
  ) throws -> Tensor {
    try trapezoids("cumulative_trapezoid", dimension, x, spacing).cumulativeSum(dimension)
  }

  private func trapezoids(
    _ name: StaticString, _ dimension: Int, _ x: Tensor?, _ spacing: Double
  ) throws -> Tensor {
    let axis = try self.dimension(dimension, "\(name)")
    let count = max(shape[axis] - 1, 0)
    let first = try narrow(axis, start: 0, count: count)
    let sums = try narrow(axis, start: shape[axis] - count, count: count).add(first)
    guard let x else { return try sums.mul(spacing / 2) }
    var places = x
    if x.rank == 1 {
      guard x.shape[0] == shape[axis] else {
        throw TensorError(
          .shape, "\(name)", argument: "x", expected: "[\(shape[axis])]", got: "\(x.shape)")
      }
      var aligned = Shape(repeating: 1, rank: rank)
      aligned[axis] = shape[axis]
      places = try x.reshape(aligned)
    }
    guard places.rank == rank, places.shape[axis] == shape[axis] else {
      throw TensorError(
        .shape, "\(name)", argument: "x", expected: "[\(shape[axis])] or \(shape)",
        got: "\(x.shape)")
    }
    let widths = try places.difference(1, axis)
    return try sums.mul(widths).mul(0.5)
  }
}
