/// Orthogonal factors of a batch of matrices: eigenvectors, singular vectors, QR; on LAPACK.
///
/// Matrices are row-major here and column-major there, so that LAPACK sees each one transposed.

extension Backend {
  /// The eigenvalues of symmetric matrices, ascending, and the eigenvectors as rows in place of a.
  ///
  /// a: [..., n, n], contiguous, read from one triangle; values: [..., n].
  /// - Returns: the first matrix for which the algorithm did not converge.
  static func symmetricEigen(_ a: Tensor, values: Tensor, isUpper: Bool, wantsVectors: Bool) throws
    -> FactorFailure?
  {
    a.dtype == .float32
      ? try symmetricEigen(a, values, isUpper, wantsVectors, Float.self)
      : try symmetricEigen(a, values, isUpper, wantsVectors, Double.self)
  }

  private static func symmetricEigen<R: LapackReal>(
    _ a: Tensor, _ values: Tensor, _ isUpper: Bool, _ wantsVectors: Bool, _: R.Type
  ) throws -> FactorFailure? {
    let n = a.shape[a.rank - 1]
    // The sizes that LAPACK's manual demands, and room for blocks of 64 in the reduction.
    let size = wantsVectors ? 1 + 6 * n + 2 * n * n : 2 * n + 1
    let roomy = max(size, 66 * n)
    let integerSize = wantsVectors ? 3 + 5 * n : 1
    try requireSizes("eigh", n, roomy)
    let work = try Tensor(uninitialized: Shape(roomy), a.dtype, "eigh")
    let counts = try integers(integerSize, "eigh")
    let target = values.address.assumingMemoryBound(to: R.self)
    return try withExtendedLifetime((work, counts, values)) {
      try forEachMatrix(a, n * n, "eigh", R.self) { index, matrix in
        let info = R.syevd(
          wantsVectors ? letterV : letterN, isUpper ? letterL : letterU, Int32(n), matrix,
          target + index * n, work.address.assumingMemoryBound(to: R.self), Int32(roomy),
          counts.int32s, Int32(integerSize))
        return info == 0 ? nil : FactorFailure(matrix: index, row: 0)
      }
    }
  }

  /// a = u diag(s) vh with k = min(m, n) singular values, descending; or s alone.
  ///
  /// a: [..., m, n] is overwritten, u: [..., m, k], s: [..., k], vh: [..., k, n]; all contiguous.
  /// - Returns: the first matrix for which the algorithm did not converge.
  static func singularValues(_ a: Tensor, u: Tensor?, s: Tensor, vh: Tensor?) throws
    -> FactorFailure?
  {
    a.dtype == .float32
      ? try singularValues(a, u, s, vh, Float.self) : try singularValues(a, u, s, vh, Double.self)
  }

  private static func singularValues<R: LapackReal>(
    _ a: Tensor, _ u: Tensor?, _ s: Tensor, _ vh: Tensor?, _: R.Type
  ) throws -> FactorFailure? {
    let (m, n) = (a.shape[a.rank - 2], a.shape[a.rank - 1])
    let (k, long) = (min(m, n), max(m, n))
    // LAPACK's least sizes, and room for blocks of 64.
    let size = 4 * k * k + 7 * k + long + 64 * (m + n)
    try requireSizes("svd", long, size)
    let work = try Tensor(uninitialized: Shape(size), a.dtype, "svd")
    let counts = try integers(8 * k, "svd")
    func elements(_ tensor: Tensor?) -> UnsafeMutablePointer<R> {
      (tensor ?? work).address.assumingMemoryBound(to: R.self)
    }
    let hasVectors = u != nil
    return try withExtendedLifetime((work, counts)) {
      try forEachMatrix(a, m * n, "svd", R.self) { index, matrix in
        // aᵀ = v diag(s) uᵀ: what LAPACK calls u is vh in row-major memory, and its vt is u.
        let info = R.gesdd(
          hasVectors ? letterS : letterN, Int32(n), Int32(m), matrix, elements(s) + index * k,
          elements(vh) + (hasVectors ? index * k * n : 0), Int32(n),
          elements(u) + (hasVectors ? index * m * k : 0), Int32(hasVectors ? k : m),
          elements(work), Int32(size), counts.int32s)
        return info == 0 ? nil : FactorFailure(matrix: index, row: 0)
      }
    }
  }

  /// a = q r with orthonormal columns in q and an upper triangular r.
  ///
  /// a: [..., m, n] is overwritten, q: [..., m, p], r: [..., p, n] with p = min(m, n) or m; all
  /// contiguous.
  static func orthogonalFactors(_ a: Tensor, q: Tensor, r: Tensor) throws {
    if a.dtype == .float32 {
      try orthogonalFactors(a, q, r, Float.self)
    } else {
      try orthogonalFactors(a, q, r, Double.self)
    }
  }

  private static func orthogonalFactors<R: LapackReal>(
    _ a: Tensor, _ q: Tensor, _ r: Tensor, _: R.Type
  ) throws {
    let (m, n) = (a.shape[a.rank - 2], a.shape[a.rank - 1])
    let (k, p) = (min(m, n), r.shape[r.rank - 2])
    let size = 64 * max(m, n)
    try requireSizes("qr", max(m, n), size)
    let work = try Tensor(uninitialized: Shape(size + k), a.dtype, "qr")
    let scratch = work.address.assumingMemoryBound(to: R.self)
    let tau = scratch + size
    _ = try withExtendedLifetime(work) {
      try forEachMatrix(a, m * n, "qr", R.self) { index, matrix in
        // aᵀ = l qᵀ, and l is r in row-major memory.
        R.gelqf(Int32(n), Int32(m), matrix, tau, scratch, Int32(size))
        let factor = r.address.assumingMemoryBound(to: R.self) + index * p * n
        for row in 0..<p {
          for column in 0..<n {
            factor[row * n + column] = column < row ? 0 : matrix[row * n + column]
          }
        }
        let basis = q.address.assumingMemoryBound(to: R.self) + index * m * p
        for row in 0..<m {
          (basis + row * p).update(from: matrix + row * n, count: k)
        }
        R.orglq(Int32(p), Int32(m), Int32(k), basis, tau, scratch, Int32(size))
        return nil
      }
    }
  }

  /// - Throws: `TensorError` where LAPACK's 32-bit integers cannot count what it works on.
  private static func requireSizes(_ name: StaticString, _ side: Int, _ size: Int) throws {
    guard side <= Int32.max, size <= Int32.max else {
      throw TensorError(
        .memory, "\(name)", "a matrix with a side of \(side) is too large to be factorised")
    }
  }
}

private let letterL = CChar(UInt8(ascii: "L"))
private let letterN = CChar(UInt8(ascii: "N"))
private let letterS = CChar(UInt8(ascii: "S"))
private let letterU = CChar(UInt8(ascii: "U"))
private let letterV = CChar(UInt8(ascii: "V"))
