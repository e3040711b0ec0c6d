/// Counting and running reductions, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

extension TensorOrdering {
  static let counting: [Entry] = [
    different(
      "unique", "The different elements in ascending order, or the different slices of a dimension"
    ) { try $0.unique($1) },
    different(
      "unique_consecutive",
      "The first of each run of equal neighbouring elements, or slices of a dimension"
    ) { try $0.uniqueConsecutive($1) },
    Entry(
      "bincount",
      "result[v] = the number of elements equal to v, or the sum of their weights; "
        + "labels count from 1", receiver,
      Parameter<Options>.options("bincount", [weights.doc, minimumLength.doc]), returns: "Tensor",
      example: "print(pn.tensor{1, 3, 1}:bincount(), pn.tensor{1, 3}:bincount{minlength = 5})"
    ) { _, x, options in
      do {
        return try OneBased.positions(x).binCount(
          weights: options[weights], minimumLength: options[minimumLength])
      } catch let bad as BadValue {
        throw TensorError(.value, "bincount", "expected \(bad.expected)")
      }
    },
    Entry(
      "histc",
      "The number of elements in each of `bins` cells of equal width from min to max, "
        + "the range of the elements where both are 0", receiver,
      Parameter<Int>("bins", .count, default: 100), Parameter<Double>("min", .number, default: 0),
      Parameter<Double>("max", .number, default: 0), returns: "Tensor",
      example: "print(pn.rand(100):histc(5, 0, 1))"
    ) { _, x, bins, low, high in try x.histogramCounts(bins: bins, low: low, high: high) },
    Entry(
      "histogram", "The number of elements in each cell, and the cells' edges", receiver,
      Parameter<Cells>("bins", .cells, default: { .count(100) }, shown: "100"),
      Parameter<Options>.options("histogram", [range.doc, weight.doc, density.doc]),
      returns: "Tensor and Tensor of edges",
      example: "print(pn.rand(100):histogram(4, {range = {0, 1}, density = true}))\n"
        + "print(pn.rand(100):histogram(pn.tensor{0, 0.1, 1}))"
    ) { _, x, cells, options in
      let weights = try options[weight]
      let isDensity = try options[density]
      let found =
        switch cells {
        case .edges(let edges):
          try x.histogram(edges: edges, weights: weights, isDensity: isDensity)
        case .count(let bins):
          try x.histogram(
            bins: bins, range: options[range], weights: weights, isDensity: isDensity)
        }
      return Pair(found.values, found.edges)
    },
  ]

  private static let weights = Parameter<Tensor?>.optional(
    "weights", .tensor, "what each element counts")
  private static let weight = Parameter<Tensor?>.optional(
    "weight", .tensor, "what each element counts")
  private static let minimumLength = Parameter<Int>(
    "minlength", .integer, default: 0, "the least size of the result")
  private static let range = Parameter<(low: Double, high: Double)?>.optional(
    "range", .bounds, "that of the elements when left out")
  private static let density = Parameter<Bool>(
    "density", .boolean, default: false, "divide by the total and by the cells' widths")
  private static let wantsInverse = Parameter<Bool>(
    "return_inverse", .boolean, default: false, "also the index of each element's value")
  private static let wantsCounts = Parameter<Bool>(
    "return_counts", .boolean, default: false, "also how often each value occurs")

  private static func different(
    _ name: String, _ summary: String,
    _ body: @escaping @Sendable (Tensor, Int?) throws -> UniqueValues
  ) -> Entry {
    Entry(
      name, summary, receiver, optionalDim,
      Parameter<Options>.options(name, [wantsInverse.doc, wantsCounts.doc]),
      returns: "Tensor, and those that the options ask for, indices before counts",
      example: "local x = pn.tensor{2, 2, 1, 2}\nprint(x:\(name)())\n"
        + "print(x:\(name)(nil, {return_inverse = true, return_counts = true}))"
    ) { call, x, dim, options in
      let found = try body(x, dim)
      found.values.give(to: call.frame)
      if try options[wantsInverse] {
        try IndexTensor(positions: found.inverse).give(to: call.frame)
      }
      if try options[wantsCounts] { found.counts.give(to: call.frame) }
      return NoResult()
    }
  }

