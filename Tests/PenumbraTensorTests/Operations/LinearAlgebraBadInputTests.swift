/// Linear algebra that cannot be computed is an error that says why, never a trap or a hang.

import PenumbraTensor
import Testing

@Suite struct LinearAlgebraBadInputTests {
  private func refuses(
    _ expected: String, _ location: SourceLocation = #_sourceLocation,
    _ body: () throws -> Tensor
  ) {
    do {
      let result = try body()
      Issue.record("gave \(result) instead of '\(expected)'", sourceLocation: location)
    } catch {
      #expect("\(error)".contains(expected), sourceLocation: location)
    }
  }

  @Test(arguments: [DType.float32, .float64]) func notPositiveDefinite(_ dtype: DType) throws {
    let one = try Tensor([4, 0, 0, 0, 1, 2, 0, 2, 1], [3, 3], dtype: dtype)
    refuses("cholesky: the matrix is not positive definite (leading minor 3)") {
      try one.cholesky()
    }
    let batch = try Tensor.stack([Tensor.eye(3, dtype: dtype), one])
    refuses("cholesky: the matrix 2 of the batch is not positive definite (leading minor 3)") {
      try batch.cholesky(upper: true)
    }
    for value in [Double.nan, .infinity, -.infinity, 0, -1] {
      refuses("leading minor 1") { try Tensor([value], [1, 1], dtype: dtype).cholesky() }
      let off = try Tensor([1, 7, value == 0 ? 1 : value, 1], [2, 2], dtype: dtype)
      refuses("leading minor 2") { try off.cholesky() }
    }
    refuses("sqrtm: expected symmetric positive semi-definite") {
      try Tensor([1, 0, 0, -1], [2, 2], dtype: dtype).symmetricSquareRoot()
    }
  }

  @Test(arguments: [DType.float32, .float64]) func singular(_ dtype: DType) throws {
    let one = try Tensor([1, 2, 2, 4], [2, 2], dtype: dtype)
    let batch = try Tensor.stack([Tensor.eye(2, dtype: dtype), one, one])
    refuses("inverse: the matrix is singular (pivot 2 is zero)") { try one.inverse() }
    refuses("inverse: the matrix 2 of the batch is singular") { try batch.inverse() }
    refuses("solve: the matrix is singular") { try one.solve(one) }
    refuses("solve: the matrix is singular") { try one.solve(one, left: false) }
    refuses("matrix_power: the matrix is singular") { try one.matrixPower(-2) }
    #expect(try one.solveTriangular(one.mul(0).add(1), upper: true).isFinite().all())
    #expect(try one.determinant().item() == 0)
    #expect(try one.signedLogDeterminant().logAbs.item() == -.infinity)
  }

  /// LAPACK's iterations may never end on NaN.
  @Test(arguments: [Double.nan, .infinity, -.infinity]) func notFinite(_ value: Double) throws {
    for dtype in [DType.float32, .float64] {
      for size in [1, 2, 40] {
        let x = try Tensor.full(Shape(size, size), value, dtype: dtype)
        refuses("eigh: input: expected finite values") { try x.symmetricEigen().values }
        refuses("eigvalsh: input: expected finite values") { try x.symmetricEigenvalues() }
        refuses("svd: input: expected finite values") { try x.singularValueDecomposition().u }
        refuses("svdvals: input: expected finite values") { try x.singularValues() }
        refuses("expected finite values") { try x.pseudoInverse() }
        refuses("expected finite values") { try x.matrixRank() }
        refuses("expected finite values") { try x.leastSquares(x).solution }
        refuses("expected finite values") { try x.conditionNumber() }
        refuses("expected finite values") { try x.symmetricSquareRoot() }
        _ = try x.determinant()
        _ = try x.matrixExponential()
        _ = try x.orthogonalDecomposition()
        _ = try x.conditionNumber(.one(smallest: false))
        _ = try x.matrixPower(5)
      }
    }
  }

