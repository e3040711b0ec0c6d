/// LU factors with row exchanges, and systems that they solve.

extension Tensor {
  /// A = P L U with k = min(m, n): a permutation matrix, a lower triangular L with ones on its diagonal,
  /// an upper triangular U. Singular matrices have zeros on U's diagonal, and no derivative.
  ///
  /// [..., m, n] → P: [..., m, m], L: [..., m, k], U: [..., k, n]
  /// - Complexity: O(m n k) a matrix.
  public func luDecomposition() throws -> (p: Tensor, l: Tensor, u: Tensor) {
    let (factors, pivots) = try packedFactors("lu", allowsSingular: true)
    let permutations = try factors.permutations(pivots, "lu")
    return (permutations, try factors.lowerFactor(), try factors.upperFactor())
  }

  /// L below the diagonal and U on and above it in one matrix, and the row exchanges: row i changed
  /// places with row pivots[i], counted from 0, for i = 0, 1, ... For `luSolve`.
  ///
  /// [..., m, n] → [..., m, n], int64 [..., min(m, n)]
  /// - Throws: `TensorError` (value) naming the first singular matrix.
  public func luFactor() throws -> (factors: Tensor, pivots: Tensor) {
    try packedFactors("lu_factor", allowsSingular: false)
  }

  /// X with A X = B from A's factors, which this is; X A = B with `left` false, and Aᵀ for A with
  /// `adjoint`.
  ///
  /// self: [..., n, n], pivots: int64 [..., n] (see `luFactor`), right: [..., n, k] or [..., k, n];
  /// leading dimensions broadcast.
  /// - Complexity: O(n² k) a matrix.
  public func luSolve(
    _ pivots: Tensor, _ right: Tensor, left: Bool = true, adjoint: Bool = false
  ) throws -> Tensor {
    try requireSquare("lu_solve", argument: "LU")
    try right.requireMatrices("lu_solve", argument: "right-hand side")
    try requireMatching(right, left: left, "lu_solve")
    guard left else {
      return try luSolve(pivots, right.transposedMatrix, adjoint: !adjoint).transposedMatrix
    }
    let permutations = try permutations(pivots, "lu_solve")
    if adjoint {
      let middle = try transposedMatrix.solveTriangular(right, upper: false)
      return try permutations.matmul(
        transposedMatrix.solveTriangular(middle, upper: true, unitriangular: true))
    }
    let middle = try solveTriangular(
      permutations.transposedMatrix.matmul(right), upper: false, unitriangular: true)
    return try solveTriangular(middle, upper: true)
  }

  private func packedFactors(_ name: StaticString, allowsSingular: Bool) throws -> (
    factors: Tensor, pivots: Tensor
  ) {
    try requireMatrices("\(name)")
    let k = min(shape[rank - 2], shape[rank - 1])
    let pivots = try Tensor(uninitialized: batchShape.appending(k), .int64, name)
    let result = try GradientMode.with(false) {
      let columns = try detached().transposedMatrix.copied()
      if let failure = try Backend.luFactors(columns, pivots: pivots, name), !allowsSingular {
        throw TensorError(
          .value, "\(name)",
          "\(matrixName(failure)) is singular (pivot \(failure.row + 1) is zero)")
      }
      return try columns.transposedMatrix.copied()
    }
    guard Tensor.isRecording(self) else { return (result, pivots) }
    let (saved, permutations) = (SavedOutput(result), try result.permutations(pivots, name))
    _ = try result.recorded(name, self) { gradient, into in
      try into(0) { try permutations.matmul(saved.value(into).factorBackward(gradient)) }
    }
    return (result, pivots)
  }

  /// The derivative with respect to PᵀA = L U of a square, wide (U = [U₁ | U₂]) or tall (L = [L₁ ; L₂])
  /// matrix: L₁⁻ᵀ (tril₋₁(L₁ᵀ g_L₁ − g_U₂ U₂ᵀ) + triu(g_U₁ U₁ᵀ − L₂ᵀ g_L₂)) U₁⁻ᵀ in the first k rows and
  /// columns.
  private func factorBackward(_ gradient: Tensor) throws -> Tensor {
    let (m, n) = (shape[rank - 2], shape[rank - 1])
    let k = min(m, n)
    if k == 0 { return gradient }
    let square = try narrow(-2, start: 0, count: k).narrow(-1, start: 0, count: k)
    let corner = try gradient.narrow(-2, start: 0, count: k).narrow(-1, start: 0, count: k)
    var lower = try square.lowerFactor().transposedMatrix.matmul(corner.tril(-1))
    var upper = try corner.triu().matmul(square.triu().transposedMatrix)
    let transposed = try square.transposedMatrix
    let rest = max(m, n) - k
    if m < n {
      let gu = try gradient.narrow(-1, start: k, count: rest)
      lower = try lower.sub(gu.matmul(narrow(-1, start: k, count: rest).transposedMatrix))
    } else if m > n {
      let gl = try gradient.narrow(-2, start: k, count: rest)
      upper = try upper.sub(narrow(-2, start: k, count: rest).transposedMatrix.matmul(gl))
    }
    var inner = try lower.tril(-1).add(upper.triu())
    if m > n {
      inner = try transposed.solveTriangular(inner, upper: true, unitriangular: true)
      inner = try Tensor.cat([inner, gradient.narrow(-2, start: k, count: rest)], -2)
      return try transposed.solveTriangular(inner, upper: false, left: false)
    }
    inner = try transposed.solveTriangular(inner, upper: false, left: false)
    if m < n { inner = try Tensor.cat([inner, gradient.narrow(-1, start: k, count: rest)], -1) }
    return try transposed.solveTriangular(inner, upper: true, unitriangular: true)
  }

  /// L of packed factors: [..., m, n] → [..., m, k].
  private func lowerFactor() throws -> Tensor {
    let k = min(shape[rank - 2], shape[rank - 1])
    return try narrow(-1, start: 0, count: k).tril(-1)
      .add(Tensor.eye(shape[rank - 2], k, dtype: dtype))
  }

  /// U of packed factors: [..., m, n] → [..., k, n].
  private func upperFactor() throws -> Tensor {
    try narrow(-2, start: 0, count: min(shape[rank - 2], shape[rank - 1])).triu()
  }

  /// P for the row exchanges of factors [..., m, n]: [..., m, m].
  private func permutations(_ pivots: Tensor, _ name: StaticString) throws -> Tensor {
    let (m, k) = (shape[rank - 2], min(shape[rank - 2], shape[rank - 1]))
    guard pivots.shape == batchShape.appending(k) else {
      throw TensorError(
        .shape, "\(name)", argument: "pivots", expected: "\(batchShape.appending(k))",
        got: "\(pivots.shape)")
    }
    let exchanges = try pivots.positions(below: m, name)
    let order = try Tensor(uninitialized: Shape(matrixCount, m), .int64, name)
    for matrix in 0..<(m == 0 ? 0 : matrixCount) {
      let rows = order.int64s + matrix * m
      for row in 0..<m { rows[row] = Int64(row) }
      for row in 0..<k {
        let other = Int(exchanges.int64s[matrix * k + row])
        (rows[row], rows[other]) = (rows[other], rows[row])
      }
    }
    // Column i has its 1 where row i came from.
    return try order.reshape(batchShape.appending(m)).unsqueeze(-2)
      .eq(Tensor.arange(0, Double(m), dtype: .int64).unsqueeze(-1)).to(dtype)
  }
}
