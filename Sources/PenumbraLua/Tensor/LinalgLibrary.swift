/// `pn.linalg`: factorisations and what they solve, as PyTorch's `torch.linalg` names them.

internal import LuaEmbedding
internal import PenumbraTensor

enum LinalgLibrary {
  static let library = Library(
    "pn.linalg",
    "Factorisations, equations and norms of matrices; leading dimensions are a batch. All can be "
      + "differentiated twice.",
    [
      shared.cholesky, shared.inverse("inv"), shared.pseudoInverse("pinv"), shared.solve,
      shared.solveTriangular, shared.leastSquares, shared.orthogonalDecomposition, eigh, eigvalsh,
      svd, svdvals, shared.determinant, shared.signedLogDeterminant, shared.matrixRank, cond,
      matrixNorm, shared.matrixPower, shared.matrixExponential, squareRoot, multiDot,
      TensorProducts.matmul(matrix), TensorProducts.cross(Parameter<Tensor>("x", .tensor)), vecdot,
      lu, luFactor, luSolve, vectorNorm, norm, diagonal,
    ])

  private static let matrix = Parameter<Tensor>("A", .tensor, "[..., m, n]")
  private static let shared = LinalgEntries(matrix: matrix, isMethod: false)
  private static let sample = "local a = pn.tensor{{4.0, 1.0}, {1.0, 3.0}}\n"
  private static let triangle = Parameter<String>(
    "UPLO", .choice(["L", "U"]), default: "L", shown: "\"L\"", "the triangle that is read")
  private static let fullMatrices = Parameter<Bool>(
    "full_matrices", .boolean, default: false, "make U and Vᵀ square")

  private static let eigh = Entry(
    "eigh", "w, V with A = V diag(w) Vᵀ of symmetric matrices; w is ascending", matrix,
    Parameter<Options>.options("eigh", [triangle.doc]), returns: "Tensor, Tensor",
    example: sample + "local w, V = pn.linalg.eigh(a)\nprint(w, V)"
  ) { _, a, options in
    let (values, vectors) = try a.symmetricEigen(upper: options[triangle] == "U")
    return Pair(values, vectors)
  }

  private static let eigvalsh = Entry(
    "eigvalsh", "The eigenvalues of symmetric matrices, ascending", matrix,
    Parameter<Options>.options("eigvalsh", [triangle.doc]), returns: "Tensor",
    example: sample + "print(pn.linalg.eigvalsh(a))"
  ) { _, a, options in try a.symmetricEigenvalues(upper: options[triangle] == "U") }

  private static let svd = Entry(
    "svd",
    "U, S, Vᵀ with A = U diag(S) Vᵀ in the reduced form, k = min(m, n): U [..., m, k], S "
      + "[..., k] descending, Vᵀ [..., k, n]", matrix,
    Parameter<Options>.options("svd", [fullMatrices.doc]), returns: "Tensor, Tensor, Tensor",
    example: sample + "local U, S, Vh = pn.linalg.svd(a)\nprint(S)\n"
      + "assert(#pn.linalg.svd(pn.ones(3, 2), {full_matrices = true}) == 3)"
  ) { _, a, options in
    let (u, s, vh) =
      try options[fullMatrices]
      ? a.fullSingularValueDecomposition() : a.singularValueDecomposition()
    return Tensors([u, s, vh])
  }

  private static let svdvals = Entry(
    "svdvals", "The singular values, descending", matrix, returns: "Tensor",
    example: sample + "print(pn.linalg.svdvals(a))"
  ) { _, a in try a.singularValues() }

  private static let cond = Entry(
    "cond", "The condition number ‖A‖ ‖A⁻¹‖", matrix,
    Parameter<MatrixOrder>("p", .matrixOrder, default: .two(smallest: false), shown: "2"),
    returns: "Tensor", example: sample + "print(pn.linalg.cond(a))"
  ) { _, a, order in try a.conditionNumber(order) }

  private static let matrixNorm = Entry(
    "matrix_norm",
    "A norm of matrices: \"fro\" √Σa², \"nuc\" Σs, 2 the greatest singular value, 1 the greatest "
      + "column's Σ|a|, math.huge the greatest row's; −2, −1, −math.huge the smallest", matrix,
    Parameter<MatrixOrder>("ord", .matrixOrder, default: .frobenius, shown: "\"fro\""),
    Parameter<[Int]>(
      "dim", .dimensions, default: [-2, -1], shown: "{-2, -1}", "the matrices' dimensions"),
    Parameter<Bool>("keepdim", .boolean, default: false, "keep them with extent 1"),
    returns: "Tensor", example: sample + "print(pn.linalg.matrix_norm(a, \"nuc\"))"
  ) { _, a, order, dims, keep in
    guard dims.count == 2 else {
      throw TensorError(
        .shape, "matrix_norm", argument: "dim", expected: "two dimensions", got: "\(dims.count)")
    }
    return try a.matrixNorm(order, rows: dims[0], columns: dims[1], keepDimensions: keep)
  }

  private static let squareRoot = Entry(
    "sqrtm", "The symmetric S with S S = A of symmetric positive semi-definite matrices", matrix,
    returns: "Tensor", example: sample + "print(pn.linalg.sqrtm(a))"
  ) { _, a in try a.symmetricSquareRoot() }

  private static let multiDot = Entry(
    "multi_dot",
    "The product of several matrices, multiplied in the cheapest order; the first and "
      + "the last may be vectors", Parameter<[Tensor]>("tensors", .list(of: .tensor)),
    returns: "Tensor",
    example: "print(pn.linalg.multi_dot{pn.ones(2, 3), pn.ones(3, 4), pn.ones(4)})"
  ) { _, tensors in try Tensor.multiDot(tensors) }

