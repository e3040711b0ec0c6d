/// `pn.zeros`, `pn.tensor`, `pn.randn` and the other ways to make a tensor.

internal import LuaEmbedding
internal import PenumbraTensor

enum Creation {
  static let entries: [Entry] = [
    Entry(
      "tensor",
      "A tensor of a number, a boolean or nested tables of them; integers make int64, "
        + "booleans bool, else float32", Parameter<LuaValue>("values", .any), options("tensor"),
      returns: "Tensor", example: "print(pn.tensor({{1, 2}, {3, 4}}, {dtype = \"float64\"}))"
    ) { call, _, options in
      try finish(NestedTable(call.frame, 1).tensor(options[dtypeOrNil]), options)
    },
    filled("zeros", "Zeros", 0), filled("ones", "Ones", 1),
    Entry(
      "full", "Every element equal to `value`",
      Parameter<[Int]>("size", .list(of: .integer)), Parameter<Double>("value", .number),
      options("full"), returns: "Tensor", example: "print(pn.full({2, 2}, 0.5))"
    ) { _, size, value, options in
      try finish(
        Tensor.full(try Shape(size, operation: "full"), value, dtype: options[dtype]), options)
    },
    like("zeros_like", "Zeros of another tensor's shape and dtype", 0),
    like("ones_like", "Ones of another tensor's shape and dtype", 1),
    Entry(
      "eye", "The n×n identity", Parameter<Int>("n", .integer), options("eye"), returns: "Tensor",
      example: "print(pn.eye(3))"
    ) { _, n, options in try finish(Tensor.eye(n, dtype: options[dtype]), options) },
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
    random("rand", "Uniform numbers in [0, 1)") { try $0.uniform($1, dtype: $2) },
    random("randn", "Standard normal numbers") { try $0.normal($1, dtype: $2) },
    Entry(
      "randint", "Integers from low to high, both included, of the given shape",
      Parameter<Int>("low", .integer), Parameter<Int>("high", .integer),
      Parameter<[Int]>("size", .list(of: .integer)),
      Parameter<Options>.options("randint", [generator.doc]), returns: "Tensor",
      example: "print(pn.randint(1, 6, {10}))"
    ) { call, low, high, size, options in
      let (end, overflow) = high.addingReportingOverflow(1)
      guard !overflow else {
        throw TensorError(.value, "randint", expected: "high < 2^63 − 1", got: "\(high)")
      }
      return try (options[generator] ?? call.context.generator).integers(
        try Shape(size, operation: "randint"), from: Int64(low), below: Int64(end))
    },
    Entry(
      "randperm", "The numbers 1 ... n in random order", Parameter<Int>("n", .integer),
      Parameter<Options>.options("randperm", [generator.doc]), returns: "Tensor",
      example: "print(pn.randperm(5))"
    ) { call, n, options in
      IndexTensor(positions: try (options[generator] ?? call.context.generator).permutation(n))
    },
  ]

  // MARK: Options

  static let dtype = Parameter<DType>(
    "dtype", .dtype, default: .float32, shown: "\"float32\"", "element type")
  private static let dtypeOrNil = Parameter<DType?>.optional(
    "dtype", .dtype, "element type; by the values when left out")
  private static let requiresGrad = Parameter<Bool>(
    "requires_grad", .boolean, default: false, "whether derivatives are wanted")
  static let generator = Parameter<Generator?>.optional(
    "generator", .object("Generator", GeneratorClass.definition),
    "where the numbers come from; pn's own")

  private static func options(_ operation: String) -> Parameter<Options> {
    .options(operation, [dtype.doc, requiresGrad.doc])
  }

  private static func finish(_ tensor: Tensor, _ options: Options) throws -> Tensor {
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

  private static func like(_ name: String, _ summary: String, _ value: Double) -> Entry {
    Entry(
      name, summary, Parameter<Tensor>("other", .tensor), returns: "Tensor",
      example: "print(pn.\(name)(pn.eye(2)))"
    ) { _, other in try Tensor.full(other.shape, value, dtype: other.dtype) }
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

/// `2, 3` or `2, 3, {options}` or `{2, 3, option = ...}`.
struct SizedArguments {
  let shape: Shape
  let options: Options

  static func parameter(_ operation: String, _ options: [ParameterDoc]) -> Parameter<SizedArguments>
  {
    let list = OptionList(options)
    var doc = ParameterDoc(
      name: "...", type: "sizes, then options; or one table of both", standard: nil, summary: "")
    doc.options = options
    return Parameter(
      doc: doc,
      type: ParameterType("integer sizes, or a table of them") { frame, first in
        var sizes: [Int] = []
        var index = first
        while let size = frame.integer(at: index) {
          sizes.append(Int(size))
          index += 1
        }
        var table: Int?
        if index <= frame.argumentCount {
          guard index == frame.argumentCount, frame.type(at: index) == .table else {
            throw BadValue(expected: "integer sizes, got \(frame.describe(at: index))")
          }
          try list.check(frame, index, operation, allowsElements: sizes.isEmpty)
          if sizes.isEmpty {
            try frame.forEachElement(ofTableAt: index) { _, slot in
              guard let size = frame.integer(at: slot) else {
                throw BadValue(expected: "integer sizes, got \(frame.describe(at: slot))")
              }
              sizes.append(Int(size))
            }
          }
          table = index
        }
        return SizedArguments(
          shape: try Shape(sizes, operation: operation),
          options: Options(frame: frame, index: table, operation: operation))
      })
  }
}
