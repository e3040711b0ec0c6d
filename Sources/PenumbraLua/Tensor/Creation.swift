/// `pn.zeros`, `pn.tensor`, `pn.randn` and the other ways to make a tensor.

internal import LuaEmbedding
internal import PenumbraTensor

enum Creation {
  static let entries: [Entry] =
    [
      Entry(
        "tensor",
        "A tensor of a number, a boolean or nested tables of them (integers make int64, booleans "
          + "bool, else float32), or a copy of a tensor; the options may stand in the same table",
        Parameter<LuaValue>("values", .any),
        Parameter<Options>.options("tensor", tensorOptions),
        returns: "Tensor",
        example: "print(pn.tensor({{1, 2}, {3, 4}}, {dtype = \"float64\"}))\n"
          + "print(pn.tensor{1, 2, dtype = \"float64\"})"
      ) { call, _, options in
        guard let source = call.frame.object(at: 1, of: TensorClass.definition) else {
          let options = try besideElements(call.frame, options)
          return try finish(NestedTable(call.frame, 1).tensor(options[dtypeOrNil]), options)
        }
        return try finish(source.detached().copy(as: options[dtypeOrNil]), options)
      },
      filled("zeros", "Zeros", 0), filled("ones", "Ones", 1),
      filled("empty", "A tensor to be written to; it holds zeros, so that runs can be repeated", 0),
      Entry(
        "full", "Every element equal to `value`, whose type it has (a float makes float32)",
        Parameter<[Int]>("size", .list(of: .integer)), Parameter<Operand>("value", .operand),
        Parameter<Options>.options("full", [dtypeOrNil.doc, requiresGrad.doc]),
        returns: "Tensor", example: "print(pn.full({2, 2}, 0.5))"
      ) { _, size, value, options in
        // Of the wanted type from the start, so that a float64 is not rounded to float32 on the way.
        let bare = try Tensor.zeros(Shape(0), dtype: options[dtypeOrNil] ?? .bool)
        let scalar = try value.operand(beside: bare).requiringOneElement("full")
        return try finish(
          scalar.repeated(to: Shape(size, operation: "full"), options[dtypeOrNil]), options)
      },
      Entry(
        "eye", "Ones on the diagonal of an n×n or n×m matrix of zeros", eyeSizes,
        returns: "Tensor", example: "print(pn.eye(3), pn.eye(2, 3))"
      ) { _, sized in
        guard (1...2).contains(sized.shape.rank) else {
          throw TensorError(.shape, "eye", expected: "one or two sizes", got: "\(sized.shape)")
        }
        let columns = sized.shape.rank == 2 ? sized.shape[1] : nil
        return try finish(
          Tensor.eye(sized.shape[0], columns, dtype: sized.options[dtype]), sized.options)
      },
      Entry(
        "arange", "first, first + step, ... up to and including last; arange(n) is 1 ... n",
        Parameter<Double>("first", .number), Parameter<Double?>.optional("last", .number),
        Parameter<Double>("step", .number, default: 1), options("arange"), returns: "Tensor",
        example: "print(pn.arange(3), pn.arange(0, 1, 0.25))"
      ) { call, first, last, step, options in
        let integral =
          [first, last ?? 1, step].allSatisfy { $0.rounded() == $0 && $0.magnitude < 1e15 }
        let type = try options[dtypeOrNil] ?? (integral ? .int64 : .float32)
        let (low, high) = last.map { (first, $0) } ?? (1, first)
        // Half a step beyond the last, so that it is included in spite of rounding.
        let end = high + step * (integral ? 0.5 : 1e-9)
        let isEmpty = (high - low) * step < 0
        return try finish(
          Tensor.arange(low, isEmpty ? low : end, step: step, dtype: type), options)
      },
      Entry(
        "linspace", "`count` evenly spaced values from first to last, both included",
        Parameter<Double>("first", .number), Parameter<Double>("last", .number),
        Parameter<Int>("count", .integer), options("linspace"), returns: "Tensor",
        example: "print(pn.linspace(0, 1, 5))"
      ) { _, first, last, count, options in
        try finish(Tensor.linspace(first, last, count: count, dtype: options[dtype]), options)
      },
      Entry(
        "logspace", "`count` values base^e, e evenly spaced from first to last, both included",
        Parameter<Double>("first", .number), Parameter<Double>("last", .number),
        Parameter<Int>("count", .integer),
        Parameter<Options>.options("logspace", [base.doc, dtype.doc, requiresGrad.doc]),
        returns: "Tensor", example: "print(pn.logspace(-2, 2, 5), pn.logspace(0, 3, 4, {base = 2}))"
      ) { _, first, last, count, options in
        try finish(
          Tensor.logspace(
            first, last, count: count, base: options[base], dtype: options[dtype]), options)
      },
      random("rand", "Uniform numbers in [0, 1)") { try $0.uniform($1, dtype: $2) },
      random("randn", "Standard normal numbers") { try $0.normal($1, dtype: $2) },
      Entry(
        "randint", "Integers from low to high, both included, of the given shape",
        Parameter<Int>("low", .integer), Parameter<Int>("high", .integer),
        Parameter<[Int]>("size", .list(of: .integer)),
        Parameter<Options>.options("randint", [integerType.doc, requiresGrad.doc, generator.doc]),
        returns: "Tensor", example: "print(pn.randint(1, 6, {10}))"
      ) { call, low, high, size, options in
        let drawn = try integers(call, low, high, try Shape(size, operation: "randint"), options)
        return try finish(drawn.to(options[integerType]), options)
      },
      Entry(
        "randperm", "The numbers 1 ... n in random order", Parameter<Int>("n", .integer),
        Parameter<Options>.options("randperm", [generator.doc]), returns: "Tensor",
        example: "print(pn.randperm(5))"
      ) { call, n, options in
        IndexTensor(positions: try (options[generator] ?? call.context.generator).permutation(n))
      },
    ] + CreationAlike.entries + CreationGrids.entries

