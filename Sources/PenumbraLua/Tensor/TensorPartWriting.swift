/// Copies with a part replaced, and slices combined at indices, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorPartWriting {
  static let entries: [Entry] = [
    Entry(
      "select_scatter", "A copy with src at one position of a dimension; see `select`", receiver,
      source, Parameter<Int>("dim", .dimension), Parameter<Int>("index", .index),
      returns: "Tensor", example: sample + "print(x:select_scatter(pn.ones(3), 1, 2))"
    ) { _, x, source, dim, index in try x.selectScatter(source, dim, index) },
    Entry(
      "slice_scatter",
      "A copy with src at the positions start, start + step, ... up to and including stop of a "
        + "dimension", receiver, source, Parameter<Int>("dim", .dimension, default: 0, shown: "1"),
      Parameter<Int>("start", .index, default: 0, shown: "1"),
      Parameter<Int>("stop", .index, default: -1), Parameter<Int>("step", .integer, default: 1),
      returns: "Tensor", example: sample + "print(x:slice_scatter(pn.ones(2, 2), 2, 1, 3, 2))"
    ) { _, x, source, dim, start, stop, step in
      try x.sliceScatter(source, dim, first: start, last: stop, step: step)
    },
    Entry(
      "diagonal_scatter", "A copy with src on a diagonal of two dimensions; see `diagonal`",
      receiver, source,
      Parameter<Int>(
        "offset", .integer, default: 0, "which diagonal; positive ones lie above the main one"),
      Parameter<Int>("dim1", .dimension, default: 0, shown: "1"),
      Parameter<Int>("dim2", .dimension, default: 1, shown: "2"), returns: "Tensor",
      example: sample + "print(x:diagonal_scatter(pn.ones(2), 1))"
    ) { _, x, source, offset, first, second in
      try x.diagonalScatter(source, offset, first, second)
    },
    Entry(
      "index_reduce",
      "x with all slices i of src that meet at index[i] of a dimension, and the old one, combined",
      receiver, dim, index, source, how,
      Parameter<Options>.options("index_reduce", [includeSelf.doc]), returns: "Tensor",
      example: sample + "print(x:index_reduce\(call))"
    ) { _, x, dim, index, source, how, options in
      try reduced(x, dim, index, source, how, options)
    },
    Entry(
      "index_reduce_", "As `index_reduce`, in place; returns x", receiver, dim, index, source, how,
      Parameter<Options>.options("index_reduce_", [includeSelf.doc]), returns: "Tensor",
      example: sample + "x:index_reduce_\(call)"
    ) { _, x, dim, index, source, how, options in
      try x.replace("index_reduce") { try reduced($0, dim, index, source, how, options) }
      return FirstArgument()
    },
  ]

  private static let sample = "local x = pn.zeros(2, 3)\n"
  private static let call = "(1, {2, 2}, pn.ones(2, 3), \"amax\")"
  private static let source = Parameter<Tensor>("src", .tensor)
  private static let dim = Parameter<Int>("dim", .dimension)
  private static let index = Parameter<Tensor>("index", .indices)
  private static let how = Parameter<String>(
    "reduce", .choice(ScatterReduction.allCases.map(\.rawValue)))
  private static let includeSelf = Parameter<Bool>(
    "include_self", .boolean, default: true, "whether the old values count")

  private static func reduced(
    _ x: Tensor, _ dim: Int, _ index: Tensor, _ source: Tensor, _ how: String, _ options: Options
  ) throws -> Tensor {
    try x.indexReduce(
      dim, index, source, ScatterReduction(rawValue: how) ?? .sum,
      includeSelf: options[includeSelf])
  }
}
