/// Triangular factors of a batch of matrices and the systems that they solve, on LAPACK.
///
/// Matrices are row-major here and column-major there, so that LAPACK sees each one transposed.

internal import Glibc

/// Where a factorisation failed: which matrix of the batch, and which row of it, both from 0.
struct FactorFailure {
  let matrix: Int
  let row: Int
}

extension Backend {
  /// a = L, with a = L Lᵀ read from the lower triangle; zeros above. a: [..., n, n], contiguous.
  static func cholesky(_ a: Tensor) throws -> FactorFailure? {
    a.dtype == .float32 ? try cholesky(a, Float.self) : try cholesky(a, Double.self)
  }

  private static func cholesky<R: LapackReal>(_ a: Tensor, _: R.Type) throws -> FactorFailure? {
    let n = a.shape[a.rank - 1]
    return try forEachMatrix(a, n * n, "cholesky", R.self) { index, matrix in
      // Row-major below the diagonal is column-major above it.
      let minor = Int(R.potrf(letterU, Int32(n), matrix))
      if minor > 0 { return FactorFailure(matrix: index, row: minor - 1) }
      for row in 0..<n {
        // Whatever is not finite in a row reaches its diagonal.
        guard matrix[row * n + row].isFinite else { return FactorFailure(matrix: index, row: row) }
        for column in (row + 1)..<max(n, row + 1) { matrix[row * n + column] = 0 }
      }
      return nil
    }
  }

  /// x = (a⁻¹ xᵀ)ᵀ; the first singular matrix, unless those may be divided by.
  ///
  /// a: [..., n, n] is overwritten, x: [..., k, n]; both contiguous.
  static func solve(_ a: Tensor, _ x: Tensor, allowsSingular: Bool, _ name: StaticString) throws
    -> FactorFailure?
  {
    a.dtype == .float32
      ? try solve(a, x, allowsSingular, name, Float.self)
      : try solve(a, x, allowsSingular, name, Double.self)
  }

  private static func solve<R: LapackReal>(
    _ a: Tensor, _ x: Tensor, _ allowsSingular: Bool, _ name: StaticString, _: R.Type
  ) throws -> FactorFailure? {
    let (n, k) = (a.shape[a.rank - 1], x.shape[x.rank - 2])
    let pivots = try integers(n, name)
    let right = x.address.assumingMemoryBound(to: R.self)
    return try withExtendedLifetime((pivots, x)) {
      try forEachMatrix(a, n * n, name, R.self) { index, matrix in
        let zero = Int(R.getrf(Int32(n), Int32(n), matrix, pivots.int32s))
        if zero > 0, !allowsSingular { return FactorFailure(matrix: index, row: zero - 1) }
        R.getrs(letterT, Int32(n), Int32(k), matrix, pivots.int32s, right + index * n * k)
        return nil
      }
    }
  }

  /// aᵀ becomes the packed factors of a, with the row exchanges from 0 on; the first matrix with a zero
  /// pivot.
  ///
  /// transposed: [..., n, m], pivots: int64 [..., min(m, n)]; both contiguous.
  static func luFactors(_ transposed: Tensor, pivots: Tensor, _ name: StaticString) throws
    -> FactorFailure?
  {
    transposed.dtype == .float32
      ? try luFactors(transposed, pivots, name, Float.self)
      : try luFactors(transposed, pivots, name, Double.self)
  }

  private static func luFactors<R: LapackReal>(
    _ transposed: Tensor, _ pivots: Tensor, _ name: StaticString, _: R.Type
  ) throws -> FactorFailure? {
    let (n, m) = (transposed.shape[transposed.rank - 2], transposed.shape[transposed.rank - 1])
    let k = min(m, n)
    let exchanges = try integers(k, name)
    var first: FactorFailure?
    _ = try withExtendedLifetime(exchanges) {
      try forEachMatrix(transposed, m * n, name, R.self) { index, matrix in
        let zero = Int(R.getrf(Int32(m), Int32(n), matrix, exchanges.int32s))
        if zero > 0, first == nil { first = FactorFailure(matrix: index, row: zero - 1) }
        for row in 0..<k {
          pivots.int64s[index * k + row] = Int64(exchanges.int32s[row]) - 1
        }
        return nil
      }
    }
    return first
  }

