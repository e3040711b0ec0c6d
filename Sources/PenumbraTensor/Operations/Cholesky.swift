/// The Cholesky factor of symmetric positive definite matrices, and what it solves.

extension Tensor {
  /// L with A = L Lᵀ, lower triangular with a positive diagonal; or U = Lᵀ with A = Uᵀ U.
  ///
  /// Only the triangle of the result's form is read. The derivative is symmetric. [..., n, n]
  /// - Throws: `TensorError` (value) naming the matrix and its first leading minor that is not positive.
  /// - Complexity: O(n³) a matrix.
  public func cholesky(upper: Bool = false) throws -> Tensor {
    try requireSquare("cholesky")
    if upper { return try transposedMatrix.cholesky().transposedMatrix }
    let result = try copied()
    if let failure = try Backend.cholesky(result) {
      throw TensorError(
        .value, "cholesky",
        "\(matrixName(failure)) is not positive definite (leading minor \(failure.row + 1))")
    }
    guard Tensor.isRecording(self) else { return result }
    let factor = SavedOutput(result)
    return try result.recorded("cholesky", self) { gradient, into in
      try into(0) {
        // Φ takes the lower triangle with half the diagonal; S = L⁻ᵀ Φ(Lᵀ G) L⁻¹, made symmetric.
        let lower = try factor.value(into)
        let product = try lower.transposedMatrix.matmul(gradient)
        let phi = try product.tril().sub(
          product.matrixDiagonal().diagEmbed().mul(0.5))
        let left = try lower.transposedMatrix.solveTriangular(phi, upper: true)
        return try lower.solveTriangular(left, upper: false, left: false).symmetrized()
      }
    }
  }

  /// X with A X = B, where this is A's Cholesky factor.
  ///
  /// self: [..., n, n], right: [..., n, k] → [..., n, k]
  public func choleskySolve(_ right: Tensor, upper: Bool = false) throws -> Tensor {
    try requireSquare("cholesky_solve", argument: "factor")
    try right.requireMatrices("cholesky_solve", argument: "right-hand side")
    let lower = try upper ? transposedMatrix : self
    return try lower.transposedMatrix.solveTriangular(
      lower.solveTriangular(right, upper: false), upper: true)
  }

  /// A⁻¹, where this is A's Cholesky factor. [..., n, n]
  public func choleskyInverse(upper: Bool = false) throws -> Tensor {
    try requireSquare("cholesky_inverse")
    return try choleskySolve(identityBeside(), upper: upper)
  }
}
