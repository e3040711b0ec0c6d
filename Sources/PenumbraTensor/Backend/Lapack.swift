/// LAPACK's factorisations for both precisions under one name each.

internal import COpenBLAS

/// A type of elements that LAPACK computes with. Matrices lie column after column.
protocol LapackReal: BinaryFloatingPoint {
  typealias Elements = UnsafeMutablePointer<Self>
  typealias Integers = UnsafeMutablePointer<Int32>

  /// a = L Lᵀ or Uᵀ U in the triangle `uplo`; the leading minor that is not positive, or 0.
  static func potrf(_ uplo: CChar, _ n: Int32, _ a: Elements) -> Int32
  /// a = P L U; the first zero on U's diagonal, or 0.
  static func getrf(_ m: Int32, _ n: Int32, _ a: Elements, _ pivots: Integers) -> Int32
  /// b = a⁻¹ b, or a⁻ᵀ b, after `getrf`.
  static func getrs(
    _ trans: CChar, _ n: Int32, _ columns: Int32, _ a: Elements, _ pivots: Integers, _ b: Elements)
  /// a = L Q with reflectors in place of Q; `work[0]` becomes the best size for a size of −1.
  static func gelqf(
    _ m: Int32, _ n: Int32, _ a: Elements, _ tau: Elements, _ work: Elements, _ size: Int32)
  /// m rows of Q from k of `gelqf`'s reflectors, in columns of length m.
  static func orglq(
    _ m: Int32, _ n: Int32, _ k: Int32, _ a: Elements, _ tau: Elements, _ work: Elements,
    _ size: Int32)
  /// Eigenvalues, and eigenvectors in place of a for the job "V"; not 0 where it did not converge.
  static func syevd(
    _ job: CChar, _ uplo: CChar, _ n: Int32, _ a: Elements, _ values: Elements, _ work: Elements,
    _ size: Int32, _ integers: Integers, _ integerSize: Int32
  ) -> Int32
  /// a = u diag(s) vt; not 0 where it did not converge.
  static func gesdd(
    _ job: CChar, _ m: Int32, _ n: Int32, _ a: Elements, _ s: Elements, _ u: Elements,
    _ ldu: Int32, _ vt: Elements, _ ldvt: Int32, _ work: Elements, _ size: Int32,
    _ integers: Integers
  ) -> Int32
  /// b = a⁻¹ b or b a⁻¹ for a triangular, row-major a.
  static func trsm(
    _ plan: TriangularPlan, _ m: Int32, _ n: Int32, _ a: Elements, _ lda: Int32, _ b: Elements)
}

/// How a triangular system is to be read.
struct TriangularPlan {
  var isLeft: Bool
  /// The triangle that is read, of the matrix in memory.
  var isUpper: Bool
  /// Whether the matrix is the transpose of the one in memory.
  var isTransposed: Bool
  var hasUnitDiagonal: Bool

  fileprivate var side: CBLAS_SIDE { isLeft ? CblasLeft : CblasRight }
  fileprivate var triangle: CBLAS_UPLO { isUpper ? CblasUpper : CblasLower }
  fileprivate var transposition: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }
  fileprivate var diagonal: CBLAS_DIAG { hasUnitDiagonal ? CblasUnit : CblasNonUnit }
}

extension Float: LapackReal {
  static func potrf(_ uplo: CChar, _ n: Int32, _ a: Elements) -> Int32 {
    pn_spotrf(uplo, n, a, n)
  }

  static func getrf(_ m: Int32, _ n: Int32, _ a: Elements, _ pivots: Integers) -> Int32 {
    pn_sgetrf(m, n, a, pivots)
  }

  static func getrs(
    _ trans: CChar, _ n: Int32, _ columns: Int32, _ a: Elements, _ pivots: Integers, _ b: Elements
  ) {
    _ = pn_sgetrs(trans, n, columns, a, pivots, b)
  }

