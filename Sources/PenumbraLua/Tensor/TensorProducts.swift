/// Products of vectors and matrices as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorProducts {
  static let entries: [Entry] =
    [
      matmul(receiver),
      Entry(
        "linear", "x Wᵀ + b: [..., in] → [..., out]", receiver,
        Parameter<Tensor>("weight", .tensor, "[out, in]"),
        Parameter<Tensor?>.optional("bias", .tensor, "[out]"), returns: "Tensor",
        example: "print(pn.ones(2, 3):linear(pn.ones(4, 3)))"
      ) { _, x, weight, bias in try x.linear(weight, bias) },
      product("dot", "Σ xᵢ yᵢ of two vectors", "pn.ones(3)", "pn.ones(3)") { try $0.dot($1) },
      product("vdot", "Σ xᵢ yᵢ of two vectors; dot for real numbers", "pn.ones(3)", "pn.ones(3)") {
        try $0.dot($1)
      },
      product("inner", "Σ over both last dimensions", "pn.ones(2, 3)", "pn.ones(4, 3)") {
        try $0.inner($1)
      },
      product("outer", "x yᵀ of two vectors: [m], [n] → [m, n]", "pn.ones(2)", "pn.ones(3)") {
        try $0.outer($1)
      },
      product("mv", "A x: [m, n] · [n] → [m]", "pn.ones(2, 3)", "pn.ones(3)") { try $0.mv($1) },
      product("mm", "A B: [m, k] · [k, n] → [m, n]", "pn.ones(2, 3)", "pn.ones(3, 4)") {
        try $0.mm($1)
      },
      product(
        "bmm", "A B for each pair of a batch: [b, m, k] · [b, k, n] → [b, m, n]",
        "pn.ones(5, 2, 3)", "pn.ones(5, 3, 4)"
      ) { try $0.bmm($1) },
      product(
        "kron", "The Kronecker product: each element of x times the whole of y", "pn.ones(2, 2)",
        "pn.ones(1, 3)"
      ) { try $0.kron($1) },
      cross(receiver),
      Entry(
        "trace", "Σ aᵢᵢ of a matrix", receiver, returns: "Tensor",
        example: "print(pn.eye(3):trace())"
      ) { _, x in try x.trace() },
      Entry(
        "tensordot",
        "Σ over dimensions of both tensors, pair by pair; the result has x's others, then y's",
        receiver, Parameter<Tensor>("other", .tensor),
        Parameter<[[Int]]>(
          "dims", .contraction, default: [[-2, -1], [0, 1]], shown: "2",
          "x's last n with y's first n, or {dimensions of x, dimensions of y}"),
        returns: "Tensor",
        example: "local a, b = pn.ones(2, 3), pn.ones(3, 4)\n"
          + "assert(pn.tensordot(a, b, 1):equal(pn.tensordot(a, b, {2, 1})))"
      ) { _, x, y, dims in try x.tensordot(y, dims[0], dims[1]) },
    ]
    + sums(
      "addmm", "β x + α A B", "pn.zeros(2, 4)", "pn.ones(2, 3)", "pn.ones(3, 4)"
    ) { try $0.addmm($1, $2, beta: $3, alpha: $4) }
    + sums("addmv", "β x + α A v", "pn.zeros(2)", "pn.ones(2, 3)", "pn.ones(3)") {
      try $0.addmv($1, $2, beta: $3, alpha: $4)
    }
    + sums("addr", "β x + α u vᵀ", "pn.zeros(2, 3)", "pn.ones(2)", "pn.ones(3)") {
      try $0.addr($1, $2, beta: $3, alpha: $4)
    }
    + sums(
      "baddbmm", "β x + α A B for each pair of a batch", "pn.zeros(5, 2, 4)", "pn.ones(5, 2, 3)",
      "pn.ones(5, 3, 4)"
    ) { try $0.baddbmm($1, $2, beta: $3, alpha: $4) }
    + sums(
      "addbmm", "β x + α Σ A B over the pairs of a batch", "pn.zeros(2, 4)", "pn.ones(5, 2, 3)",
      "pn.ones(5, 3, 4)"
    ) { try $0.addbmm($1, $2, beta: $3, alpha: $4) }

  /// The matrix product, for the class and for `pn.linalg`.
  static func matmul(_ first: Parameter<Tensor>) -> Entry {
    Entry(
      "matmul",
      "The matrix product; vectors count as a row or a column, leading dimensions "
        + "broadcast: [..., n, k] × [..., k, m] → [..., n, m]", first,
      Parameter<Tensor>("other", .tensor), returns: "Tensor",
      example: "print(pn.ones(2, 3):matmul(pn.ones(3, 4)))"
    ) { _, x, y in try x.matmul(y) }
  }

  /// The cross product, for the class and for `pn.linalg`.
  static func cross(_ first: Parameter<Tensor>) -> Entry {
    Entry(
      "cross", "x × y along a dimension of extent 3", first, Parameter<Tensor>("other", .tensor),
      Parameter<Int>("dim", .dimension, default: -1), returns: "Tensor",
      example: "print(pn.cross(pn.tensor{1, 0, 0}, pn.tensor{0, 1, 0}))"
    ) { _, x, y, dim in try x.cross(y, dim) }
  }

  private static func product(
    _ name: String, _ summary: String, _ first: String, _ second: String,
    _ body: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary, receiver, Parameter<Tensor>("other", .tensor), returns: "Tensor",
      example: "print(\(first):\(name)(\(second)))"
    ) { _, x, y in try body(x, y) }
  }

  private static let beta = Parameter<Double>("beta", .number, default: 1, "0 leaves x out")
  private static let alpha = Parameter<Double>("alpha", .number, default: 1)

  /// A sum with a product, pure and in place.
  private static func sums(
    _ name: StaticString, _ formula: String, _ x: String, _ a: String, _ b: String,
    _ body: @escaping @Sendable (Tensor, Tensor, Tensor, Double, Double) throws -> Tensor
  ) -> [Entry] {
    let (first, second) = (Parameter<Tensor>("a", .tensor), Parameter<Tensor>("b", .tensor))
    let example = "(\(a), \(b), {alpha = 0.5}))"
    return [
      Entry(
        "\(name)", "\(formula); x broadcasts", receiver, first, second,
        Parameter<Options>.options("\(name)", [beta.doc, alpha.doc]), returns: "Tensor",
        example: "print(\(x):\(name)\(example)"
      ) { _, x, a, b, options in try body(x, a, b, options[beta], options[alpha]) },
      Entry(
        "\(name)_", "As `\(name)`, in place; returns x", receiver, first, second,
        Parameter<Options>.options("\(name)_", [beta.doc, alpha.doc]), returns: "Tensor",
        example: "print(\(x):\(name)_\(example)"
      ) { _, x, a, b, options in
        let (beta, alpha) = (try options[beta], try options[alpha])
        try x.replace(name) { try body($0, a, b, beta, alpha) }
        return FirstArgument()
      },
    ]
  }
}

extension ParameterType where Value == [[Int]] {
  /// How two tensors are contracted: a number of dimensions, or the dimensions of each.
  fileprivate static let contraction = ParameterType(
    "integer or {dimensions, dimensions}"
  ) { frame, index in
    if let count = frame.integer(at: index) {
      guard (0...8).contains(count) else { throw BadValue(expected: "0 to 8 dimensions") }
      return [(0..<Int(count)).map { $0 - Int(count) }, Array(0..<Int(count))]
    }
    guard let pair = try ParameterType<[[Int]]>.list(of: .dimensions).decode(frame, index) else {
      return nil
    }
    guard pair.count == 2 else {
      throw BadValue(expected: "two tables of dimensions, one for each tensor")
    }
    return pair
  }
}
