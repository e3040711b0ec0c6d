/// The singular value decomposition, and the pseudo-inverse made from it.

extension Tensor {
  /// A = U diag(S) Vᵀ with k = min(m, n) singular values, descending.
  ///
  /// Singular vectors are unique up to a common sign of each pair, and only where the values differ;
  /// what depends on more has an infinite derivative there.
  /// [..., m, n] → U: [..., m, k], S: [..., k], Vᵀ: [..., k, n]
  /// - Throws: `TensorError` (value) for elements that are not finite.
  /// - Complexity: O(m n k) a matrix.
  public func singularValueDecomposition() throws -> (u: Tensor, s: Tensor, vh: Tensor) {
    try requireMatrices("svd")
    try requireFinite("svd")
    let (m, n, lead) = (shape[rank - 2], shape[rank - 1], batchShape)
    let k = min(m, n)
    let pack = ResultPack([lead.appending(m, k), lead.appending(k), lead.appending(k, n)])
    let whole = try pack.vector(dtype, "svd")
    try GradientMode.with(false) {
      let results = try pack.parts(of: whole)
      try copied().decompose(u: results[0], s: results[1], vh: results[2])
    }
    if Tensor.isRecording(self) {
      let saved = SavedOutput(whole)
      _ = try whole.recorded("svd", self) { gradient, into in
        try into(0) {
          let results = try pack.parts(of: saved.value(into))
          return try SingularVectors(results).backward(pack.gradients(of: gradient))
        }
      }
    }
    let results = try pack.parts(of: whole)
    return (results[0], results[1], results[2])
  }

  /// A = U diag(S) Vᵀ with square U and Vᵀ: [..., m, n] → U: [..., m, m], S: [..., k], Vᵀ: [..., n, n].
  ///
  /// The first k = min(m, n) columns of U and rows of Vᵀ are those of `singularValueDecomposition`; the
  /// others are any that complete the bases, and have no derivative.
  public func fullSingularValueDecomposition() throws -> (u: Tensor, s: Tensor, vh: Tensor) {
    let (u, s, vh) = try singularValueDecomposition()
    return (
      try u.completedBasis(), s, try vh.transposedMatrix.completedBasis().transposedMatrix
    )
  }

  /// Orthonormal columns [..., m, k], and others that make them a basis: [..., m, m].
  private func completedBasis() throws -> Tensor {
    let (m, k) = (shape[rank - 2], shape[rank - 1])
    if m == k { return self }
    let rest = try GradientMode.with(false) {
      try detached().completeOrthogonalDecomposition().q.narrow(-1, start: k, count: m - k)
    }
    return try Tensor.cat([self, rest], -1)
  }

  /// The singular values, descending; see `singularValueDecomposition`. [..., m, n] → [..., k]
  public func singularValues() throws -> Tensor {
    if Tensor.isRecording(self) { return try singularValueDecomposition().s }
    try requireMatrices("svdvals")
    try requireFinite("svdvals")
    let k = min(shape[rank - 2], shape[rank - 1])
    let result = try Tensor(uninitialized: batchShape.appending(k), dtype, "svdvals")
    try copied().decompose(u: nil, s: result, vh: nil)
    return result
  }

  private func decompose(u: Tensor?, s: Tensor, vh: Tensor?) throws {
    if let failure = try Backend.singularValues(self, u: u, s: s, vh: vh) {
      throw TensorError(.value, "svd", "the algorithm did not converge for \(matrixName(failure))")
    }
  }
}

/// A decomposition, and the derivative that follows from it.
private struct SingularVectors {
  let u: Tensor
  let s: Tensor
  let vh: Tensor

  init(_ results: [Tensor]) { (u, s, vh) = (results[0], results[1], results[2]) }

  /// U [(skew(Uᵀ g_U) / E) S + S (skew(Vᵀ g_V) / E) + diag(g_S)] Vᵀ with E_ij = s_j² − s_i², and for
  /// oblong matrices the parts of g_U and g_V outside the spaces that U and V span.
  func backward(_ gradients: [Tensor?]) throws -> Tensor {
    let (rows, columns) = (try s.unsqueeze(-1), try s.unsqueeze(-2))
    let squares = try columns.sub(rows).mul(columns.add(rows))
    var inner: Tensor?
    var outer: Tensor?
    if let g = gradients[1] { inner = try g.diagEmbed() }
    if let g = gradients[0] {
      let mixed = try u.transposedMatrix.matmul(g)
      let term = try skew(mixed).overDifferences(squares).mul(columns)
      inner = try sum(inner, term)
      if u.shape[u.rank - 2] > u.shape[u.rank - 1] {
        outer = try g.sub(u.matmul(mixed)).div(columns).matmul(vh)
      }
    }
    if let gh = gradients[2] {
      let mixed = try vh.matmul(gh.transposedMatrix)
      let term = try skew(mixed).overDifferences(squares).mul(rows)
      inner = try sum(inner, term)
      if vh.shape[vh.rank - 1] > vh.shape[vh.rank - 2] {
        let rest = try gh.sub(mixed.transposedMatrix.matmul(vh))
        outer = try sum(outer, u.matmul(rest.div(rows)))
      }
    }
    guard let inner else { return try u.matmul(vh).mul(0) }
    return try sum(outer, u.matmul(inner).matmul(vh))
  }

  private func sum(_ a: Tensor?, _ b: Tensor) throws -> Tensor { try a.map { try $0.add(b) } ?? b }

  private func skew(_ x: Tensor) throws -> Tensor { try x.sub(x.transposedMatrix) }
}
