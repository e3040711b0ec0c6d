/// Tensors put together, as functions of a table of them.

internal import LuaEmbedding
internal import PenumbraTensor

enum JoiningFunctions {
  static let entries: [Entry] = [
    Entry(
      "cat", "Tensors one after the other along a dimension; those of shape {0} fit anywhere",
      tensors, Parameter<Int>("dim", .dimension, default: 0, shown: "1"), returns: "Tensor",
      example: "print(pn.cat({pn.zeros(2), pn.ones(1)}))"
    ) { _, tensors, dim in try Tensor.cat(tensors, dim) },
    Entry(
      "stack", "Tensors of one shape along a new dimension", tensors,
      Parameter<Int>("dim", .dimension, default: 0, shown: "1"), returns: "Tensor",
      example: "print(pn.stack({pn.zeros(2), pn.ones(2)}))"
    ) { _, tensors, dim in try Tensor.stack(tensors, dim) },
    joining(
      "hstack", "Tensors side by side: along dimension 2, vectors along their only one",
      Tensor.hstack),
    joining(
      "vstack", "Tensors one below the other: along dimension 1, vectors as rows", Tensor.vstack),
    joining("dstack", "Tensors one behind the other: along dimension 3", Tensor.dstack),
    joining(
      "column_stack", "Vectors as the columns of a matrix, matrices side by side",
      Tensor.columnStack),
    Entry(
      "block_diag",
      "Matrices (vectors as rows) one below and to the right of the other, zeros elsewhere", listed,
      returns: "Tensor", example: "print(pn.block_diag(pn.eye(2), pn.tensor{3.0, 4.0}))"
    ) { _, tensors in try Tensor.blockDiagonal(tensors) },
    Entry(
      "cartesian_prod",
      "Every choice of one element of each vector, as rows; a vector alone stays as it is", listed,
      returns: "Tensor", example: "print(pn.cartesian_prod(pn.arange(2), pn.tensor{5, 6, 7}))"
    ) { _, tensors in try Tensor.cartesianProduct(tensors) },
    Entry(
      "broadcast_tensors",
      "The tensors repeated without copying to the shape that all of them broadcast to", tensors,
      returns: "table of Tensors",
      example: "local a, b = table.unpack(pn.broadcast_tensors({pn.zeros(3), pn.zeros(2, 1)}))\n"
        + "assert(a:size(1) == 2 and b:size(2) == 3)"
    ) { _, tensors in try Tensor.broadcastTensors(tensors) },
  ]

  private static let listed = Parameter<[Tensor]>("tensors", .tensorsFromHere)
  private static let tensors = Parameter<[Tensor]>("tensors", .list(of: .tensor))

  private static func joining(
    _ name: String, _ summary: String, _ body: @escaping @Sendable ([Tensor]) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary, tensors, returns: "Tensor",
      example: "print(pn.\(name)({pn.zeros(2), pn.ones(2)}))"
    ) { _, tensors in try body(tensors) }
  }
}