  @Test func shapesThatDoNotFit() throws {
    let shapes: [Shape] = [[], [3], [2, 3], [0, 3], [2, 3, 2], [0, 2, 3]]
    for shape in shapes {
      let x = try Tensor.ones(shape)
      refuses("cholesky: expected square matrices [..., n, n], got") { try x.cholesky() }
      refuses("inverse: expected square") { try x.inverse() }
      refuses("det: expected square") { try x.determinant() }
      refuses("slogdet: expected square") { try x.signedLogDeterminant().sign }
      refuses("logdet: expected square") { try x.logDeterminant() }
      refuses("eigh: expected square") { try x.symmetricEigen().values }
      refuses("eigvalsh: expected square") { try x.symmetricEigenvalues() }
      refuses("matrix_exp: expected square") { try x.matrixExponential() }
      refuses("matrix_power: expected square") { try x.matrixPower(2) }
      refuses("sqrtm: expected square") { try x.symmetricSquareRoot() }
      refuses("solve: matrix: expected square") { try x.solve(x) }
      refuses("solve_triangular: matrix: expected square") { try x.solveTriangular(x, upper: true) }
      refuses("cholesky_solve: factor: expected square") { try x.choleskySolve(x) }
      refuses("cholesky_inverse: expected square") { try x.choleskyInverse() }
      if shape.rank == 2 { continue }
      refuses("trace: expected a matrix") { try x.trace() }
      refuses("mm: argument 1: expected a matrix") { try x.mm(Tensor.ones([3, 3])) }
      if shape.rank > 2 { continue }
      refuses("svd: expected [..., m, n]") { try x.singularValueDecomposition().s }
      refuses("qr: expected [..., m, n]") { try x.orthogonalDecomposition().q }
      refuses("pinv: expected [..., m, n]") { try x.pseudoInverse() }
      refuses("matrix_norm: expected [..., m, n]") { try x.matrixNorm() }
      refuses("lstsq: matrix: expected [..., m, n]") { try x.leastSquares(x).solution }
    }
    let (square, wide) = (try Tensor.eye(3), try Tensor.ones([2, 5]))
    refuses("solve: right-hand side: expected [..., 3, k], got [2, 5]") { try square.solve(wide) }
    refuses("solve_triangular: right-hand side: expected [..., k, 3]") {
      try square.solveTriangular(wide, upper: true, left: false)
    }
    refuses("solve: right-hand side: expected matrices") {
      try square.solve(Tensor.ones([3]), left: false)
    }
    refuses("lstsq: right-hand side: expected [..., 2, k], got [3, 3]") {
      try wide.leastSquares(square).solution
    }
    refuses("dot: argument 2: expected [3], got [2]") {
      try Tensor.ones([3]).dot(Tensor.ones([2]))
    }
    refuses("bmm: argument 2: expected [2, 3, n], got [1, 3, 2]") {
      try Tensor.ones([2, 2, 3]).bmm(Tensor.ones([1, 3, 2]))
    }
    refuses("addmm: argument 3: expected [5, m]") { try square.addmm(wide, square) }
    refuses("addmm: argument 1: expected a shape that broadcasts to [2, 2]") {
      try square.addmm(wide, wide.transpose(0, 1))
    }
    refuses("addmm") { try Tensor.ones([1, 1, 2, 2]).addmm(wide, wide.transpose(0, 1)) }
    refuses("inner: argument 2: expected [..., 5], got [3, 3]") { try wide.inner(square) }
    refuses("cross: argument 1: expected 3 elements") { try wide.cross(wide) }
    refuses("cross: argument 2: expected 2 dimensions") { try square.cross(Tensor.ones([3])) }
    refuses("kron: expected at most 4 dimensions") {
      try Tensor.ones([1, 1, 1, 1, 1]).kron(square)
    }
    refuses("tensordot: dims: expected 3 elements") { try square.tensordot(wide, [0], [1]) }
    refuses("tensordot: dims: dimension 1 is named twice") {
      try square.tensordot(square, [0, 0], [0, 1])
    }
    for count in [-1, 3, Int.max, Int.min] {
      refuses("tensordot: dims: expected 0 to 2") { try square.tensordot(wide, count: count) }
    }
    refuses("multi_dot: tensor 2: expected [3, n], got [2, 5]") {
      try Tensor.multiDot([square, wide])
    }
    refuses("multi_dot: tensor 2: expected [3, n], got []") {
      try Tensor.multiDot([square, Tensor.scalar(1), square])
    }
    refuses("multi_dot: expected at least 2") { try Tensor.multiDot([square]) }
    refuses("multi_dot: expected at least 2") { try Tensor.multiDot([]) }
  }

  @Test(arguments: [DType.int64, .uint8, .bool]) func integersAreNotFactorised(_ dtype: DType)
    throws
  {
    let x = try Tensor.ones([2, 2], dtype: dtype)
    for (name, body) in [
      ("cholesky", { try x.cholesky() }), ("inverse", { try x.inverse() }),
      ("det", { try x.determinant() }), ("eigh", { try x.symmetricEigen().values }),
      ("svd", { try x.singularValueDecomposition().s }),
      ("matrix_exp", { try x.matrixExponential() }),
      ("matrix_norm", { try x.matrixNorm() }), ("matrix_power", { try x.matrixPower(-1) }),
      ("lstsq", { try x.leastSquares(x).solution }), ("solve", { try x.solve(x) }),
    ] as [(String, () throws -> Tensor)] {
      refuses("\(name): ") { try body() }
    }
    if dtype == .bool { refuses("matmul: expected tensors of numbers") { try x.matmul(x) } }
    refuses("integers beside integer tensors") {
      try x.to(.int64).addmm(x.to(.int64), x.to(.int64), alpha: 0.5)
    }
  }