  static func gelqf(
    _ m: Int32, _ n: Int32, _ a: Elements, _ tau: Elements, _ work: Elements, _ size: Int32
  ) {
    _ = pn_sgelqf(m, n, a, tau, work, size)
  }

  static func orglq(
    _ m: Int32, _ n: Int32, _ k: Int32, _ a: Elements, _ tau: Elements, _ work: Elements,
    _ size: Int32
  ) {
    _ = pn_sorglq(m, n, k, a, tau, work, size)
  }

  static func syevd(
    _ job: CChar, _ uplo: CChar, _ n: Int32, _ a: Elements, _ values: Elements, _ work: Elements,
    _ size: Int32, _ integers: Integers, _ integerSize: Int32
  ) -> Int32 {
    pn_ssyevd(job, uplo, n, a, values, work, size, integers, integerSize)
  }

  static func gesdd(
    _ job: CChar, _ m: Int32, _ n: Int32, _ a: Elements, _ s: Elements, _ u: Elements,
    _ ldu: Int32, _ vt: Elements, _ ldvt: Int32, _ work: Elements, _ size: Int32,
    _ integers: Integers
  ) -> Int32 {
    pn_sgesdd(job, m, n, a, s, u, ldu, vt, ldvt, work, size, integers)
  }

  static func trsm(
    _ plan: TriangularPlan, _ m: Int32, _ n: Int32, _ a: Elements, _ lda: Int32, _ b: Elements
  ) {
    cblas_strsm(
      CblasRowMajor, plan.side, plan.triangle, plan.transposition, plan.diagonal, m, n, 1, a, lda,
      b, n)
  }
}

extension Double: LapackReal {
  static func potrf(_ uplo: CChar, _ n: Int32, _ a: Elements) -> Int32 {
    pn_dpotrf(uplo, n, a, n)
  }

  static func getrf(_ m: Int32, _ n: Int32, _ a: Elements, _ pivots: Integers) -> Int32 {
    pn_dgetrf(m, n, a, pivots)
  }

  static func getrs(
    _ trans: CChar, _ n: Int32, _ columns: Int32, _ a: Elements, _ pivots: Integers, _ b: Elements
  ) {
    _ = pn_dgetrs(trans, n, columns, a, pivots, b)
  }

  static func gelqf(
    _ m: Int32, _ n: Int32, _ a: Elements, _ tau: Elements, _ work: Elements, _ size: Int32
  ) {
    _ = pn_dgelqf(m, n, a, tau, work, size)
  }

  static func orglq(
    _ m: Int32, _ n: Int32, _ k: Int32, _ a: Elements, _ tau: Elements, _ work: Elements,
    _ size: Int32
  ) {
    _ = pn_dorglq(m, n, k, a, tau, work, size)
  }

  static func syevd(
    _ job: CChar, _ uplo: CChar, _ n: Int32, _ a: Elements, _ values: Elements, _ work: Elements,
    _ size: Int32, _ integers: Integers, _ integerSize: Int32
  ) -> Int32 {
    pn_dsyevd(job, uplo, n, a, values, work, size, integers, integerSize)
  }

  static func gesdd(
    _ job: CChar, _ m: Int32, _ n: Int32, _ a: Elements, _ s: Elements, _ u: Elements,
    _ ldu: Int32, _ vt: Elements, _ ldvt: Int32, _ work: Elements, _ size: Int32,
    _ integers: Integers
  ) -> Int32 {
    pn_dgesdd(job, m, n, a, s, u, ldu, vt, ldvt, work, size, integers)
  }

  static func trsm(
    _ plan: TriangularPlan, _ m: Int32, _ n: Int32, _ a: Elements, _ lda: Int32, _ b: Elements
  ) {
    cblas_dtrsm(
      CblasRowMajor, plan.side, plan.triangle, plan.transposition, plan.diagonal, m, n, 1, a, lda,
      b, n)
  }
}
