/// Distances between all points of two sets.

extension Tensor {
  /// result[i, j] = ‖x_i − y_j‖_p for points x: [..., n, d] and y: [..., m, d] → [..., n, m].
  ///
  /// For p = 2 each distance is summed from its own differences, and its derivative is 0 where it is
  /// 0. Other p hold all n · m · d differences in memory.
  ///
  /// - Throws: `TensorError` for points of different dimension or type, or a negative p.
  /// - Complexity: O(n m d)
  public func pairwiseDistances(to other: Tensor, order p: Double = 2) throws -> Tensor {
    try requireFloating("cdist")
    guard rank >= 2, other.rank >= 2, shape[rank - 1] == other.shape[other.rank - 1],
      other.dtype == dtype
    else {
      throw TensorError(
        .shape, "cdist", expected: "float points [..., n, d] and [..., m, d] of one type",
        got: "\(dtype) \(shape) and \(other.dtype) \(other.shape)")
    }
    guard p >= 0 else {
      throw TensorError(.value, "cdist", argument: "p", expected: "a number ≥ 0", got: "\(p)")
    }
    let batch = try Shape.broadcast(batchShape, other.batchShape, "cdist")
    let x = try expand(to: batch.appending(shape[rank - 2], shape[rank - 1]))
    let y = try other.expand(to: batch.appending(other.shape[other.rank - 2], shape[rank - 1]))
    if p == 2 { return try x.euclideanDistances(y) }
    guard rank < Dimensions.maximumRank, batch.rank <= Dimensions.maximumRank - 3 else {
      throw TensorError(.shape, "cdist", expected: "at most 7 dimensions", got: "\(rank)")
    }
    if shape[rank - 1] == 0 {
      return try Tensor.zeros(x.pairShape(y), dtype: dtype)
    }
    return try x.unsqueeze(-2).sub(y.unsqueeze(-3)).norm([-1], order: p)
  }

  private func pairShape(_ other: Tensor) -> Shape {
    var result = shape
    result[rank - 1] = other.shape[other.rank - 2]
    return result
  }

  /// Distances of equally shaped batches.
  private func euclideanDistances(_ other: Tensor) throws -> Tensor {
    let result = try Tensor(uninitialized: pairShape(other), dtype, "cdist")
    try Backend.euclideanDistances(
      try contiguousValues(), try other.contiguousValues(), into: result)
    guard Tensor.isRecording(self, other) else { return result }
    let (x, y, distance) = (Saved(self), Saved(other), SavedOutput(result))
    return try result.recorded("cdist", self, other) { gradient, into in
      let (x, y, distance) = (try x.value(into), try y.value(into), try distance.value(into))
      let weight = try gradient.div(distance.maskedFill(distance.eq(0), .infinity))
      // Σ_j w_ij (x_i − y_j) is blind to a common shift, so digits are kept by moving to the middle.
      let middle = try GradientMode.with(false) {
        try y.mean([-2], keepDimensions: true).maskedFill(y.shape[y.rank - 2] == 0)
      }
      let (a, b) = (try x.sub(middle), try y.sub(middle))
      try into(0) {
        try a.mul(weight.sum([-1]).unsqueeze(-1)).sub(weight.matmul(b))
      }
      try into(1) {
        try b.mul(weight.sum([-2]).unsqueeze(-1)).sub(weight.transpose(-1, -2).matmul(a))
      }
    }
  }

  /// Zeros where a mean of nothing would be NaN.
  private func maskedFill(_ isEmpty: Bool) throws -> Tensor {
    isEmpty ? try Tensor.zeros(shape, dtype: dtype) : self
  }
}
