/// Factorisations and what they solve, declared once for the class's methods and for `pn.linalg`.

internal import LuaEmbedding
internal import PenumbraTensor

/// The functions of a matrix, as methods (`a:det()`) or as a library's functions (`pn.linalg.det(a)`).
struct LinalgEntries: Sendable {
  /// The matrix as the functions' first parameter.
  let matrix: Parameter<Tensor>
  /// Whether examples call methods.
  let isMethod: Bool

  private static let upper = Parameter<Bool>(
    "upper", .boolean, default: false, "the factor is U with Uᵀ U = A instead of L with L Lᵀ = A")
  private static let left = Parameter<Bool>(
    "left", .boolean, default: true, "solve A X = B; X A = B where false")
  private static let atol = Parameter<Double?>.optional(
    "atol", .number, "singular values up to this count as zero")
  private static let rtol = Parameter<Double?>.optional(
    "rtol", .number, "and those up to this times the greatest; max(m, n) ε where neither is given")
  private static let right = Parameter<Tensor>("B", .tensor, "[..., n, k], or vectors [..., n]")

  /// A call that runs as it stands, for the reference.
  private func sample(_ name: String, _ further: String = "") -> String {
    let call =
      isMethod
      ? "a:\(name)(\(further))" : "pn.linalg.\(name)(a\(further.isEmpty ? "" : ", ")\(further))"
    return "local a = pn.tensor{{4.0, 1.0}, {1.0, 3.0}}\nprint(\(call))"
  }

  private func plain(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Tensor) throws -> Tensor
  ) -> Entry {
    Entry(name, summary, matrix, returns: "Tensor", example: sample(name)) { _, a in try body(a) }
  }

  var cholesky: Entry {
    Entry(
      "cholesky", "L with A = L Lᵀ for symmetric positive definite matrices [..., n, n]", matrix,
      Parameter<Options>.options("cholesky", [Self.upper.doc]), returns: "Tensor",
      example: sample("cholesky")
    ) { _, a, options in try a.cholesky(upper: options[Self.upper]) }
  }

  func inverse(_ name: String) -> Entry {
    plain(name, "A⁻¹ of square matrices [..., n, n]") { try $0.inverse() }
  }

  func pseudoInverse(_ name: String) -> Entry {
    Entry(
      name, "The Moore–Penrose inverse A⁺: [..., m, n] → [..., n, m]", matrix,
      Parameter<Options>.options(name, [Self.atol.doc, Self.rtol.doc]), returns: "Tensor",
      example: sample(name)
    ) { _, a, options in try a.pseudoInverse(atol: options[Self.atol], rtol: options[Self.rtol]) }
  }

  var determinant: Entry {
    plain("det", "The determinant of square matrices: [..., n, n] → [...]") {
      try $0.determinant()
    }
  }

  var logDeterminant: Entry {
    plain("logdet", "log det A; NaN where the determinant is negative") {
      try $0.logDeterminant()
    }
  }

  var signedLogDeterminant: Entry {
    Entry(
      "slogdet", "The sign of det A and log |det A|, which cannot overflow", matrix,
      returns: "Tensor, Tensor", example: sample("slogdet")
    ) { _, a in
      let (sign, logAbs) = try a.signedLogDeterminant()
      return Pair(sign, logAbs)
    }
  }

  var matrixPower: Entry {
    Entry(
      "matrix_power", "Aⁿ for an integer n; a negative one takes the inverse", matrix,
      Parameter<Int>("n", .integer), returns: "Tensor", example: sample("matrix_power", "3")
    ) { _, a, exponent in try a.matrixPower(exponent) }
  }

  var matrixExponential: Entry {
    plain("matrix_exp", "e^A = Σ Aᵏ / k! of square matrices") { try $0.matrixExponential() }
  }

  var orthogonalDecomposition: Entry {
    Entry(
      "qr",
      "Q, R with A = Q R and k = min(m, n): Q [..., m, k] with orthonormal columns, "
        + "R [..., k, n] upper triangular; \"complete\" makes Q square, \"r\" leaves it empty",
      matrix,
      Parameter<String>(
        "mode", .choice(["reduced", "complete", "r"]), default: "reduced", shown: "\"reduced\""),
      returns: "Tensor, Tensor", example: sample("qr", "\"complete\"")
    ) { _, a, mode in
      let (q, r) =
        try mode == "complete"
        ? a.completeOrthogonalDecomposition() : a.orthogonalDecomposition()
      return Pair(try mode == "r" ? Tensor.zeros([0], dtype: a.dtype) : q, r)
    }
  }

  var solve: Entry {
    Entry(
      "solve", "X with A X = B for square matrices A [..., n, n]", matrix, Self.right,
      Parameter<Options>.options("solve", [Self.left.doc]), returns: "Tensor",
      example: sample("solve", "pn.tensor{1.0, 2.0}")
    ) { _, a, b, options in try a.solve(b, left: options[Self.left]) }
  }

  var solveTriangular: Entry {
    let upper = Parameter<Bool>("upper", .boolean, "which triangle of A is read")
    let unit = Parameter<Bool>(
      "unitriangular", .boolean, default: false, "take A's diagonal for ones")
    return Entry(
      "solve_triangular", "X with A X = B for triangular matrices A [..., n, n]", matrix,
      Parameter<Tensor>("B", .tensor, "[..., n, k]"),
      Parameter<Options>.options("solve_triangular", [upper.doc, Self.left.doc, unit.doc]),
      returns: "Tensor", example: sample("solve_triangular", "pn.ones(2, 1), {upper = true}")
    ) { _, a, b, options in
      try a.solveTriangular(
        b, upper: options[upper], left: options[Self.left], unitriangular: options[unit])
    }
  }

  var leastSquares: Entry {
    let rcond = Parameter<Double?>.optional(
      "rcond", .number, "singular values up to this times the greatest count as zero")
    return Entry(
      "lstsq",
      "The X of least norm that makes ‖A X − B‖ least, the residuals Σ (A X − B)² (empty "
        + "unless m > n and A has full rank), A's rank and its singular values", matrix, Self.right,
      Parameter<Options>.options("lstsq", [rcond.doc]),
      returns: "Tensor, Tensor, Tensor, Tensor",
      example: "local a = pn.tensor{{1.0, 0.0}, {1.0, 1.0}, {1.0, 2.0}}\n"
        + "print((pn.linalg.lstsq(a, pn.tensor{1.0, 3.0, 5.0})))"
    ) { _, a, b, options in
      let result = try a.leastSquares(b, rcond: options[rcond])
      return Tensors([result.solution, result.residuals, result.rank, result.singularValues])
    }
  }

  var matrixRank: Entry {
    Entry(
      "matrix_rank", "How many singular values count: [..., m, n] → [...]", matrix,
      Parameter<Options>.options("matrix_rank", [Self.atol.doc, Self.rtol.doc]),
      returns: "Tensor", example: sample("matrix_rank")
    ) { _, a, options in try a.matrixRank(atol: options[Self.atol], rtol: options[Self.rtol]) }
  }
}

/// Several tensors as results.
struct Tensors: LuaResult {
  let tensors: [Tensor]

  init(_ tensors: [Tensor]) { self.tensors = tensors }

  func give(to frame: LuaFrame) throws { for tensor in tensors { tensor.give(to: frame) } }
}
