/// Diagonals, triangles and the places of non-zero elements, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorDiagonals {
  static let entries: [Entry] = [
    Entry(
      "diag", "A vector on the diagonal of a matrix, or the diagonal of a matrix", receiver, offset,
      returns: "Tensor", example: "print(pn.tensor{1, 2}:diag(), pn.eye(3):diag(1))"
    ) { _, x, offset in try x.diag(offset) },
    Entry(
      "diagonal", "The diagonal of two dimensions, as the last dimension; a view", receiver, offset,
      Parameter<Int>("dim1", .dimension, default: 0, shown: "1"),
      Parameter<Int>("dim2", .dimension, default: 1, shown: "2"), returns: "Tensor",
      example: "local x = pn.zeros(2, 2)\nx:diagonal():fill_(1)\nassert(x:equal(pn.eye(2)))"
    ) { _, x, offset, first, second in try x.diagonal(offset, first, second) },
    Entry(
      "diag_embed", "Matrices of zeros whose diagonals are the last dimension", receiver, offset,
      Parameter<Int>("dim1", .dimension, default: -2),
      Parameter<Int>("dim2", .dimension, default: -1), returns: "Tensor",
      example: "print(pn.ones(2, 3):diag_embed():size())"
    ) { _, x, offset, first, second in try x.diagEmbed(offset, first, second) },
    triangle("tril", "The elements on and below a diagonal, zeros above it") { try $0.tril($1) },
    triangle("triu", "The elements on and above a diagonal, zeros below it") { try $0.triu($1) },
    inPlace("tril") { try $0.tril($1) }, inPlace("triu") { try $0.triu($1) },
    Entry(
      "vander", "The powers x^(N − 1), ..., x, 1 of each element, as rows", receiver,
      Parameter<Int?>.optional("N", .integer, "as many as elements when left out"),
      Parameter<Bool>("increasing", .boolean, default: false), returns: "Tensor",
      example: "print(pn.tensor{1, 2, 3}:vander(2))"
    ) { _, x, count, isIncreasing in try x.vander(count, isIncreasing: isIncreasing) },
    Entry(
      "nonzero", "Indices of the elements that are not zero: [n, dimensions]", receiver,
      Parameter<Options>.options("nonzero", [asTuple.doc]),
      returns: "Tensor, or a Tensor for each dimension",
      example:
        "print(pn.eye(2):nonzero())\nlocal rows, columns = pn.eye(2):nonzero{as_tuple = true}"
    ) { _, x, options in
      let positions = try options[asTuple] ? x.nonzeroByDimension() : [x.nonzero()]
      return Several(positions.map(IndexTensor.init))
    },
    Entry(
      "argwhere", "Indices of the elements that are not zero: [n, dimensions]", receiver,
      returns: "Tensor", example: "print(pn.eye(2):argwhere())"
    ) { _, x in IndexTensor(positions: try x.nonzero()) },
  ]

  private static let offset = Parameter<Int>(
    "offset", .integer, default: 0, "which diagonal; positive ones lie above the main one")
  private static let diagonal = Parameter<Int>(
    "diagonal", .integer, default: 0, "which one; positive ones lie above the main one")
  private static let asTuple = Parameter<Bool>(
    "as_tuple", .boolean, default: false, "a vector of indices for each dimension instead")

  private static func triangle(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Tensor, Int) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary + ", of each matrix [..., rows, columns]", receiver, diagonal,
      returns: "Tensor", example: "print(pn.ones(3, 3):\(name)(1))"
    ) { _, x, diagonal in try body(x, diagonal) }
  }

  private static func inPlace(
    _ name: StaticString, _ body: @escaping @Sendable (Tensor, Int) throws -> Tensor
  ) -> Entry {
    Entry(
      "\(name)_", "As `\(name)`, in place; returns x", receiver, diagonal, returns: "Tensor",
      example: "print(pn.ones(3, 3):\(name)_(1))"
    ) { _, x, diagonal in
      try x.replace(name) { try body($0, diagonal) }
      return FirstArgument()
    }
  }
}