  /// det = ∏ of the pivots with the permutation's sign, or sign and log |det|.
  ///
  /// a: [..., n, n], contiguous, is overwritten; the results: [...].
  static func determinants(
    _ a: Tensor, det: Tensor?, sign: Tensor?, log: Tensor?, _ name: StaticString
  )
    throws
  {
    if a.dtype == .float32 {
      try determinants(a, det, sign, log, name, Float.self)
    } else {
      try determinants(a, det, sign, log, name, Double.self)
    }
  }

  private static func determinants<R: LapackReal>(
    _ a: Tensor, _ det: Tensor?, _ sign: Tensor?, _ log: Tensor?, _ name: StaticString, _: R.Type
  ) throws {
    let n = a.shape[a.rank - 1]
    let pivots = try integers(n, name)
    let det = det?.address.assumingMemoryBound(to: R.self)
    let sign = sign?.address.assumingMemoryBound(to: R.self)
    let log = log?.address.assumingMemoryBound(to: R.self)
    _ = try withExtendedLifetime(pivots) {
      try forEachMatrix(a, n * n, name, R.self) { index, matrix in
        _ = R.getrf(Int32(n), Int32(n), matrix, pivots.int32s)
        var (product, direction, total) = (R(1), R(1), R(0))
        for row in 0..<n {
          let pivot = matrix[row * n + row]
          let isExchanged = pivots.int32s[row] != Int32(row + 1)
          product *= isExchanged ? -pivot : pivot
          direction *= (isExchanged ? -1 : 1) * (pivot > 0 ? 1 : pivot < 0 ? -1 : pivot)
          total += R.naturalLog(pivot.magnitude)
        }
        det?[index] = product
        sign?[index] = direction
        log?[index] = total
        return nil
      }
    }
  }

  /// x = a⁻¹ x, or x a⁻¹, in place. a: [count, n, n] as `operand` sees it; x: [count, r, c], contiguous.
  static func solveTriangular(_ operand: MatrixOperand, _ x: Tensor, _ plan: TriangularPlan) throws
  {
    if x.dtype == .float32 {
      try solveTriangular(operand, x, plan, Float.self)
    } else {
      try solveTriangular(operand, x, plan, Double.self)
    }
  }

  private static func solveTriangular<R: LapackReal>(
    _ operand: MatrixOperand, _ x: Tensor, _ plan: TriangularPlan, _: R.Type
  ) throws {
    var plan = plan
    if operand.isTransposed {
      plan.isTransposed.toggle()
      plan.isUpper.toggle()
    }
    let (rows, columns) = (x.shape[1], x.shape[2])
    let a = operand.tensor.address.assumingMemoryBound(to: R.self)
    let step = operand.tensor.strides[0]
    _ = try forEachMatrix(x, rows * columns, "solve_triangular", R.self) { index, right in
      R.trsm(
        plan, Int32(rows), Int32(columns), a + index * step, Int32(operand.leading), right)
      return nil
    }
  }

  /// Calls `body` with each matrix of a contiguous batch until it reports a failure.
  static func forEachMatrix<R: LapackReal>(
    _ a: Tensor, _ size: Int, _ name: StaticString, _: R.Type,
    _ body: (_ index: Int, _ matrix: UnsafeMutablePointer<R>) throws -> FactorFailure?
  ) throws -> FactorFailure? {
    if size == 0 { return nil }
    serialBLAS
    let start = a.address.assumingMemoryBound(to: R.self)
    for index in 0..<(a.elementCount / size) {
      try Interruption.check("\(name)")
      if let failure = try body(index, start + index * size) { return failure }
    }
    return nil
  }

  /// Memory for at least `count` of LAPACK's integers.
  static func integers(_ count: Int, _ name: StaticString) throws -> Tensor {
    try Tensor(uninitialized: Shape(count / 2 + 1), .int64, name)
  }
}

extension Tensor {
  /// Memory as LAPACK's integers.
  var int32s: UnsafeMutablePointer<Int32> { address.assumingMemoryBound(to: Int32.self) }
}

extension LapackReal {
  fileprivate static func naturalLog(_ value: Self) -> Self { Self(Glibc.log(Double(value))) }
}

private let letterT = CChar(UInt8(ascii: "T"))
private let letterU = CChar(UInt8(ascii: "U"))
