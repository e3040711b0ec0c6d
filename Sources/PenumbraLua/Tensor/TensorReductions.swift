/// Reductions as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorReductions {
  static let entries: [Entry] = [
    reduction("sum", "The sum over all elements, a dimension or several") {
      try $0.sum($1, keepDimensions: $2)
    },
    reduction("mean", "The mean over all elements, a dimension or several") {
      try $0.mean($1, keepDimensions: $2)
    },
    reduction("prod", "The product over all elements, a dimension or several") {
      try $0.product($1, keepDimensions: $2)
    },
    reduction("norm", "√Σx² over all elements, a dimension or several") {
      try $0.norm($1, keepDimensions: $2)
    },
    reduction("var", "The variance; divides by n − 1") {
      try $0.variance($1, keepDimensions: $2)
    },
    reduction("std", "The standard deviation; divides by n − 1") {
      try $0.standardDeviation($1, keepDimensions: $2)
    },
    extremum("min", "The smallest element; over one dimension also its index") { x, dims, keep in
      (try x.minimum(over: dims, keepDimensions: keep), dims.map { ($0, false) })
    },
    extremum("max", "The greatest element; over one dimension also its index") { x, dims, keep in
      (try x.maximum(over: dims, keepDimensions: keep), dims.map { ($0, true) })
    },
    Entry(
      "argmin", "Index of the first smallest element, along a dimension or of all", receiver,
      Parameter<Int?>.optional("dim", .dimension), keep, returns: "Tensor",
      example: sample + "print(x:argmin(2))"
    ) { _, x, dim, keep in
      IndexTensor(positions: try x.argMinimum(dim, keepDimensions: keep))
    },
    Entry(
      "argmax", "Index of the first greatest element, along a dimension or of all", receiver,
      Parameter<Int?>.optional("dim", .dimension), keep, returns: "Tensor",
      example: sample + "print(x:argmax(2))"
    ) { _, x, dim, keep in
      IndexTensor(positions: try x.argMaximum(dim, keepDimensions: keep))
    },
    Entry(
      "logsumexp", "log Σ eˣ along a dimension, without overflow", receiver,
      Parameter<Int>("dim", .dimension), keep, returns: "Tensor",
      example: sample + "print(x:logsumexp(2))"
    ) { _, x, dim, keep in try x.logSumExp(dim, keepDimensions: keep) },
    Entry(
      "softmax", "eˣ / Σ eˣ along a dimension", receiver,
      Parameter<Int>("dim", .dimension, default: -1), returns: "Tensor",
      example: sample + "print(x:softmax(2))"
    ) { _, x, dim in try x.softmax(dim) },
    Entry(
      "log_softmax", "x − log Σ eˣ along a dimension", receiver,
      Parameter<Int>("dim", .dimension, default: -1), returns: "Tensor",
      example: sample + "print(x:log_softmax(2))"
    ) { _, x, dim in try x.logSoftmax(dim) },
    Entry(
      "all", "Whether every element is not zero", receiver, returns: "boolean",
      example: sample + "print(x:gt(0):all())"
    ) { _, x in try x.all() },
    Entry(
      "any", "Whether some element is not zero", receiver, returns: "boolean",
      example: sample + "print(x:gt(3):any())"
    ) { _, x in try x.any() },
    Entry(
      "equal", "Whether shape, dtype and all elements are the same", receiver,
      Parameter<Tensor>("other", .tensor), returns: "boolean",
      example: sample + "print(x:equal(x:clone()))"
    ) { _, x, y in try x.isEqual(to: y) },
  ]

  private static let dims = Parameter<[Int]?>.optional(
    "dim", .dimensions, "all dimensions when left out")
  private static let keep = Parameter<Bool>(
    "keepdim", .boolean, default: false, "keep reduced dimensions with extent 1")
  private static let sample = "local x = pn.tensor{{1, 2}, {3, 4.5}}\n"

  private static func reduction(
    _ name: String, _ summary: String,
    _ body: @escaping @Sendable (Tensor, [Int]?, Bool) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary, receiver, dims, keep, returns: "Tensor",
      example: sample + "print(x:\(name)(), x:\(name)(1), x:\(name)({1, 2}, true))"
    ) { _, x, dims, keep in try body(x, dims, keep) }
  }

  private static func extremum(
    _ name: String, _ summary: String,
    _ body: @escaping @Sendable (Tensor, [Int]?, Bool) throws -> (Tensor, ([Int], Bool)?)
  ) -> Entry {
    Entry(
      name, summary, receiver, dims, keep, returns: "Tensor, or Tensor and Tensor of indices",
      example: sample + "print(x:\(name)(), x:\(name)(2))"
    ) { _, x, dims, keep in
      let (value, along) = try body(x, dims, keep)
      guard let (dims, isMaximum) = along, let dim = dims.first, dims.count == 1 else {
        return Pair<Tensor, IndexTensor?>(value, nil)
      }
      let positions =
        isMaximum
        ? try x.argMaximum(dim, keepDimensions: keep) : try x.argMinimum(dim, keepDimensions: keep)
      return Pair(value, IndexTensor(positions: positions))
    }
  }
}
