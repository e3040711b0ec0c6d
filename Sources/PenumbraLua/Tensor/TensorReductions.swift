/// Reductions as methods: sums and their kin, truth, softmax.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorReductions {
  static let entries: [Entry] = sums + spreads + extremes + measures + others

  private static let sums: [Entry] = [
    converted("sum", "The sum over all elements, a dimension or several") {
      try $0.sum($1, keepDimensions: $2)
    },
    converted("mean", "The mean over all elements, a dimension or several") {
      try $0.mean($1, keepDimensions: $2)
    },
    converted("prod", "The product over all elements, a dimension or several") {
      try $0.product($1, keepDimensions: $2)
    },
    converted("nansum", "The sum of the elements that are not NaN") {
      try $0.nanSum($1, keepDimensions: $2)
    },
    converted("nanmean", "The mean of the elements that are not NaN") {
      try $0.nanMean($1, keepDimensions: $2)
    },
    reduction("logsumexp", "log Σ eˣ over all elements, a dimension or several, without overflow") {
      try $0.logSumExp($1 ?? Array(0..<$0.rank), keepDimensions: $2)
    },
    reduction("count_nonzero", "The number of elements that are not zero") {
      try $0.countNonzero($1, keepDimensions: $2)
    },
  ]

  private static let spreads: [Entry] = [
    spread("var", "The variance; divides by n − correction") {
      try $0.variance($1, correction: $3, keepDimensions: $2)
    },
    spread("std", "The standard deviation; divides by n − correction") {
      try $0.standardDeviation($1, correction: $3, keepDimensions: $2)
    },
    spread("var_mean", "The variance and the mean") {
      let found = try $0.varianceAndMean($1, correction: $3, keepDimensions: $2)
      return Pair(found.spread, found.mean)
    },
    spread("std_mean", "The standard deviation and the mean") {
      let found = try $0.standardDeviationAndMean($1, correction: $3, keepDimensions: $2)
      return Pair(found.spread, found.mean)
    },
  ]

  private static let others: [Entry] = [
    normalized("softmax", "eˣ / Σ eˣ along a dimension") { try $0.softmax($1) },
    normalized("softmin", "e⁻ˣ / Σ e⁻ˣ along a dimension") { try $0.softmin($1) },
    normalized("log_softmax", "x − log Σ eˣ along a dimension") { try $0.logSoftmax($1) },
    truth(
      "all", "Whether every element is not zero", { try $0.all() },
      { try $0.all(over: $1, keepDimensions: $2) }),
    truth(
      "any", "Whether some element is not zero", { try $0.any() },
      { try $0.any(over: $1, keepDimensions: $2) }),
    Entry(
      "equal", "Whether shape, dtype and all elements are the same", receiver,
      Parameter<Tensor>("other", .tensor), returns: "boolean",
      example: sample + "print(x:equal(x:clone()))"
    ) { _, x, y in try x.isEqual(to: y) },
  ]

  static let dims = Parameter<[Int]?>.optional(
    "dim", .dimensions, "all dimensions when left out")
  static let keep = Parameter<Bool>(
    "keepdim", .boolean, default: false, "keep reduced dimensions with extent 1")
  static let sample = "local x = pn.tensor{{1, 2}, {3, 4.5}}\n"
  static let dtype = Parameter<DType?>.optional(
    "dtype", .dtype, "the type to convert the elements to first")
  private static let correction = Parameter<Double>(
    "correction", .number, default: 1, "what n is less by")

  /// The option table of operations that can convert their elements first.
  static func dtypeOption(_ name: String) -> Parameter<Options> { .options(name, [dtype.doc]) }

  static func reduction<Result: LuaResult>(
    _ name: String, _ summary: String, returns: String = "Tensor",
    _ body: @escaping @Sendable (Tensor, [Int]?, Bool) throws -> Result
  ) -> Entry {
    Entry(
      name, summary, receiver, dims, keep, returns: returns,
      example: sample + "print(x:\(name)(), x:\(name)(1), x:\(name)({1, 2}, true))"
    ) { _, x, dims, keep in try body(x, dims, keep) }
  }

  private static func converted(
    _ name: String, _ summary: String,
    _ body: @escaping @Sendable (Tensor, [Int]?, Bool) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary, receiver, dims, keep, dtypeOption(name), returns: "Tensor",
      example: sample + "print(x:\(name)(), x:\(name)(1), x:\(name)({1, 2}, true))\n"
        + "print(x:\(name)(2, false, {dtype = \"float64\"}))"
    ) { _, x, dims, keep, options in try body(x.to(options[dtype] ?? x.dtype), dims, keep) }
  }

  private static func spread<Result: LuaResult>(
    _ name: String, _ summary: String,
    _ body: @escaping @Sendable (Tensor, [Int]?, Bool, _ correction: Double) throws -> Result
  ) -> Entry {
    Entry(
      name, summary, receiver, dims, keep, Parameter<Options>.options(name, [correction.doc]),
      returns: name.hasSuffix("_mean") ? "Tensor and Tensor" : "Tensor",
      example: sample + "print(x:\(name)(), x:\(name)(1, true, {correction = 0}))"
    ) { _, x, dims, keep, options in try body(x, dims, keep, options[correction]) }
  }

  private static func normalized(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Tensor, Int) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary, receiver, Parameter<Int>("dim", .dimension, default: -1), dtypeOption(name),
      returns: "Tensor",
      example: sample + "print(x:\(name)(2), x:\(name)(2, {dtype = \"float64\"}))"
    ) { _, x, dim, options in try body(x.to(options[dtype] ?? x.dtype), dim) }
  }

  private static func truth(
    _ name: String, _ summary: String, _ whole: @escaping @Sendable (Tensor) throws -> Bool,
    _ over: @escaping @Sendable (Tensor, [Int], Bool) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary + "; over dimensions, as a bool tensor", receiver, dims, keep,
      returns: "boolean, or Tensor",
      example: sample + "print(x:gt(3):\(name)(), x:gt(3):\(name)(1))"
    ) { _, x, dims, keep in
      guard let dims else { return LuaValue.boolean(try whole(x)) }
      return try over(x, dims, keep).luaValue
    }
  }
}
