/// Sorting, order statistics, counting and running reductions, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorOrdering {
  static let entries: [Entry] = sorting + ranks + counting + running + searching

  static let dim = Parameter<Int>("dim", .dimension)
  static let lastDim = Parameter<Int>("dim", .dimension, default: -1)
  static let optionalDim = Parameter<Int?>.optional(
    "dim", .dimension, "all elements as one row when left out")
  static let keep = Parameter<Bool>(
    "keepdim", .boolean, default: false, "keep the dimension with extent 1")
  static let sample = "local x = pn.tensor{{3, 1, 2}, {9, 7, 8}}\n"

  private static let descending = Parameter<Bool>("descending", .boolean, default: false)

  private static let sorting: [Entry] = [
    Entry(
      "sort",
      "The elements of a dimension in order, and the index each had. Equal elements keep "
        + "their order; NaN counts as the greatest", receiver, lastDim, descending,
      returns: "Tensor and Tensor of indices",
      example: sample + "print(x:sort())\nprint(x:sort(1, true))"
    ) { _, x, dim, descending in
      Located(try x.sort(dim, descending: descending))
    },
    Entry(
      "argsort", "The indices that put a dimension in order, as sort does", receiver, lastDim,
      descending, returns: "Tensor", example: sample + "print(x:argsort())"
    ) { _, x, dim, descending in
      IndexTensor(positions: try x.argSort(dim, descending: descending))
    },
    Entry(
      "msort", "The elements of the first dimension in order", receiver, returns: "Tensor",
      example: sample + "print(x:msort())"
    ) { _, x in try x.sort(0).values },
    Entry(
      "topk",
      "The k greatest elements of each row along a dimension, and their indices. Options "
        + "choose the smallest, or no particular order", receiver,
      Parameter<Int>("k", .integer), lastDim,
      Parameter<Options>.options("topk", [largest.doc, sorted.doc]),
      returns: "Tensor and Tensor of indices",
      example: sample + "print(x:topk(2))\nprint(x:topk(1, 2, {largest = false}))"
    ) { _, x, k, dim, options in
      Located(
        try x.topK(
          k, dim, largest: options[largest], sorted: options[sorted]))
    },
  ]

  private static let largest = Parameter<Bool>("largest", .boolean, default: true)
  private static let sorted = Parameter<Bool>(
    "sorted", .boolean, default: true, "from the greatest (the smallest) on, else by index")

  private static let ranks: [Entry] = [
    Entry(
      "kthvalue", "The k-th smallest element of each row along a dimension, and its index",
      receiver, Parameter<Int>("k", .integer), lastDim, keep,
      returns: "Tensor and Tensor of indices", example: sample + "print(x:kthvalue(2))"
    ) { _, x, k, dim, keep in
      Located(try x.kthValue(k, dim, keepDimension: keep))
    },
    middle(
      "median",
      "The median, of an even number the lower of the two middle elements; along a "
        + "dimension also its index", { try $0.median() },
      { try $0.median(along: $1, keepDimension: $2) }),
    middle(
      "nanmedian", "The median of the elements that are not NaN; along a dimension also its index",
      { try $0.nanMedian() },
      { try $0.nanMedian(along: $1, keepDimension: $2) }),
    Entry(
      "mode",
      "The most frequent element of each row along a dimension, the smallest of several, "
        + "and the index of its last occurrence", receiver, lastDim, keep,
      returns: "Tensor and Tensor of indices",
      example: "print(pn.tensor{1, 2, 2, 3}:mode())"
    ) { _, x, dim, keep in
      Located(try x.mode(dim, keepDimension: keep))
    },
    quantile(
      "quantile",
      "The element at place q (n − 1) of each row in order, counted from 0 and "
        + "interpolated between neighbours; several q give a first dimension"
    ) { try $0.quantile($1, $2, keepDimensions: $3, interpolation: $4) },
    quantile("nanquantile", "The quantile of the elements that are not NaN; see quantile") {
      try $0.nanQuantile($1, $2, keepDimensions: $3, interpolation: $4)
    },
  ]

  private static func middle(
    _ name: String, _ summary: String, _ whole: @escaping @Sendable (Tensor) throws -> Tensor,
    _ along: @escaping @Sendable (Tensor, Int, Bool) throws -> (values: Tensor, indices: Tensor)
  ) -> Entry {
    Entry(
      name, summary, receiver, optionalDim, keep,
      returns: "Tensor, or Tensor and Tensor of indices",
      example: sample + "print(x:\(name)())\nprint(x:\(name)(2))"
    ) { _, x, dim, keep in
      guard let dim else { return Located(try whole(x)) }
      return Located(try along(x, dim, keep))
    }
  }

  private static let interpolation = Parameter<String>(
    "interpolation", .choice(QuantileInterpolation.allCases.map(\.rawValue)), default: "linear",
    shown: "\"linear\"")

  private static func quantile(
    _ name: String, _ summary: String,
    _ body:
      @escaping @Sendable (
        _ x: Tensor, _ levels: Tensor, _ dim: Int?, _ keep: Bool, QuantileInterpolation
      ) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary, receiver, Parameter<Tensor>("q", .levels, "in [0, 1]"), optionalDim, keep,
      Parameter<Options>.options(name, [interpolation.doc]), returns: "Tensor",
      example: "local x = pn.tensor{{3.0, 1.0, 2.0}, {9.0, 7.0, 8.0}}\n"
        + "print(x:\(name)(0.3), x:\(name)({0.25, 0.75}, 2))\n"
        + "print(x:\(name)(0.3, 2, true, {interpolation = \"nearest\"}))"
    ) { _, x, q, dim, keep, options in
      let kind = QuantileInterpolation(rawValue: try options[interpolation]) ?? .linear
      return try body(x, q, dim, keep, kind)
    }
  }

  private static let searching: [Entry] = [
    Entry(
      "searchsorted",
      "For each value the first index at which it can be put into this ascending "
        + "row with the order kept, 1 to n + 1; the last such index when `right`", receiver,
      Parameter<Operand>("values", .operand), Parameter<Bool>("right", .boolean, default: false),
      returns: "Tensor",
      example: "local edges = pn.tensor{0.0, 1.0, 2.0}\n"
        + "print(edges:searchsorted(pn.tensor{0.5, 1.0}), edges:searchsorted(1, true))"
    ) { _, x, values, right in
      IndexTensor(positions: try x.searchSorted(values.tensor(beside: x), right: right))
    },
    Entry(
      "bucketize",
      "For each element the number of its cell between ascending boundaries, 1 to "
        + "n + 1; a boundary belongs to the cell below it, above it when `right`", receiver,
      Parameter<Tensor>("boundaries", .tensor, "[n]"),
      Parameter<Bool>("right", .boolean, default: false), returns: "Tensor",
      example: "print(pn.tensor{0.5, 1.0}:bucketize(pn.tensor{0.0, 1.0, 2.0}))"
    ) { _, x, boundaries, right in
      IndexTensor(positions: try boundaries.searchSorted(x, right: right))
    },
    Entry(
      "isin", "Whether each element is among others", receiver,
      Parameter<Operand>("others", .operand), returns: "Tensor",
      example: "print(pn.tensor{1, 2, 3}:isin(pn.tensor{2, 4}))"
    ) { _, x, others in try x.isIn(others.tensor(beside: x)) },
  ]
}

extension ParameterType where Value == Tensor {
  /// One number between 0 and 1, or several in a table or tensor.
  fileprivate static let levels = ParameterType("number, table of numbers or Tensor") {
    frame, index in
    if let number = frame.number(at: index) { return try Tensor.scalar(number, dtype: .float64) }
    if let tensor = try ParameterType<Tensor>.tensor.decode(frame, index) { return tensor }
    return try ParameterType<[Double]>.list(of: .number).decode(frame, index).map {
      try Tensor($0, [$0.count], dtype: .float64)
    }
  }
}
