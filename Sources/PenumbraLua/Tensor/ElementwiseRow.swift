/// How elementwise functions become methods: a row gives the pure function and its in-place twin.

internal import LuaEmbedding
internal import PenumbraTensor

enum ElementwiseRow {
  /// What the examples work on.
  static let sample = "local x = pn.tensor{0.5, 1.5, -2.0}\n"
  static let other = Parameter<Operand>("other", .operand)

  /// A function of one tensor.
  static func unary(
    _ name: StaticString, _ summary: String,
    _ body: @escaping @Sendable (Tensor) throws -> Tensor
  ) -> [Entry] {
    [
      Entry("\(name)", summary, receiver, returns: "Tensor", example: shown("\(name)", "")) {
        _, x in
        try body(x)
      },
      Entry("\(name)_", twin(name), receiver, returns: "Tensor", example: run("\(name)_", "")) {
        _, x in
        try x.replace(alone: name, body)
        return FirstArgument()
      },
    ]
  }

  /// A function of one tensor and a further argument; `call` is what the example passes.
  static func unary<A>(
    _ name: StaticString, _ summary: String, _ a: Parameter<A>, _ call: String,
    _ body: @escaping @Sendable (Tensor, A) throws -> Tensor
  ) -> [Entry] {
    [
      Entry(
        "\(name)", summary, receiver, a, returns: "Tensor", example: shown("\(name)", call)
      ) { _, x, a in try body(x, a) },
      Entry(
        "\(name)_", twin(name), receiver, a, returns: "Tensor", example: run("\(name)_", call)
      ) { _, x, a in try replacing(x, name) { try body($0, a) } },
    ]
  }

  static func unary<A, B>(
    _ name: StaticString, _ summary: String, _ a: Parameter<A>, _ b: Parameter<B>, _ call: String,
    _ body: @escaping @Sendable (Tensor, A, B) throws -> Tensor
  ) -> [Entry] {
    [
      Entry(
        "\(name)", summary, receiver, a, b, returns: "Tensor", example: shown("\(name)", call)
      ) { _, x, a, b in try body(x, a, b) },
      Entry(
        "\(name)_", twin(name), receiver, a, b, returns: "Tensor", example: run("\(name)_", call)
      ) { _, x, a, b in try replacing(x, name) { try body($0, a, b) } },
    ]
  }

  static func unary<A, B, C>(
    _ name: StaticString, _ summary: String, _ a: Parameter<A>, _ b: Parameter<B>,
    _ c: Parameter<C>, _ call: String,
    _ body: @escaping @Sendable (Tensor, A, B, C) throws -> Tensor
  ) -> [Entry] {
    [
      Entry(
        "\(name)", summary, receiver, a, b, c, returns: "Tensor", example: shown("\(name)", call)
      ) { _, x, a, b, c in try body(x, a, b, c) },
      Entry(
        "\(name)_", twin(name), receiver, a, b, c, returns: "Tensor",
        example: run("\(name)_", call)
      ) { _, x, a, b, c in try replacing(x, name) { try body($0, a, b, c) } },
    ]
  }

  /// A function of a tensor and a tensor or number, with broadcasting. `number` is a shorter way for
  /// float tensors, whose type no number changes, and `inPlace` one for the twin.
  static func binary(
    _ name: StaticString, _ summary: String, call: String = "2",
    _ tensors: @escaping @Sendable (Tensor, Tensor) throws -> Tensor,
    number: (@Sendable (Tensor, Double) throws -> Tensor)? = nil,
    inPlace: InPlaceArithmetic? = nil
  ) -> [Entry] {
    let body: @Sendable (Tensor, Operand) throws -> Tensor = { x, operand in
      try applied(x, operand, tensors, number)
    }
    let rows = unary(name, summary + ", with broadcasting", other, call, body)
    guard let inPlace else { return rows }
    let direct = Entry(
      "\(name)_", twin(name), receiver, other, returns: "Tensor", example: run("\(name)_", call)
    ) { _, x, operand in
      if try written(inPlace, operand, into: x) { return FirstArgument() }
      return try replacing(x, name) { try body($0, operand) }
    }
    return [rows[0], direct]
  }

