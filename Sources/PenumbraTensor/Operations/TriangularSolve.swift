/// Systems of linear equations with a triangular matrix.

extension Tensor {
  /// X with A X = B, or X A = B with `left` false, for a triangular A.
  ///
  /// Only A's upper or lower triangle is read; with `unitriangular` its diagonal counts as ones. A zero
  /// on the diagonal gives infinities, as a division does. Leading dimensions broadcast.
  /// self: [..., n, n], right: [..., n, k] (left) or [..., k, n] → the same
  /// - Complexity: O(n² k) a matrix.
  public func solveTriangular(
    _ right: Tensor, upper: Bool, left: Bool = true, unitriangular: Bool = false
  ) throws -> Tensor {
    let name: StaticString = "solve_triangular"
    try requireSquare("\(name)", argument: "matrix")
    try right.requireMatrices("\(name)", argument: "right-hand side")
    try requireMatching(right, left: left, "\(name)")
    let dtype = DType.promoted(self, right)
    let lead = try Shape.broadcast(batchShape, right.batchShape, name)
    let a = try to(dtype).expand(to: lead.appending(shape[rank - 2], shape[rank - 1]))
    let b = try right.to(dtype).expand(
      to: lead.appending(right.shape[right.rank - 2], right.shape[right.rank - 1]))
    let result = try GradientMode.with(false) {
      try a.triangularValues(
        b,
        TriangularPlan(
          isLeft: left, isUpper: upper, isTransposed: false, hasUnitDiagonal: unitriangular))
    }
    guard Tensor.isRecording(a, b) else { return result }
    let (matrix, solution) = (Saved(a), SavedOutput(result))
    return try result.recorded(name, a, b) { gradient, into in
      let (matrix, solution) = (try matrix.value(into), try solution.value(into))
      let adjoint = try matrix.transposedMatrix.solveTriangular(
        gradient, upper: !upper, left: left, unitriangular: unitriangular)
      try into(0) {
        let full =
          try left
          ? adjoint.matmul(solution.transposedMatrix) : solution.transposedMatrix.matmul(adjoint)
        let inset = unitriangular ? 1 : 0
        return try (upper ? full.triu(inset) : full.tril(-inset)).negative()
      }
      try into(1) { adjoint }
    }
  }

  private func triangularValues(_ right: Tensor, _ plan: TriangularPlan) throws -> Tensor {
    let result = try right.copied()
    if result.elementCount == 0 { return result }
    let count = matrixCount
    let (n, rows, columns) = (shape[rank - 1], right.shape[rank - 2], right.shape[rank - 1])
    let matrices = try reshape(Shape(count, n, n))
    try Backend.solveTriangular(
      MatrixOperand(matrices), result.reshape(Shape(count, rows, columns)), plan)
    return result
  }

  /// - Throws: `TensorError` unless `right` has as many rows (columns, for a system from the right) as
  ///   this matrix has.
  func requireMatching(_ right: Tensor, left: Bool, _ operation: String) throws {
    let n = shape[rank - 1]
    guard right.shape[right.rank - (left ? 2 : 1)] == n else {
      throw TensorError(
        .shape, operation, argument: "right-hand side",
        expected: left ? "[..., \(n), k]" : "[..., k, \(n)]", got: "\(right.shape)")
    }
  }
}