  private static let vecdot = Entry(
    "vecdot", "Σ xᵢ yᵢ along a dimension; the shapes broadcast", Parameter<Tensor>("x", .tensor),
    Parameter<Tensor>("y", .tensor), Parameter<Int>("dim", .dimension, default: -1),
    returns: "Tensor", example: "print(pn.linalg.vecdot(pn.ones(2, 3), pn.ones(3)))"
  ) { _, x, y, dim in try x.vecdot(y, dim) }
}

/// LU factors, and norms and diagonals as `torch.linalg` has them.
extension LinalgLibrary {
  private static let lu = Entry(
    "lu",
    "P, L, U with A = P L U and k = min(m, n): a permutation [..., m, m], L [..., m, k] lower "
      + "triangular with ones on its diagonal, U [..., k, n] upper triangular", matrix,
    returns: "Tensor, Tensor, Tensor",
    example: sample
      + "local P, L, U = pn.linalg.lu(a)\nassert((P:mm(L):mm(U) - a):norm():item() < 1e-5)"
  ) { _, a in
    let (p, l, u) = try a.luDecomposition()
    return Tensors([p, l, u])
  }

  private static let luFactor = Entry(
    "lu_factor",
    "L and U in one matrix, without L's ones, and the row that each row changed places with, for "
      + "`lu_solve`", matrix, returns: "Tensor, int64 Tensor",
    example: sample + "local LU, pivots = pn.linalg.lu_factor(a)\nprint(LU, pivots)"
  ) { _, a in
    let (factors, pivots) = try a.luFactor()
    return Located((values: factors, indices: pivots))
  }

  private static let luSolve = Entry(
    "lu_solve", "X with A X = B, where A is known by `lu_factor`",
    Parameter<Tensor>("LU", .tensor, "[..., n, n]"), Parameter<Tensor>("pivots", .indices),
    Parameter<Tensor>("B", .tensor, "[..., n, k]"),
    Parameter<Options>.options("lu_solve", [left.doc, adjoint.doc]), returns: "Tensor",
    example: sample + "local LU, pivots = pn.linalg.lu_factor(a)\n"
      + "print(pn.linalg.lu_solve(LU, pivots, pn.ones(2, 1)))"
  ) { _, factors, pivots, right, options in
    try factors.luSolve(pivots, right, left: options[left], adjoint: options[adjoint])
  }

  private static let left = Parameter<Bool>(
    "left", .boolean, default: true, "solve A X = B; X A = B where false")
  private static let adjoint = Parameter<Bool>(
    "adjoint", .boolean, default: false, "solve with Aᵀ in A's place")

  private static let vectorNorm = Entry(
    "vector_norm", "(Σ |x|^ord)^(1/ord) over all elements, a dimension or several",
    Parameter<Tensor>("x", .tensor), Parameter<Double>("ord", .number, default: 2),
    TensorReductions.dims, TensorReductions.keep, returns: "Tensor",
    example: sample + "print(pn.linalg.vector_norm(a), pn.linalg.vector_norm(a, math.huge, 1))"
  ) { _, x, order, dims, keep in try x.norm(dims, order: order, keepDimensions: keep) }

  private static let norm = Entry(
    "norm",
    "The norm of vectors over one dimension, of matrices over two (see `matrix_norm`); without ord "
      + "√Σ x² over any number of them", Parameter<Tensor>("A", .tensor),
    Parameter<NormOrder?>.optional("ord", .normOrder), TensorReductions.dims, TensorReductions.keep,
    returns: "Tensor",
    example: sample
      + "print(pn.linalg.norm(a), pn.linalg.norm(a, \"nuc\"), pn.linalg.norm(a, 1, 2))"
  ) { _, a, order, dims, keep in try a.generalNorm(order, dims, keepDimensions: keep) }

  private static let diagonal = Entry(
    "diagonal", "The diagonal of each matrix, as the last dimension; a view", matrix,
    Parameter<Int>(
      "offset", .integer, default: 0, "which diagonal; positive ones lie above the main one"),
    Parameter<Int>("dim1", .dimension, default: -2),
    Parameter<Int>("dim2", .dimension, default: -1),
    returns: "Tensor", example: sample + "print(pn.linalg.diagonal(a))"
  ) { _, a, offset, first, second in try a.diagonal(offset, first, second) }
}

extension ParameterType where Value == NormOrder {
  /// "fro", "nuc" or a number.
  fileprivate static let normOrder = ParameterType("number | \"fro\" | \"nuc\"") { frame, index in
    if let number = frame.number(at: index) { return .number(number) }
    switch frame.string(at: index) {
    case "fro": return .frobenius
    case "nuc": return .nuclear
    default: return nil
    }
  }
}

extension ParameterType where Value == MatrixOrder {
  /// "fro", "nuc", ±1, ±2 or ±math.huge.
  static let matrixOrder = ParameterType(
    "\"fro\" | \"nuc\" | ±1 | ±2 | ±math.huge"
  ) { frame, index in
    if let number = frame.number(at: index) {
      let smallest = number < 0
      switch number.magnitude {
      case 1: return .one(smallest: smallest)
      case 2: return .two(smallest: smallest)
      case .infinity: return .infinity(smallest: smallest)
      default: return nil
      }
    }
    switch frame.string(at: index) {
    case "fro": return .frobenius
    case "nuc": return .nuclear
    default: return nil
    }
  }
}
