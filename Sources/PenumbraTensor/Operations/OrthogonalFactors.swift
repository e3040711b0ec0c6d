/// The QR decomposition.

extension Tensor {
  /// A = Q R with k = min(m, n): Q has orthonormal columns, R is upper triangular.
  ///
  /// The signs are LAPACK's: R's diagonal may be negative. The derivative needs the first k columns of
  /// A to be independent. [..., m, n] → Q: [..., m, k], R: [..., k, n]
  /// - Complexity: O(m n k) a matrix.
  public func orthogonalDecomposition() throws -> (q: Tensor, r: Tensor) {
    try requireMatrices("qr")
    let (m, n) = (shape[rank - 2], shape[rank - 1])
    let k = min(m, n)
    let pack = ResultPack([batchShape.appending(m, k), batchShape.appending(k, n)])
    let whole = try pack.vector(dtype, "qr")
    try GradientMode.with(false) {
      let results = try pack.parts(of: whole)
      try Backend.orthogonalFactors(copied(), q: results[0], r: results[1])
    }
    if Tensor.isRecording(self) {
      let (saved, matrix) = (SavedOutput(whole), Saved(self))
      _ = try whole.recorded("qr", self) { gradient, into in
        try into(0) {
          let results = try pack.parts(of: saved.value(into))
          let parts = try pack.parts(of: gradient)
          return try m >= n
            ? Tensor.tallBackward(results[0], results[1], parts[0], parts[1])
            : Tensor.wideBackward(matrix.value(into), results[0], results[1], parts[0], parts[1])
        }
      }
    }
    let results = try pack.parts(of: whole)
    return (results[0], results[1])
  }

  /// A = Q R with a square Q: its first min(m, n) columns are those of `orthogonalDecomposition`, and R
  /// has zeros below.
  ///
  /// The further columns of a tall matrix are any that complete the basis, and have no derivative.
  /// [..., m, n] → Q: [..., m, m], R: [..., m, n]
  /// - Throws: `TensorError` (graph) for a tall matrix that wants a gradient, as PyTorch does.
  /// - Complexity: O(m² max(m, n)) a matrix.
  public func completeOrthogonalDecomposition() throws -> (q: Tensor, r: Tensor) {
    try requireMatrices("qr")
    let (m, n) = (shape[rank - 2], shape[rank - 1])
    if m <= n { return try orthogonalDecomposition() }
    guard !Tensor.isRecording(self) else {
      throw TensorError(
        .graph, "qr", argument: "mode",
        "the complete form has no derivative for more rows than columns; use \"reduced\"")
    }
    let q = try Tensor(uninitialized: batchShape.appending(m, m), dtype, "qr")
    let r = try Tensor(uninitialized: batchShape.appending(m, n), dtype, "qr")
    if n == 0 { return (try q.copy(from: Tensor.eye(m, dtype: dtype)), r) }
    try Backend.orthogonalFactors(copied(), q: q, r: r)
    return (q, r)
  }

  /// (g_Q + Q copyltu(M)) R⁻ᵀ with M = R g_Rᵀ − g_Qᵀ Q, whose lower triangle is made symmetric.
  private static func tallBackward(_ q: Tensor, _ r: Tensor, _ gq: Tensor, _ gr: Tensor) throws
    -> Tensor
  {
    let mixed = try r.matmul(gr.transposedMatrix).sub(gq.transposedMatrix.matmul(q))
    let symmetric = try mixed.tril().add(mixed.tril(-1).transposedMatrix)
    return try r.transposedMatrix.solveTriangular(
      gq.add(q.matmul(symmetric)), upper: false, left: false)
  }

  /// A = [X | Y], R = [U | W]: X = Q U is square, and W = Qᵀ Y.
  private static func wideBackward(
    _ a: Tensor, _ q: Tensor, _ r: Tensor, _ gq: Tensor, _ gr: Tensor
  ) throws -> Tensor {
    let (m, n) = (a.shape[a.rank - 2], a.shape[a.rank - 1])
    let y = try a.narrow(-1, start: m, count: n - m)
    let gw = try gr.narrow(-1, start: m, count: n - m)
    let gx = try tallBackward(
      q, r.narrow(-1, start: 0, count: m), gq.add(y.matmul(gw.transposedMatrix)),
      gr.narrow(-1, start: 0, count: m))
    return try Tensor.cat([gx, q.matmul(gw)], -1)
  }
}
