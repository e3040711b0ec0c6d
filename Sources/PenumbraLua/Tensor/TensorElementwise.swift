/// Elementwise functions as methods, each with its in-place twin, and the operators.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorElementwise {
  static let entries: [Entry] =
    [
      unary("abs", "|x|", "x:abs()") { try $0.abs() },
      unary("sign", "−1, 0 or 1", "x:sign()") { try $0.sign() },
      unary("neg", "−x", "x:neg()") { try $0.negative() },
      unary("square", "x²", "x:square()") { try $0.square() },
      unary("sqrt", "√x", "x:sqrt()") { try $0.sqrt() },
      unary("rsqrt", "1/√x", "x:rsqrt()") { try $0.rsqrt() },
      unary("reciprocal", "1/x", "x:reciprocal()") { try $0.reciprocal() },
      unary("exp", "eˣ", "x:exp()") { try $0.exp() },
      unary("expm1", "eˣ − 1, accurate near 0", "x:expm1()") { try $0.expm1() },
      unary("log", "The natural logarithm", "x:log()") { try $0.log() },
      unary("log1p", "log(1 + x), accurate near 0", "x:log1p()") { try $0.log1p() },
      unary("sin", "The sine", "x:sin()") { try $0.sin() },
      unary("cos", "The cosine", "x:cos()") { try $0.cos() },
      unary("tanh", "The hyperbolic tangent", "x:tanh()") { try $0.tanh() },
      unary("sigmoid", "1/(1 + e⁻ˣ)", "x:sigmoid()") { try $0.sigmoid() },
      unary("softplus", "log(1 + eˣ)", "x:softplus()") { try $0.softplus() },
      unary("erf", "The error function", "x:erf()") { try $0.erf() },
      unary("relu", "max(x, 0)", "x:relu()") { try $0.relu() },
      unary("gelu", "x Φ(x)", "x:gelu()") { try $0.gelu() },
      unary("silu", "x σ(x)", "x:silu()") { try $0.silu() },
      unary("floor", "The greatest integer not above x", "x:floor()") { try $0.floor() },
      unary("ceil", "The smallest integer not below x", "x:ceil()") { try $0.ceil() },
      unary("round", "The nearest integer, halves to even", "x:round()") { try $0.round() },
      unary("trunc", "x without its fraction", "x:trunc()") { try $0.trunc() },
      slope("leaky_relu", "x where x > 0, slope·x elsewhere", "slope", 0.01) {
        try $0.leakyReLU(slope: $1)
      },
      slope("elu", "x where x > 0, alpha (eˣ − 1) elsewhere", "alpha", 1) {
        try $0.elu(alpha: $1)
      },
      binary("add", "self + other", "x:add(1)", { try $0.add($1) }, { try $0.add($1) }),
      binary("sub", "self − other", "x:sub(1)", { try $0.sub($1) }, { try $0.sub($1) }),
      binary("mul", "self · other", "x:mul(2)", { try $0.mul($1) }, { try $0.mul($1) }),
      binary(
        "div", "self / other; integers become float32", "x:div(2)", { try $0.div($1) },
        { try $0.div($1) }),
      binary("pow", "self ^ other", "x:pow(2)", { try $0.pow($1) }, { try $0.pow($1) }),
      binary(
        "remainder", "The remainder with the sign of the divisor", "x:remainder(2)",
        { try $0.remainder($1) }, { try $0.remainder($0.operand($1)) }),
      binary(
        "floor_divide", "⌊self / other⌋", "x:floor_divide(2)", { try $0.floorDivide($1) },
        { try $0.floorDivide($0.operand($1)) }),
      binary(
        "maximum", "The greater of two", "x:maximum(0)", { try $0.maximum($1) },
        { try $0.maximum($1) }),
      binary(
        "minimum", "The smaller of two", "x:minimum(0)", { try $0.minimum($1) },
        { try $0.minimum($1) }),
      comparison("eq", "self = other", { try $0.eq($1) }, { try $0.eq($1) }),
      comparison("ne", "self ≠ other", { try $0.ne($1) }, { try $0.ne($1) }),
      comparison("lt", "self < other", { try $0.lt($1) }, { try $0.lt($1) }),
      comparison("le", "self ≤ other", { try $0.le($1) }, { try $0.le($1) }),
      comparison("gt", "self > other", { try $0.gt($1) }, { try $0.gt($1) }),
      comparison("ge", "self ≥ other", { try $0.ge($1) }, { try $0.ge($1) }),
      clamp, logic,
    ].flatMap { $0 }

  /// A pure function of one tensor and its in-place twin.
  private static func unary(
    _ name: StaticString, _ summary: String, _ call: String,
    _ body: @escaping @Sendable (Tensor) throws -> Tensor
  ) -> [Entry] {
    [
      Entry(
        "\(name)", summary, receiver, returns: "Tensor", example: sample + "print(\(call))"
      ) { _, x in try body(x) },
      twin(name) { call, x in try body(x) },
    ]
  }

  /// `x:name_()`: the same, written into x.
  private static func twin(
    _ name: StaticString, _ body: @escaping @Sendable (Call, Tensor) throws -> Tensor
  ) -> Entry {
    Entry(
      "\(name)_", "As `\(name)`, in place; returns x", receiver, returns: "Tensor",
      example: sample + "x:\(name)_()"
    ) { call, x in
      try x.replace(name) { try body(call, $0) }
      return FirstArgument()
    }
  }

  private static func slope(
    _ name: StaticString, _ summary: String, _ parameter: String, _ standard: Double,
    _ body: @escaping @Sendable (Tensor, Double) throws -> Tensor
  ) -> [Entry] {
    let slope = Parameter<Double>(parameter, .number, default: standard)
    return [
      Entry(
        "\(name)", summary, receiver, slope, returns: "Tensor",
        example: sample + "print(x:\(name)(0.2))"
      ) { _, x, value in try body(x, value) },
      Entry(
        "\(name)_", "As `\(name)`, in place; returns x", receiver, slope, returns: "Tensor",
        example: sample + "x:\(name)_(0.2)"
      ) { _, x, value in
        try x.replace(name) { try body($0, value) }
        return FirstArgument()
      },
    ]
  }

  private static let other = Parameter<Operand>("other", .operand)

  private static func binary(
    _ name: StaticString, _ summary: String, _ call: String,
    _ tensors: @escaping @Sendable (Tensor, Tensor) throws -> Tensor,
    _ number: @escaping @Sendable (Tensor, Double) throws -> Tensor
  ) -> [Entry] {
    let body: @Sendable (Tensor, Operand) throws -> Tensor = { x, operand in
      switch operand {
      case .tensor(let y): try tensors(x, y)
      case .number(let y): try number(x, y)
      }
    }
    return [
      Entry(
        "\(name)", summary + ", with broadcasting", receiver, other, returns: "Tensor",
        example: sample + "print(\(call))"
      ) { _, x, y in try body(x, y) },
      Entry(
        "\(name)_", "As `\(name)`, in place; returns x", receiver, other, returns: "Tensor",
        example: sample + "x:\(name)_(2)"
      ) { _, x, y in
        try x.replace(name) { try body($0, y) }
        return FirstArgument()
      },
    ]
  }

  private static func comparison(
    _ name: String, _ summary: String,
    _ tensors: @escaping @Sendable (Tensor, Tensor) throws -> Tensor,
    _ number: @escaping @Sendable (Tensor, Double) throws -> Tensor
  ) -> [Entry] {
    [
      Entry(
        name, summary + ", as a mask (bool)", receiver, other, returns: "Tensor",
        example: sample + "print(x:\(name)(0))"
      ) { _, x, operand in
        switch operand {
        case .tensor(let y): try tensors(x, y)
        case .number(let y): try number(x, y)
        }
      }
    ]
  }

  private static let clamp: [Entry] = {
    let low = Parameter<Double?>.optional("min", .number)
    let high = Parameter<Double?>.optional("max", .number)
    return [
      Entry(
        "clamp", "Each element held between min and max; either may be nil", receiver, low, high,
        returns: "Tensor", example: sample + "print(x:clamp(-1, 1))"
      ) { _, x, low, high in try x.clamp(minimum: low, maximum: high) },
      Entry(
        "clamp_", "As `clamp`, in place; returns x", receiver, low, high, returns: "Tensor",
        example: sample + "x:clamp_(-1, 1)"
      ) { _, x, low, high in
        try x.replace("clamp") { try $0.clamp(minimum: low, maximum: high) }
        return FirstArgument()
      },
    ]
  }()

  private static let logic: [Entry] = [
    mask("logical_and", "Both are not zero") { try $0.logicalAnd($1) },
    mask("logical_or", "One or both are not zero") { try $0.logicalOr($1) },
    mask("logical_xor", "Exactly one is not zero") { try $0.logicalXor($1) },
    Entry(
      "logical_not", "Where it is zero", receiver, returns: "Tensor",
      example: sample + "print(x:gt(0):logical_not())"
    ) { _, x in try x.logicalNot() },
    Entry(
      "isnan", "Where it is not a number", receiver, returns: "Tensor",
      example: sample + "print(x:isnan())"
    ) { _, x in try x.isNaN() },
    Entry(
      "isfinite", "Where it is neither NaN nor infinite", receiver, returns: "Tensor",
      example: sample + "print(x:isfinite())"
    ) { _, x in try x.isFinite() },
    Entry(
      "isinf", "Where it is infinite", receiver, returns: "Tensor",
      example: sample + "print(x:isinf())"
    ) { _, x in try x.isInfinite() },
  ]

  private static func mask(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary, receiver, Parameter<Tensor>("other", .tensor), returns: "Tensor",
      example: sample + "print(x:gt(0):\(name)(x:lt(1)))"
    ) { _, x, y in try body(x, y) }
  }

  private static let sample = "local x = pn.tensor{0.5, 1.5, -2.0}\n"
}