  static let running: [Entry] = [
    scan("cumsum", "x₁ + ... + xᵢ along a dimension") { try $0.cumulativeSum($1) },
    scan("cumprod", "x₁ · ... · xᵢ along a dimension") { try $0.cumulativeProduct($1) },
    Entry(
      "logcumsumexp", "log(e^x₁ + ... + e^xᵢ) along a dimension, without overflow", receiver, dim,
      returns: "Tensor", example: "print(pn.tensor{0.0, 1000.0, 1.0}:logcumsumexp(1))"
    ) { _, x, dim in try x.logCumulativeSumExp(dim) },
    runningExtreme("cummax", "The greatest element so far along a dimension, and its index") {
      try $0.cumulativeMaximum($1)
    },
    runningExtreme("cummin", "The smallest element so far along a dimension, and its index") {
      try $0.cumulativeMinimum($1)
    },
    Entry(
      "diff", "x[i + 1] − x[i] along a dimension, n times over", receiver,
      Parameter<Int>("n", .integer, default: 1), lastDim,
      Parameter<Options>.options("diff", [prefix.doc, suffix.doc]), returns: "Tensor",
      example: sample + "print(x:diff(), x:diff(1, 1, {prepend = pn.zeros(1, 3)}))"
    ) { _, x, order, dim, options in
      try x.difference(order, dim, prefix: options[prefix], suffix: options[suffix])
    },
    integral("trapezoid", "∫ y dx along a dimension by the trapezoidal rule") {
      try $0.trapezoid($1, x: $2, spacing: $3)
    },
    integral("cumulative_trapezoid", "∫ y dx up to each place but the first; see trapezoid") {
      try $0.cumulativeTrapezoid($1, x: $2, spacing: $3)
    },
  ]

  private static let prefix = Parameter<Tensor?>.optional("prepend", .tensor, "put before")
  private static let suffix = Parameter<Tensor?>.optional("append", .tensor, "put after")
  private static let places = Parameter<Tensor?>.optional(
    "x", .tensor, "the places, of y's shape or [n]")
  private static let spacing = Parameter<Double>(
    "dx", .number, default: 1, "the spacing where no places are given")

  private static func scan(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Tensor, Int) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary + "; integers as int64", receiver, dim, TensorReductions.dtypeOption(name),
      returns: "Tensor",
      example: sample + "print(x:\(name)(2), x:\(name)(1, {dtype = \"float64\"}))"
    ) { _, x, dim, options in try body(x.to(options[TensorReductions.dtype] ?? x.dtype), dim) }
  }

  private static func runningExtreme(
    _ name: String, _ summary: String,
    _ body: @escaping @Sendable (Tensor, Int) throws -> (values: Tensor, indices: Tensor)
  ) -> Entry {
    Entry(
      name, summary, receiver, dim, returns: "Tensor and Tensor of indices",
      example: sample + "print(x:\(name)(2))"
    ) { _, x, dim in
      Located(try body(x, dim))
    }
  }

  private static func integral(
    _ name: String, _ summary: String,
    _ body: @escaping @Sendable (_ y: Tensor, Int, _ x: Tensor?, _ spacing: Double) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary, receiver, places,
      Parameter<Options>.options(name, [spacing.doc, lastDim.doc]),
      returns: "Tensor",
      example: "local y = pn.tensor{1.0, 2.0, 4.0}\n"
        + "print(y:\(name)(), y:\(name)(pn.tensor{0.0, 1.0, 3.0}), y:\(name)(nil, {dx = 0.5}))"
    ) { _, y, x, options in try body(y, options[lastDim], x, options[spacing]) }
  }
}

/// A number of cells, or their edges.
enum Cells {
  case count(Int)
  case edges(Tensor)
}

extension ParameterType where Value == Cells {
  fileprivate static let cells = ParameterType("integer ≥ 1 or Tensor of edges") { frame, index in
    if let count = try ParameterType<Int>.count.decode(frame, index) { return .count(count) }
    return try ParameterType<Tensor>.tensor.decode(frame, index).map(Cells.edges)
  }
}

extension ParameterType where Value == (low: Double, high: Double) {
  /// A table of two numbers.
  fileprivate static let bounds = ParameterType("table of two numbers") { frame, index in
    guard let list = try ParameterType<[Double]>.list(of: .number).decode(frame, index) else {
      return nil
    }
    guard list.count == 2 else {
      throw BadValue(expected: "a table of two numbers, got \(list.count)")
    }
    return (list[0], list[1])
  }
}
