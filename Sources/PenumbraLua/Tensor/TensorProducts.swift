/// Matrix products as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorProducts {
  static let entries: [Entry] = [
    Entry(
      "matmul",
      "The matrix product; vectors count as a row or a column, leading dimensions "
        + "broadcast: [..., n, k] × [..., k, m] → [..., n, m]", receiver,
      Parameter<Tensor>("other", .tensor), returns: "Tensor",
      example: "print(pn.ones(2, 3):matmul(pn.ones(3, 4)))"
    ) { _, x, y in try x.matmul(y) },
    Entry(
      "linear", "x Wᵀ + b: [..., in] → [..., out]", receiver,
      Parameter<Tensor>("weight", .tensor, "[out, in]"),
      Parameter<Tensor?>.optional("bias", .tensor, "[out]"), returns: "Tensor",
      example: "print(pn.ones(2, 3):linear(pn.ones(4, 3)))"
    ) { _, x, weight, bias in try x.linear(weight, bias) },
    Entry(
      "dot", "Σ xᵢ yᵢ of two vectors", receiver, Parameter<Tensor>("other", .tensor),
      returns: "Tensor", example: "print(pn.ones(3):dot(pn.ones(3)))"
    ) { _, x, y in
      guard x.rank == 1, y.rank == 1 else {
        throw TensorError(.shape, "dot", expected: "two vectors", got: "\(x.shape) and \(y.shape)")
      }
      return try x.matmul(y)
    },
  ]
}
