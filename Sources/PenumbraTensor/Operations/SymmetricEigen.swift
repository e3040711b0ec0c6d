/// Eigenvalues and eigenvectors of symmetric matrices, and what is made of them.

extension Tensor {
  /// A = V diag(w) Vᵀ of symmetric matrices: w ascending, the eigenvectors as columns of V.
  ///
  /// Only the lower triangle is read, or the upper one. Eigenvectors are unique up to their sign, and
  /// only where eigenvalues differ; what depends on more has an infinite derivative there. The
  /// derivative is symmetric. [..., n, n] → [..., n] and [..., n, n]
  /// - Throws: `TensorError` (value) for elements that are not finite.
  /// - Complexity: O(n³) a matrix.
  public func symmetricEigen(upper: Bool = false) throws -> (values: Tensor, vectors: Tensor) {
    try requireSquare("eigh")
    try requireFinite("eigh")
    let pack = ResultPack([batchShape.appending(shape[rank - 1]), shape])
    let whole = try pack.vector(dtype, "eigh")
    try GradientMode.with(false) {
      let rows = try copied()
      let results = try pack.parts(of: whole)
      try rows.decomposeSymmetric(into: results[0], upper: upper, wantsVectors: true)
      Backend.copy(try rows.transposedMatrix, into: results[1])
    }
    if Tensor.isRecording(self) {
      let saved = SavedOutput(whole)
      _ = try whole.recorded("eigh", self) { gradient, into in
        try into(0) {
          let results = try pack.parts(of: saved.value(into))
          let parts = try pack.gradients(of: gradient)
          return try Tensor.symmetricEigenBackward(
            results[0], results[1], values: parts[0], vectors: parts[1])
        }
      }
    }
    let results = try pack.parts(of: whole)
    return (results[0], results[1])
  }

  /// The eigenvalues of symmetric matrices, ascending; see `symmetricEigen`. [..., n, n] → [..., n]
  public func symmetricEigenvalues(upper: Bool = false) throws -> Tensor {
    if Tensor.isRecording(self) { return try symmetricEigen(upper: upper).values }
    try requireSquare("eigvalsh")
    try requireFinite("eigvalsh")
    let result = try Tensor(uninitialized: batchShape.appending(shape[rank - 1]), dtype, "eigvalsh")
    try copied().decomposeSymmetric(into: result, upper: upper, wantsVectors: false)
    return result
  }

  private func decomposeSymmetric(into values: Tensor, upper: Bool, wantsVectors: Bool) throws {
    let failure = try Backend.symmetricEigen(
      self, values: values, isUpper: upper, wantsVectors: wantsVectors)
    if let failure {
      throw TensorError(.value, "eigh", "the algorithm did not converge for \(matrixName(failure))")
    }
  }

  /// V (diag(g_w) + (Vᵀ g_V) / (w_j − w_i)) Vᵀ, made symmetric.
  private static func symmetricEigenBackward(
    _ w: Tensor, _ v: Tensor, values: Tensor?, vectors: Tensor?
  ) throws -> Tensor {
    var inner = try values.map { try $0.diagEmbed() }
    if let vectors {
      let rotation = try v.transposedMatrix.matmul(vectors)
        .overDifferences(w.unsqueeze(-2).sub(w.unsqueeze(-1)))
      inner = try inner.map { try $0.add(rotation) } ?? rotation
    }
    guard let inner else { return try Tensor.zeros(v.shape, dtype: v.dtype) }
    return try v.matmul(inner).matmul(v.transposedMatrix).symmetrized()
  }

  /// x / d off the diagonal, 0 on it and wherever x is 0 already.
  func overDifferences(_ differences: Tensor) throws -> Tensor {
    let settled = try GradientMode.with(false) {
      try identityBeside().ne(0).logicalOr(eq(0).logicalAnd(differences.eq(0)))
    }
    return try maskedFill(settled, 0).div(differences.maskedFill(settled, 1))
  }

  /// The symmetric square root S of symmetric positive semi-definite matrices: S S = A.
  ///
  /// Eigenvalues that rounding made negative count as 0. The derivative solves S G + G S = g and
  /// needs no eigenvalues to differ; directions of eigenvalue 0, where it is infinite, count as 0.
  /// [..., n, n]
  /// - Throws: `TensorError` (value) for a matrix with a truly negative eigenvalue.
  /// - Complexity: O(n³) a matrix.
  public func symmetricSquareRoot() throws -> Tensor {
    try requireSquare("sqrtm")
    let result = try GradientMode.with(false) {
      let (w, v) = try detached().symmetricEigen()
      let scale = try w.abs().maximumOrZero()
      let tolerance = (dtype == .float32 ? 1.2e-7 : 2.3e-16) * 8 * Double(shape[rank - 1])
      guard try w.ge(scale.mul(-tolerance).unsqueeze(-1)).all() else {
        throw TensorError(
          .value, "sqrtm",
          "expected symmetric positive semi-definite matrices, "
            + "got one with a negative eigenvalue")
      }
      return try v.mul(w.maximum(0).sqrt().unsqueeze(-2)).matmul(v.transposedMatrix)
    }
    guard Tensor.isRecording(self) else { return result }
    let root = SavedOutput(result)
    return try result.recorded("sqrtm", self) { gradient, into in
      try into(0) { try root.value(into).lyapunovSolution(gradient.symmetrized()) }
    }
  }

  /// The greatest element of the last dimension, or 0 where that is empty.
  private func maximumOrZero() throws -> Tensor {
    try shape[rank - 1] == 0 ? sum([-1]) : maximum(over: [-1])
  }

  /// X with S X + X S = C for a symmetric S ≥ 0, which this is.
  private func lyapunovSolution(_ right: Tensor) throws -> Tensor {
    let result = try GradientMode.with(false) {
      let (w, v) = try detached().symmetricEigen()
      let floor = try w.abs().maximumOrZero().mul(dtype == .float32 ? 1e-6 : 1e-14).unsqueeze(-1)
        .unsqueeze(-1)
      let sums = try w.unsqueeze(-1).add(w.unsqueeze(-2))
      let inner = try v.transposedMatrix.matmul(right).matmul(v)
        .div(sums.maskedFill(sums.le(floor), .infinity))
      return try v.matmul(inner).matmul(v.transposedMatrix)
    }
    guard Tensor.isRecording(self, right) else { return result }
    let (root, solution) = (Saved(self), SavedOutput(result))
    return try result.recorded("sqrtm", self, right) { gradient, into in
      let adjoint = try root.value(into).lyapunovSolution(gradient)
      try into(0) {
        let x = try solution.value(into).transposedMatrix
        return try adjoint.matmul(x).add(x.matmul(adjoint)).negative()
      }
      try into(1) { adjoint }
    }
  }
}
