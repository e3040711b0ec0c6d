/// `pn.meshgrid` and the indices of triangles.

internal import LuaEmbedding
internal import PenumbraTensor

enum CreationGrids {
  static let entries: [Entry] = [
    Entry(
      "meshgrid",
      "The coordinates of a grid's points: tensor k holds the k-th vector's element at each point",
      VectorArguments.parameter, returns: "a Tensor for each vector; views",
      example: "local x, y = pn.meshgrid(pn.arange(3), pn.arange(2))\n"
        + "local u, v = pn.meshgrid({pn.arange(3), pn.arange(2)}, {indexing = \"xy\"})"
    ) { _, arguments in
      Several(try Tensor.meshgrid(arguments.vectors, swapsFirst: arguments.indexing == "xy"))
    },
    triangle("tril_indices", "tril", Tensor.trilIndices),
    triangle("triu_indices", "triu", Tensor.triuIndices),
  ]

  private static let offset = Parameter<Int>(
    "offset", .integer, default: 0, "which diagonal; positive ones lie above the main one")

  private static func triangle(
    _ name: String, _ kept: String, _ body: @escaping @Sendable (Int, Int, Int) throws -> Tensor
  ) -> Entry {
    Entry(
      name, "Rows and columns, as [2, n], of the elements that `\(kept)` keeps",
      Parameter<Int>("rows", .integer), Parameter<Int>("columns", .integer), offset,
      returns: "Tensor", example: "print(pn.\(name)(3, 3))"
    ) { _, rows, columns, offset in IndexTensor(positions: try body(rows, columns, offset)) }
  }
}

/// `x, y, {options}` or `{x, y}, {options}`.
private struct VectorArguments {
  let vectors: [Tensor]
  let indexing: String

  private static let indexing = Parameter<String>(
    "indexing", .choice(["ij", "xy"]), default: "ij", shown: "\"ij\"",
    "whether the first vector runs along the rows or along the columns")

  static let parameter: Parameter<VectorArguments> = {
    let list = OptionList([indexing.doc])
    var doc = ParameterDoc(
      name: "...", type: "Tensors or a table of them, then options", standard: nil, summary: "")
    doc.options = list.docs
    return Parameter(
      doc: doc,
      type: ParameterType("vectors, or a table of them") { frame, first in
        var (vectors, index) = ([Tensor](), first)
        while let vector = try ParameterType<Tensor>.tensor.decode(frame, index) {
          vectors.append(vector)
          index += 1
        }
        if vectors.isEmpty, frame.type(at: index) == .table {
          vectors = try ParameterType<[Tensor]>.list(of: .tensor).decode(frame, index) ?? []
          index += 1
        }
        var table: Int?
        if index <= frame.argumentCount, !frame.isNoneOrNil(at: index) {
          guard index == frame.argumentCount, frame.type(at: index) == .table else {
            throw BadValue(expected: "Tensors, got \(frame.describe(at: index))")
          }
          try list.check(frame, index, "meshgrid")
          table = index
        }
        let options = Options(frame: frame, index: table, operation: "meshgrid")
        return VectorArguments(vectors: vectors, indexing: try options[indexing])
      })
  }()
}