  /// The same with options; where there are any, `variant` takes the place of the two others.
  static func binary(
    _ name: StaticString, _ summary: String, options: [ParameterDoc], call: String,
    _ tensors: @escaping @Sendable (Tensor, Tensor) throws -> Tensor,
    number: @escaping @Sendable (Tensor, Double) throws -> Tensor,
    variant: @escaping @Sendable (Tensor, Tensor, Options) throws -> Tensor,
    inPlace: InPlaceArithmetic
  ) -> [Entry] {
    let list = Parameter<Options>.options("\(name)", options)
    let body: @Sendable (Tensor, Operand, Options) throws -> Tensor = { x, operand, options in
      guard options.index == nil else {
        return try variant(x, operand.operand(beside: x), options)
      }
      return try applied(x, operand, tensors, number)
    }
    let rows = unary(name, summary + ", with broadcasting", other, list, call, body)
    let direct = Entry(
      "\(name)_", twin(name), receiver, other, list, returns: "Tensor",
      example: run("\(name)_", call)
    ) { _, x, operand, options in
      if options.index == nil, try written(inPlace, operand, into: x) { return FirstArgument() }
      return try replacing(x, name) { try body($0, operand, options) }
    }
    return [rows[0], direct]
  }

  /// Whether the arithmetic could be written straight into x.
  private static func written(
    _ arithmetic: InPlaceArithmetic, _ operand: Operand, into x: Tensor
  ) throws -> Bool {
    if case .tensor(let y) = operand { return try x.apply(arithmetic, y) }
    return try x.apply(arithmetic, operand.number)
  }

  private static func applied(
    _ x: Tensor, _ operand: Operand, _ tensors: (Tensor, Tensor) throws -> Tensor,
    _ number: ((Tensor, Double) throws -> Tensor)?
  ) throws -> Tensor {
    if case .tensor(let y) = operand { return try tensors(x, y) }
    if let number, x.dtype.isFloating { return try number(x, operand.number) }
    return try tensors(x, operand.operand(beside: x))
  }

  /// A comparison with a tensor or number, which gives a mask and so has no twin.
  static func comparison(
    _ name: String, _ summary: String,
    _ tensors: @escaping @Sendable (Tensor, Tensor) throws -> Tensor,
    _ number: @escaping @Sendable (Tensor, Double) throws -> Tensor
  ) -> [Entry] {
    [
      Entry(
        name, summary + ", as a mask (bool)", receiver, other, returns: "Tensor",
        example: shown(name, "0")
      ) { _, x, operand in
        switch operand {
        case .tensor(let y): try tensors(x, y)
        case .integer(let y) where x.dtype == .int64: try tensors(x, Tensor([y], Shape()))
        default: try number(x, operand.number)
        }
      }
    ]
  }

  /// A test of one tensor, which gives a mask and so has no twin.
  static func test(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Tensor) throws -> Tensor
  ) -> [Entry] {
    [
      Entry(name, summary, receiver, returns: "Tensor", example: shown(name, "")) { _, x in
        try body(x)
      }
    ]
  }

  /// A second name of a function and of its twin.
  static func alias(_ name: String, of original: String, in rows: [Entry]) -> [Entry] {
    rows.compactMap { entry in
      guard entry.name == original || entry.name == original + "_" else { return nil }
      let own = entry.name == original ? name : name + "_"
      return entry.renamed(own)
    }
  }

  private static func shown(_ name: String, _ call: String) -> String {
    sample + "print(x:\(name)(\(call)))"
  }

  private static func run(_ name: String, _ call: String) -> String {
    sample + "x:\(name)(\(call))"
  }

  private static func twin(_ name: StaticString) -> String {
    "As `\(name)`, in place; returns x"
  }

  private static func replacing(
    _ x: Tensor, _ name: StaticString, _ body: (Tensor) throws -> Tensor
  ) throws -> FirstArgument {
    try x.replace(name) { try body($0) }
    return FirstArgument()
  }
}
