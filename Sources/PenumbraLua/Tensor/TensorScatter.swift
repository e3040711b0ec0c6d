/// Writing and adding at indices and masks: pure methods and their in-place twins.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorScatter {
  static let entries: [Entry] =
    [
      twins(
        "scatter",
        "x with src[i][j] at [i][index[i][j]] for dimension 2, and so on; of several for "
          + "one place the last stays", dim, index, source, reduceOption,
        "(2, pn.tensor{{1}, {3}}, 7)"
      ) { x, dim, index, source, options in
        guard let how = try options[reduce] else {
          return try source.scattered(into: x, dim, index)
        }
        let values = try source.tensor(beside: x).to(x.dtype)
        return try x.scatterReduce(
          dim, index, values.rank == 0 ? values.expand(to: index.shape) : values,
          how == "add" ? .sum : .product)
      },
      twins(
        "scatter_add", "x with src[i][j] added at [i][index[i][j]] for dimension 2, and so on", dim,
        index, tensorSource, "(2, pn.tensor{{1, 1}}, pn.ones(1, 2))"
      ) { x, dim, index, source in try x.scatterAdd(dim, index, source) },
      scatterReduce,
      twins(
        "index_add", "x with alpha times slice i of src added at index[i] of a dimension", dim,
        index,
        tensorSource, alphaOption, "(1, {2, 2}, pn.ones(2, 3))"
      ) { x, dim, index, source, options in
        try x.indexAdd(dim, index, source, scale: options[alpha])
      },
      twins(
        "index_copy", "x with slice i of src at index[i] of a dimension", dim, index, tensorSource,
        "(1, {2}, pn.ones(1, 3))"
      ) { x, dim, index, source in try x.indexCopy(dim, index, source) },
      twins(
        "index_fill", "x with a number in the slices of a dimension at the given indices", dim,
        index,
        Parameter<Double>("value", .number), "(1, {2}, 5)"
      ) { x, dim, index, value in try x.indexFill(dim, index, value) },
      indexPut, put, masked, TensorPartWriting.entries,
    ].flatMap { $0 }

  private static let dim = Parameter<Int>("dim", .dimension)
  private static let index = Parameter<Tensor>("index", .indices)
  private static let source = Parameter<Operand>("src", .operand)
  private static let tensorSource = Parameter<Tensor>("src", .tensor)
  private static let reduce = Parameter<String?>.optional(
    "reduce", .choice(["add", "multiply"]), "combine with what is there")
  private static let reduceOption = [reduce.doc]
  private static let alpha = Parameter<Double>("alpha", .number, default: 1)
  private static let alphaOption = [alpha.doc]
  private static let accumulate = Parameter<Bool>(
    "accumulate", .boolean, default: false, "add to what is there")
  private static let includeSelf = Parameter<Bool>(
    "include_self", .boolean, default: true, "whether the old values count")

  private static let sample = "local x = pn.zeros(2, 3)\n"

  /// A pure function of a tensor, a dimension, an index and a source, and its in-place twin.
  private static func twins<Source>(
    _ name: StaticString, _ summary: String, _ dim: Parameter<Int>, _ index: Parameter<Tensor>,
    _ source: Parameter<Source>, _ options: [ParameterDoc], _ call: String,
    _ body: @escaping @Sendable (Tensor, Int, Tensor, Source, Options) throws -> Tensor
  ) -> [Entry] {
    [
      Entry(
        "\(name)", summary, receiver, dim, index, source,
        Parameter<Options>.options("\(name)", options), returns: "Tensor",
        example: sample + "print(x:\(name)\(call))"
      ) { _, x, dim, index, source, options in try body(x, dim, index, source, options) },
      Entry(
        "\(name)_", "As `\(name)`, in place; returns x", receiver, dim, index, source,
        Parameter<Options>.options("\(name)_", options), returns: "Tensor",
        example: sample + "x:\(name)_\(call)"
      ) { _, x, dim, index, source, options in
        try x.replace(name) { try body($0, dim, index, source, options) }
        return FirstArgument()
      },
    ]
  }

  /// The same without options.
  private static func twins<Source>(
    _ name: StaticString, _ summary: String, _ dim: Parameter<Int>, _ index: Parameter<Tensor>,
    _ source: Parameter<Source>, _ call: String,
    _ body: @escaping @Sendable (Tensor, Int, Tensor, Source) throws -> Tensor
  ) -> [Entry] {
    [
      Entry(
        "\(name)", summary, receiver, dim, index, source, returns: "Tensor",
        example: sample + "print(x:\(name)\(call))"
      ) { _, x, dim, index, source in try body(x, dim, index, source) },
      Entry(
        "\(name)_", "As `\(name)`, in place; returns x", receiver, dim, index, source,
        returns: "Tensor", example: sample + "x:\(name)_\(call)"
      ) { _, x, dim, index, source in
        try x.replace(name) { try body($0, dim, index, source) }
        return FirstArgument()
      },
    ]
  }

  private static let scatterReduce: [Entry] = {
    let how = Parameter<String>("reduce", .choice(ScatterReduction.allCases.map(\.rawValue)))
    let call = "(2, pn.tensor{{1, 1}}, pn.tensor{{3.0, 4.0}}, \"amax\")"
    let body: @Sendable (Tensor, Int, Tensor, Tensor, String, Options) throws -> Tensor = {
      try $0.scatterReduce(
        $1, $2, $3, ScatterReduction(rawValue: $4) ?? .sum, includeSelf: $5[includeSelf])
    }
    return [
      Entry(
        "scatter_reduce",
        "x with all src[i][j] that meet at [i][index[i][j]] (for dimension 2, and "
          + "so on) and the old value combined", receiver, dim, index, tensorSource, how,
        Parameter<Options>.options("scatter_reduce", [includeSelf.doc]), returns: "Tensor",
        example: sample + "print(x:scatter_reduce\(call))"
      ) { _, x, dim, index, source, how, options in
        try body(x, dim, index, source, how, options)
      },
      Entry(
        "scatter_reduce_", "As `scatter_reduce`, in place; returns x", receiver, dim, index,
        tensorSource, how, Parameter<Options>.options("scatter_reduce_", [includeSelf.doc]),
        returns: "Tensor", example: sample + "x:scatter_reduce_\(call)"
      ) { _, x, dim, index, source, how, options in
        try x.replace("scatter_reduce") { try body($0, dim, index, source, how, options) }
        return FirstArgument()
      },
    ]
  }()

  private static let indexPut: [Entry] = {
    let key = Parameter<[TensorIndex]>("key", .key, "as in x[key]")
    let value = Parameter<Operand>("value", .operand, "broadcast to x[key]")
    return [
      Entry(
        "index_put", "A copy of x with x[key] = value, or with value added there", receiver, key,
        value, Parameter<Options>.options("index_put", [accumulate.doc]), returns: "Tensor",
        example: sample + "print(x:index_put({pn.tensor{1, 1}, pn.tensor{2, 2}}, 1, "
          + "{accumulate = true}))"
      ) { _, x, key, value, options in
        try x.indexPut(key, value.tensor(beside: x), accumulate: options[accumulate])
      },
      Entry(
        "index_put_", "As `index_put`, in place; returns x", receiver, key, value,
        Parameter<Options>.options("index_put_", [accumulate.doc]), returns: "Tensor",
        example: sample + "x:index_put_({pn.tensor{1, 2}, pn.tensor{2, 2}}, 1)"
      ) { _, x, key, value, options in
        let new = try value.tensor(beside: x)
        if try options[accumulate] {
          try x.replace("index_put_") { try $0.indexPut(key, new, accumulate: true) }
        } else {
          try x.assign(new, at: key)
        }
        return FirstArgument()
      },
    ]
  }()

  private static let put: [Entry] = [
    Entry(
      "put", "x with src's elements at indices in row-major order, or added there", receiver, index,
      tensorSource, Parameter<Options>.options("put", [accumulate.doc]), returns: "Tensor",
      example: sample + "print(x:put({1, -1}, pn.ones(2)))"
    ) { _, x, index, source, options in
      try x.put(index, source, accumulate: options[accumulate])
    },
    Entry(
      "put_", "As `put`, in place; returns x", receiver, index, tensorSource,
      Parameter<Options>.options("put_", [accumulate.doc]), returns: "Tensor",
      example: sample + "x:put_({1, -1}, pn.ones(2))"
    ) { _, x, index, source, options in
      let adds = try options[accumulate]
      try x.replace("put_") { try $0.put(index, source, accumulate: adds) }
      return FirstArgument()
    },
  ]

  private static let masked: [Entry] = {
    let mask = Parameter<Tensor>("mask", .tensor, "bool, broadcast to x")
    let value = Parameter<Operand>(
      "value", .operand, "a number, or a tensor without dimensions")
    return [
      Entry(
        "masked_fill", "`value` where the mask is true, x elsewhere", receiver, mask, value,
        returns: "Tensor",
        example: "local x = pn.tensor{1, -2, 3}\nprint(x:masked_fill(x:lt(0), 0))"
      ) { _, x, mask, value in try value.filling(x, mask) },
      Entry(
        "masked_fill_", "As `masked_fill`, in place; returns x", receiver, mask, value,
        returns: "Tensor", example: "local x = pn.tensor{1, -2, 3}\nx:masked_fill_(x:lt(0), 0)"
      ) { _, x, mask, value in
        try x.replace("masked_fill_") { try value.filling($0, mask) }
        return FirstArgument()
      },
      Entry(
        "masked_scatter", "x with src's first elements where the mask is true", receiver, mask,
        tensorSource, returns: "Tensor",
        example: sample + "print(x:masked_scatter(x:eq(0), pn.arange(6):to(\"float32\")))"
      ) { _, x, mask, source in try x.maskedScatter(mask, source) },
      Entry(
        "masked_scatter_", "As `masked_scatter`, in place; returns x", receiver, mask, tensorSource,
        returns: "Tensor",
        example: sample + "x:masked_scatter_(x:eq(0), pn.arange(6):to(\"float32\"))"
      ) { _, x, mask, source in
        try x.replace("masked_scatter_") { try $0.maskedScatter(mask, source) }
        return FirstArgument()
      },
    ]
  }()
}

extension Operand {
  /// `x` with this where the mask is true.
  fileprivate func filling(_ x: Tensor, _ mask: Tensor) throws -> Tensor {
    if case .tensor(let value) = self { return try x.maskedFill(mask, with: value) }
    return try x.maskedFill(mask, number)
  }

  /// A number fills, a tensor is scattered.
  fileprivate func scattered(into x: Tensor, _ dim: Int, _ index: Tensor) throws -> Tensor {
    if case .tensor(let source) = self { return try x.scatter(dim, index, source) }
    return try x.scatter(dim, index, value: number)
  }
}

extension ParameterType where Value == [TensorIndex] {
  /// What may stand in `x[...]`.
  static let key = ParameterType("index, or table of indices") { frame, index in
    frame.isNoneOrNil(at: index) ? nil : try IndexKey.decode(frame, index)
  }
}
