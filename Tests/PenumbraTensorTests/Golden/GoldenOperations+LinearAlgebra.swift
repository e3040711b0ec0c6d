/// How the golden group is called: matrix products, einsum and factorisations.

import PenumbraTensor

extension GoldenOperations {
  static var linearAlgebra: [String: Call] {
    products.merging(solving) { first, _ in first }.merging(spectra) { first, _ in first }
  }

  private typealias Sum = @Sendable (Tensor, Tensor, Tensor, Double, Double) throws -> Tensor

  /// β c + α (a, b)
  private static func scaled(_ body: @escaping Sum) -> Call {
    { golden, x in
      [try body(x[0], x[1], x[2], golden.number("beta") ?? 1, golden.number("alpha") ?? 1)]
    }
  }

  private static var products: [String: Call] {
    [
      "matmul.layouts": binary { try $0.matmul($1) },
      "dot": binary { try $0.dot($1) }, "mv": binary { try $0.mv($1) },
      "mm": binary { try $0.mm($1) }, "bmm": binary { try $0.bmm($1) },
      "outer": binary { try $0.outer($1) }, "inner": binary { try $0.inner($1) },
      "addmm": scaled { try $0.addmm($1, $2, beta: $3, alpha: $4) },
      "addmv": scaled { try $0.addmv($1, $2, beta: $3, alpha: $4) },
      "addr": scaled { try $0.addr($1, $2, beta: $3, alpha: $4) },
      "baddbmm": scaled { try $0.baddbmm($1, $2, beta: $3, alpha: $4) },
      "addbmm": scaled { try $0.addbmm($1, $2, beta: $3, alpha: $4) },
      "vecdot": { golden, x in [try x[0].vecdot(x[1], golden.integer("dim") ?? -1)] },
      "cross": { golden, x in [try x[0].cross(x[1], golden.integer("dim") ?? -1)] },
      "kron": binary { try $0.kron($1) }, "trace": unary { try $0.trace() },
      "tensordot": { golden, x in
        [
          try x[0].tensordot(
            x[1], golden.integers("first") ?? [], golden.integers("second") ?? [])
        ]
      },
      "tensordot.count": { golden, x in
        [try x[0].tensordot(x[1], count: golden.integer("count") ?? 2)]
      },
      // The equation is the variant's first word.
      "static.einsum": { golden, x in
        let equation = golden.variant.split(separator: " ").first.map(String.init) ?? ""
        return [try Tensor.einsum(equation, x)]
      },
      "static.multiDot": { _, x in [try Tensor.multiDot(x)] },
      "matrixPower": { golden, x in [try x[0].matrixPower(golden.integer("exponent") ?? 99)] },
      "matrixExponential": unary { try $0.matrixExponential() },
    ]
  }

  private static var solving: [String: Call] {
    [
      "cholesky.upper": { golden, x in [try x[0].symmetric().cholesky(upper: golden.flag("upper"))]
      },
      "choleskySolve": { golden, x in [try x[0].choleskySolve(x[1], upper: golden.flag("upper"))] },
      "choleskyInverse.upper": { golden, x in
        [try x[0].choleskyInverse(upper: golden.flag("upper"))]
      },
      "solveTriangular": { golden, x in
        [
          try x[0].solveTriangular(
            x[1], upper: golden.flag("upper"), left: !golden.flag("right"),
            unitriangular: golden.flag("unit"))
        ]
      },
      "solve": { golden, x in [try x[0].solve(x[1], left: !golden.flag("right"))] },
      "inverse": unary { try $0.inverse() }, "determinant": unary { try $0.determinant() },
      "signedLogDeterminant": { _, x in
        let (sign, logAbs) = try x[0].signedLogDeterminant()
        return [sign, logAbs]
      },
      "logDeterminant": unary { try $0.logDeterminant() },
      "pseudoInverse.atol": { golden, x in
        [try x[0].pseudoInverse(atol: golden.number("atol"), rtol: golden.number("rtol"))]
      },
      "matrixRank.atol": { golden, x in
        [try x[0].matrixRank(atol: golden.number("atol"), rtol: golden.number("rtol"))]
      },
      "leastSquares": { golden, x in
        let result = try x[0].leastSquares(x[1], rcond: golden.number("rcond"))
        return golden.flag("residuals")
          ? [result.solution, result.residuals, result.rank] : [result.solution, result.rank]
      },
      "orthogonalDecomposition": { _, x in
        let (q, r) = try x[0].orthogonalDecomposition()
        return [q, r]
      },
    ]
  }

  private static var spectra: [String: Call] {
    [
      "symmetricEigen.upper": { golden, x in
        // V diag(w³) Vᵀ and V² do not depend on the vectors' signs.
        let (w, v) = try x[0].symmetric().symmetricEigen(upper: golden.flag("upper"))
        let cube = try v.mul(w.pow(3).unsqueeze(-2)).matmul(v.transpose(-1, -2))
        return [w, cube, try v.square()]
      },
      "symmetricEigenvalues.upper": { golden, x in
        [try x[0].symmetric().symmetricEigenvalues(upper: golden.flag("upper"))]
      },
      "symmetricSquareRoot": unary { try $0.symmetric().symmetricSquareRoot() },
      "singularValueDecomposition": { _, x in
        let (u, s, vh) = try x[0].singularValueDecomposition()
        let cube = try u.mul(s.pow(3).unsqueeze(-2)).matmul(vh)
        return [s, cube, try u.square(), try vh.square()]
      },
      "singularValues": unary { try $0.singularValues() },
      "matrixNorm": { golden, x in
        let dims = golden.integers("dims") ?? [-2, -1]
        return [
          try x[0].matrixNorm(
            orders[golden.integer("order") ?? 0], rows: dims[0], columns: dims[1],
            keepDimensions: golden.flag("keep"))
        ]
      },
      "conditionNumber": { golden, x in
        [try x[0].conditionNumber(orders[golden.integer("order") ?? 0])]
      },
    ]
  }

  /// In the order of ORDERS in Scripts/goldencases/linear_algebra.py.
  private static let orders: [MatrixOrder] = [
    .frobenius, .nuclear, .two(smallest: false), .two(smallest: true), .one(smallest: false),
    .one(smallest: true), .infinity(smallest: false), .infinity(smallest: true),
  ]
}

extension Tensor {
  /// (X + Xᵀ) / 2, so that every element's derivative is one of a symmetric matrix.
  fileprivate func symmetric() throws -> Tensor { try add(transpose(-1, -2)).mul(0.5) }
}
