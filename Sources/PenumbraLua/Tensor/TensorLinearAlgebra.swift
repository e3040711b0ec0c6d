/// Factorisations as methods, and einsum.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorLinearAlgebra {
  static let entries: [Entry] = [
    shared.cholesky, choleskySolve, choleskyInverse, shared.inverse("inverse"),
    shared.pseudoInverse("pinverse"), shared.determinant, shared.logDeterminant,
    shared.signedLogDeterminant, shared.matrixPower, shared.matrixExponential,
    shared.orthogonalDecomposition, svd,
  ]

  /// Functions of `pn` that are no one tensor's method.
  static let functions: [Entry] = [
    Entry(
      "einsum",
      "Sums of products by subscripts: \"ij,jk->ik\" is the matrix product, \"ii->i\" a diagonal, "
        + "\"...\" any further dimensions; without \"->\" the letters that occur once remain",
      Parameter<String>("equation", .string), Parameter<[Tensor]>("tensors", .tensorsFromHere),
      returns: "Tensor",
      example: "print(pn.einsum(\"bij,bjk->bik\", pn.ones(2, 3, 4), pn.ones(2, 4, 5)))"
    ) { _, equation, tensors in try Tensor.einsum(equation, tensors) }
  ]

  private static let shared = LinalgEntries(matrix: receiver, isMethod: true)
  private static let factor = Parameter<Tensor>("factor", .tensor, "from cholesky, [..., n, n]")
  private static let upper = Parameter<Bool>(
    "upper", .boolean, default: false, "the factor is upper triangular")

  private static let choleskySolve = Entry(
    "cholesky_solve",
    "X with A X = B, where B is this tensor [..., n, k] and A is known by its "
      + "Cholesky factor", receiver, factor,
    Parameter<Options>.options("cholesky_solve", [upper.doc]), returns: "Tensor",
    example: "local l = pn.tensor{{2.0, 0.0}, {1.0, 2.0}}\nprint(pn.ones(2, 1):cholesky_solve(l))"
  ) { _, b, factor, options in try factor.choleskySolve(b, upper: options[upper]) }

  private static let choleskyInverse = Entry(
    "cholesky_inverse", "A⁻¹, where this tensor is A's Cholesky factor", receiver,
    Parameter<Options>.options("cholesky_inverse", [upper.doc]), returns: "Tensor",
    example: "print(pn.tensor{{2.0, 0.0}, {1.0, 2.0}}:cholesky_inverse())"
  ) { _, factor, options in try factor.choleskyInverse(upper: options[upper]) }

  private static let svd = Entry(
    "svd", "U, S, V with A = U diag(S) Vᵀ in the reduced form; pn.linalg.svd gives Vᵀ instead",
    receiver, returns: "Tensor, Tensor, Tensor",
    example: "local U, S, V = pn.ones(3, 2):svd()\nprint(U * S:unsqueeze(1))"
  ) { _, a in
    let (u, s, vh) = try a.singularValueDecomposition()
    return Tensors([u, s, try vh.transpose(-1, -2)])
  }
}

extension ParameterType where Value == [Tensor] {
  /// One table of tensors, or all arguments from here on.
  static let tensorsFromHere = ParameterType("Tensor ...") { frame, index in
    if let list = try ParameterType<[Tensor]>.list(of: .tensor).decode(frame, index) {
      return list
    }
    guard index <= frame.argumentCount else { return nil }
    var tensors: [Tensor] = []
    for position in index...frame.argumentCount {
      guard let tensor = try ParameterType<Tensor>.tensor.decode(frame, position) else {
        throw BadValue(
          expected: "tensors, got \(frame.describe(at: position)) as argument \(position)")
      }
      tensors.append(tensor)
    }
    return tensors
  }
}