  // MARK: Options

  private static let base = Parameter<Double>("base", .number, default: 10)
  private static let eyeSizes = SizedArguments.parameter("eye", [dtype.doc, requiresGrad.doc])
  private static let integerType = Parameter<DType>(
    "dtype", .dtype, default: .int64, shown: "\"int64\"", "element type")

  static let dtype = Parameter<DType>(
    "dtype", .dtype, default: .float32, shown: "\"float32\"", "element type")
  static let dtypeOrNil = Parameter<DType?>.optional(
    "dtype", .dtype, "element type; by the values when left out")
  static let requiresGrad = Parameter<Bool>(
    "requires_grad", .boolean, default: false, "whether derivatives are wanted")
  static let generator = Parameter<Generator?>.optional(
    "generator", .object("Generator", GeneratorClass.definition),
    "where the numbers come from; pn's own")

  private static func options(_ operation: String) -> Parameter<Options> {
    .options(operation, [dtype.doc, requiresGrad.doc])
  }

  private static let tensorOptions = [dtypeOrNil.doc, requiresGrad.doc]

  /// The options of a table of elements, which may hold them where no table of their own is given.
  private static func besideElements(_ frame: LuaFrame, _ options: Options) throws -> Options {
    guard frame.type(at: 1) == .table else { return options }
    let known = OptionList(options.index == nil ? tensorOptions : [])
    try known.check(frame, 1, options.operation, allowsElements: true)
    return options.index == nil
      ? Options(frame: frame, index: 1, operation: options.operation) : options
  }

  static func finish(_ tensor: Tensor, _ options: Options) throws -> Tensor {
    try options[requiresGrad] ? tensor.requiresGradient(true) : tensor
  }

  // MARK: Kinds of rows

  private static func filled(_ name: String, _ summary: String, _ value: Double) -> Entry {
    let sized = SizedArguments.parameter(name, [dtype.doc, requiresGrad.doc])
    return Entry(
      name, summary, sized, returns: "Tensor",
      example: "print(pn.\(name)(2, 3), pn.\(name){2, 3, dtype = \"float64\"})"
    ) { _, sized in
      try finish(
        Tensor.full(sized.shape, value, dtype: sized.options[dtype]), sized.options)
    }
  }

  /// Integers from low to high, both included.
  static func integers(
    _ call: Call, _ low: Int, _ high: Int, _ shape: Shape, _ options: Options
  ) throws -> Tensor {
    let (end, overflow) = high.addingReportingOverflow(1)
    guard !overflow else {
      throw TensorError(.value, call.name, expected: "high < 2^63 − 1", got: "\(high)")
    }
    return try (options[generator] ?? call.context.generator).integers(
      shape, from: Int64(low), below: Int64(end))
  }

  private static func random(
    _ name: String, _ summary: String,
    _ draw: @escaping @Sendable (Generator, Shape, DType) throws -> Tensor
  ) -> Entry {
    let sized = SizedArguments.parameter(name, [dtype.doc, requiresGrad.doc, generator.doc])
    return Entry(
      name, summary, sized, returns: "Tensor",
      example: "print(pn.\(name)(2, 3), pn.\(name){2, dtype = \"float64\"})"
    ) { call, sized in
      let source = try sized.options[generator] ?? call.context.generator
      return try finish(draw(source, sized.shape, sized.options[dtype]), sized.options)
    }
  }
}