  @Test func numbersOutOfRange() throws {
    let x = try Tensor.eye(2, dtype: .float64)
    for value in [Double.nan, -1, -Double.infinity] {
      refuses("pinv: atol: expected a number of at least 0") { try x.pseudoInverse(atol: value) }
      refuses("matrix_rank: rtol: expected") { try x.matrixRank(rtol: value) }
      refuses("lstsq: rtol: expected") { try x.leastSquares(x, rcond: value).solution }
    }
    #expect(try x.matrixRank(atol: Double.infinity).item() == 0)
    for exponent in [Int.max, Int.min, Int.min + 1] {
      #expect(try x.matrixPower(exponent).isEqual(to: x))
      #expect(try x.mul(2).matrixPower(exponent).shape == x.shape)
    }
    for d in [Int.min, -3, 2, Int.max] {
      refuses("matrix_norm: dim") { try x.matrixNorm(rows: d) }
      refuses("cross: dim") { try x.cross(x, d) }
      refuses("vecdot") { try x.vecdot(x, d) }
      refuses("tensordot: dim") { try x.tensordot(x, [d], [0]) }
    }
    refuses("matrix_norm: dim: expected two different") { try x.matrixNorm(rows: 0, columns: -2) }
    refuses("matrix_norm: expected matrices with elements") {
      try Tensor.ones([0, 2]).matrixNorm(.infinity(smallest: false))
    }
  }

  @Test func equationsThatDoNotFit() throws {
    let (a, b) = (try Tensor.ones([2, 3]), try Tensor.ones([3, 4]))
    for (equation, reason) in [
      ("ij,jk->iz", "subscript 'z' of the result is in no tensor"),
      ("ij,jk->ii", "subscript 'i' is twice in the result"),
      ("ij,ij->ij", "subscript 'i' has extent 3 in tensor 2, but 2 in one before"),
      ("ijk,jk->i", "tensor 1 has 3 subscripts, but shape [2, 3]"),
      ("...ijk,jk->i", "tensor 1 has 3 subscripts besides '...'"),
      ("i,jk->i", "tensor 1 has 1 subscripts, but shape [2, 3]"),
      ("ij->i", "subscripts for 1 tensors, got 2"), ("", "subscripts for 1 tensors, got 2"),
      ("ii,jk->i", "subscript 'i' is repeated in tensor 1, for extents 2 and 3"),
      ("i1,jk", "got '1' at place 2"), ("ij,jk->i,k", "got ',' at place 9"),
      ("ij,jk->i->k", "got '-'"), ("ij,jk-", "got '-'"), ("ij,j..k", "got '.'"),
      ("......,jk", "two ellipses"), ("ij,jk>ik", "got '>'"), ("ij,jk→ik", "expected letters"),
      ("...,...->...", "extent 3 in tensor 2, but 2"),
    ] {
      refuses("einsum: ") { try Tensor.einsum(equation, [a, b]) }
      refuses(reason) { try Tensor.einsum(equation, [a, b]) }
    }
    refuses("einsum: expected at least one tensor") { try Tensor.einsum("", []) }
    #expect(try Tensor.einsum("", [Tensor.scalar(3)]).item() == 3)
    let cube = try Tensor.ones([1, 1, 1])
    refuses("a result of 9 dimensions") {
      try Tensor.einsum("abc,def,ghi->abcdefghi", [cube, cube, cube])
    }
  }

  @Test func productsTooLargeForMemory() throws {
    let wide = try Tensor.ones([1]).expand(to: Shape(1 << 40))
    refuses("outer") { try wide.outer(wide) }
    refuses("too large") { try wide.unsqueeze(0).kron(wide.unsqueeze(0)) }
    refuses("svdvals: expected sides below 2^31") {
      try Tensor.zeros(Shape(0, 1 << 40)).singularValues()
    }
  }

  /// Zero columns that LAPACK must never see.
  @Test func emptyMatrices() throws {
    for shape in [[0, 0], [0, 3], [3, 0], [2, 0, 3], [0, 2, 2]] as [Shape] {
      let x = try Tensor.ones(shape, dtype: .float64).requiresGradient(true)
      let (u, s, vh) = try x.singularValueDecomposition()
      try u.sum().add(s.sum()).add(vh.sum()).backward()
      let (q, r) = try x.orthogonalDecomposition()
      try q.sum().add(r.sum()).backward()
      try x.pseudoInverse().sum().backward()
    }
  }
}
