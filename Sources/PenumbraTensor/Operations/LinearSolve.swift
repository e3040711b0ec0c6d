/// Systems of linear equations and inverses, by LU factors with row exchanges.

extension Tensor {
  /// X with A X = B, or X A = B with `left` false.
  ///
  /// self: [..., n, n], right: [..., n, k], or [..., n] for vectors: one alone, or one for each matrix of
  /// the batch. Leading dimensions broadcast.
  /// - Throws: `TensorError` (value) naming the first singular matrix.
  /// - Complexity: O(n³ + n² k) a matrix.
  public func solve(_ right: Tensor, left: Bool = true) throws -> Tensor {
    try requireSquare("solve", argument: "matrix")
    try right.requireFloating("solve")
    if right.rank == 1 || (right.rank == rank - 1 && right.shape == vectorShape) {
      guard left else {
        throw TensorError(
          .shape, "solve", argument: "right-hand side",
          expected: "matrices [..., k, n] for a system from the right", got: "\(right.shape)")
      }
      return try solve(right.unsqueeze(-1)).squeeze(-1)
    }
    try right.requireMatrices("solve", argument: "right-hand side")
    try requireMatching(right, left: left, "solve")
    guard left else {
      return try transposedMatrix.solve(right.transposedMatrix).transposedMatrix
    }
    let dtype = DType.promoted(self, right)
    let lead = try Shape.broadcast(batchShape, right.batchShape, "solve")
    let (n, k) = (shape[rank - 1], right.shape[right.rank - 1])
    return try to(dtype).expand(to: lead.appending(n, n))
      .solved(right.to(dtype).expand(to: lead.appending(n, k)), "solve")
  }

  /// The shape of one vector for each matrix.
  private var vectorShape: Shape { batchShape.appending(shape[rank - 1]) }

  /// A⁻¹. [..., n, n]
  ///
  /// - Throws: `TensorError` (value) naming the first singular matrix.
  /// - Complexity: O(n³) a matrix.
  public func inverse() throws -> Tensor {
    try requireSquare("inverse")
    return try inverse("inverse", allowsSingular: false)
  }

  /// A⁻¹; a singular matrix gives infinities or NaN where they are allowed.
  func inverse(_ name: StaticString, allowsSingular: Bool) throws -> Tensor {
    let result = try GradientMode.with(false) {
      try solutionValues(
        identityBeside().expand(to: shape), name, allowsSingular: allowsSingular)
    }
    guard Tensor.isRecording(self) else { return result }
    let saved = SavedOutput(result)
    return try result.recorded(name, self) { gradient, into in
      try into(0) {
        let transposed = try saved.value(into).transposedMatrix
        return try transposed.matmul(gradient).matmul(transposed).negative()
      }
    }
  }

  /// `solve` for equal leading dimensions.
  private func solved(_ right: Tensor, _ name: StaticString) throws -> Tensor {
    let result = try GradientMode.with(false) {
      try solutionValues(right, name, allowsSingular: false)
    }
    guard Tensor.isRecording(self, right) else { return result }
    let (matrix, solution) = (Saved(self), SavedOutput(result))
    return try result.recorded(name, self, right) { gradient, into in
      let adjoint = try matrix.value(into).transposedMatrix.solved(gradient, name)
      try into(0) {
        try adjoint.matmul(solution.value(into).transposedMatrix).negative()
      }
      try into(1) { adjoint }
    }
  }

  private func solutionValues(_ right: Tensor, _ name: StaticString, allowsSingular: Bool) throws
    -> Tensor
  {
    let transposed = try right.detached().transposedMatrix.copied()
    let failure = try Backend.solve(copied(), transposed, allowsSingular: allowsSingular, name)
    if let failure {
      throw TensorError(
        .value, "\(name)",
        "\(matrixName(failure)) is singular (pivot \(failure.row + 1) is zero)")
    }
    return try transposed.transposedMatrix.copied()
  }
}
