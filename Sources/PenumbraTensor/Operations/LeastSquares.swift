/// Pseudo-inverses, ranks and least squares, by singular values.

extension Tensor {
  /// The greatest singular value that counts as zero: max(`absolute`, `relative` · s_max). [..., 1]
  ///
  /// By default max(m, n) ε relative, or nothing relative where `absolute` is given.
  private func threshold(
    _ s: Tensor, _ absolute: Double?, _ relative: Double?, _ operation: String
  ) throws -> Tensor {
    for (name, value) in [("atol", absolute), ("rtol", relative)] {
      if let value, !(value >= 0) {
        throw TensorError(
          .value, operation, argument: name, expected: "a number of at least 0", got: "\(value)")
      }
    }
    let epsilon = dtype == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
    let sides = Double(max(shape[rank - 2], shape[rank - 1]))
    let standard = absolute.map { $0 > 0 ? 0 : sides * epsilon } ?? sides * epsilon
    let peak =
      try s.shape[s.rank - 1] == 0
      ? s.sum([-1], keepDimensions: true) : s.maximum(over: [-1], keepDimensions: true)
    return try peak.mul(relative ?? standard).maximum(absolute ?? 0)
  }

  /// A⁺, the Moore–Penrose inverse; singular values up to max(atol, rtol · s_max) count as zero.
  ///
  /// The derivative is that at constant rank. [..., m, n] → [..., n, m]
  /// - Parameters:
  ///   - atol: 0 by default.
  ///   - rtol: max(m, n) ε by default, or 0 where `atol` is positive.
  /// - Throws: `TensorError` (value) for elements that are not finite.
  public func pseudoInverse(atol: Double? = nil, rtol: Double? = nil) throws -> Tensor {
    try requireMatrices("pinv")
    let result = try GradientMode.with(false) {
      let (u, s, vh) = try detached().singularValueDecomposition()
      let inverse = try inverted(s, atol, rtol, "pinv")
      return try vh.transposedMatrix.mul(inverse.unsqueeze(-2)).matmul(u.transposedMatrix)
    }
    guard Tensor.isRecording(self) else { return result }
    let (matrix, value) = (Saved(self), SavedOutput(result))
    return try result.recorded("pinv", self) { gradient, into in
      try into(0) {
        try Tensor.pseudoInverseBackward(gradient, matrix.value(into), value.value(into))
      }
    }
  }

  /// 1 / s where s counts, else 0.
  private func inverted(_ s: Tensor, _ atol: Double?, _ rtol: Double?, _ name: String) throws
    -> Tensor
  {
    try s.maskedFill(s.le(threshold(s, atol, rtol, name)), .infinity).reciprocal()
  }

  /// −Yᵀ G Yᵀ + (I − A Y) Gᵀ Y Yᵀ + Yᵀ Y Gᵀ (I − Y A), with Y = A⁺ and G of Y's shape.
  private static func pseudoInverseBackward(_ gradient: Tensor, _ a: Tensor, _ y: Tensor) throws
    -> Tensor
  {
    let (yt, gt) = (try y.transposedMatrix, try gradient.transposedMatrix)
    let tall = try gt.matmul(y).matmul(yt)
    let wide = try yt.matmul(y).matmul(gt)
    return try tall.sub(a.matmul(y).matmul(tall))
      .add(wide.sub(wide.matmul(y).matmul(a)))
      .sub(yt.matmul(gradient).matmul(yt))
  }

  /// The number of singular values above max(atol, rtol · s_max), as int64. [..., m, n] → [...]
  ///
  /// The defaults are those of `pseudoInverse`.
  public func matrixRank(atol: Double? = nil, rtol: Double? = nil) throws -> Tensor {
    try requireMatrices("matrix_rank")
    return try GradientMode.with(false) {
      let s = try detached().singularValues()
      return try s.gt(threshold(s, atol, rtol, "matrix_rank")).sum([-1])
    }
  }

  /// X of least norm among those with the least ‖A X − B‖, the residuals and what A was like.
  ///
  /// self: [..., m, n], right: [..., m, k], or a vector [m] beside one matrix. Leading dimensions
  /// broadcast. The residuals Σ (A X − B)² over rows, [..., k], are there if m > n and every matrix has
  /// rank n; else they are empty, as PyTorch's are. Singular values up to `rcond` · s_max count as
  /// zero (max(m, n) ε by default); the derivative is that at constant rank.
  /// - Throws: `TensorError` (value) for elements of A that are not finite.
  public func leastSquares(_ right: Tensor, rcond: Double? = nil) throws -> (
    solution: Tensor, residuals: Tensor, rank: Tensor, singularValues: Tensor
  ) {
    try requireMatrices("lstsq", argument: "matrix")
    if rank == 2, right.rank == 1 {
      let (x, rest, rank, s) = try leastSquares(right.unsqueeze(-1), rcond: rcond)
      return (try x.squeeze(-1), rest, rank, s)
    }
    try right.requireMatrices("lstsq", argument: "right-hand side")
    let (m, n) = (shape[rank - 2], shape[rank - 1])
    guard right.shape[right.rank - 2] == m else {
      throw TensorError(
        .shape, "lstsq", argument: "right-hand side", expected: "[..., \(m), k]",
        got: "\(right.shape)")
    }
    let dtype = DType.promoted(self, right)
    let lead = try Shape.broadcast(batchShape, right.batchShape, "lstsq")
    let a = try to(dtype).expand(to: lead.appending(m, n))
    let b = try right.to(dtype).expand(to: lead.appending(m, right.shape[right.rank - 1]))
    let (values, s, count) = try GradientMode.with(false) {
      let (u, s, vh) = try a.detached().singularValueDecomposition()
      let cut = try a.threshold(s, nil, rcond, "lstsq")
      let inverse = try a.inverted(s, nil, rcond, "lstsq")
      let x = try vh.transposedMatrix.matmul(
        u.transposedMatrix.matmul(b).mul(inverse.unsqueeze(-1)))
      return (x, s, try s.gt(cut).sum([-1]))
    }
    let solution = try a.leastSquaresRecorded(b, values, rcond)
    let isDetermined = try m > n && GradientMode.with(false) { try count.eq(Double(n)).all() }
    let residuals =
      try isDetermined
      ? a.matmul(solution).sub(b).square().sum([-2]) : Tensor.zeros(Shape(0), dtype: dtype)
    return (solution, residuals, count, s)
  }

  private func leastSquaresRecorded(_ right: Tensor, _ solution: Tensor, _ rcond: Double?) throws
    -> Tensor
  {
    guard Tensor.isRecording(self, right) else { return solution }
    let (matrix, target) = (Saved(self), Saved(right))
    return try solution.recorded("lstsq", self, right) { gradient, into in
      let matrix = try matrix.value(into)
      let inverse = try matrix.pseudoInverse(rtol: rcond)
      try into(0) {
        let right = try target.value(into)
        return try Tensor.pseudoInverseBackward(
          gradient.matmul(right.transposedMatrix), matrix, inverse)
      }
      try into(1) { try inverse.transposedMatrix.matmul(gradient) }
    }
  }
}
