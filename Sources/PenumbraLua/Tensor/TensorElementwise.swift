/// Elementwise functions as methods: arithmetic, comparisons, logic and what networks need first.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorElementwise {
  static let entries: [Entry] = functions + arithmetic + aliases + comparisons + clamps + logic

  private typealias Row = ElementwiseRow

  private static let functions: [Entry] = [
    Row.unary("abs", "|x|") { try $0.abs() },
    Row.unary("sign", "−1, 0 or 1") { try $0.sign() },
    Row.unary("neg", "−x") { try $0.negative() },
    Row.unary("square", "x²") { try $0.square() },
    Row.unary("sqrt", "√x") { try $0.sqrt() },
    Row.unary("rsqrt", "1/√x") { try $0.rsqrt() },
    Row.unary("reciprocal", "1/x") { try $0.reciprocal() },
    Row.unary("exp", "eˣ") { try $0.exp() },
    Row.unary("expm1", "eˣ − 1, accurate near 0") { try $0.expm1() },
    Row.unary("log", "The natural logarithm") { try $0.log() },
    Row.unary("log1p", "log(1 + x), accurate near 0") { try $0.log1p() },
    Row.unary("sin", "The sine") { try $0.sin() },
    Row.unary("cos", "The cosine") { try $0.cos() },
    Row.unary("tanh", "The hyperbolic tangent") { try $0.tanh() },
    Row.unary("sigmoid", "1/(1 + e⁻ˣ)") { try $0.sigmoid() },
    Row.unary("erf", "The error function") { try $0.erf() },
    Row.unary("relu", "max(x, 0)") { try $0.relu() },
    Row.unary("silu", "x σ(x)") { try $0.silu() },
    Row.unary("floor", "The greatest integer not above x") { try $0.floor() },
    Row.unary("ceil", "The smallest integer not below x") { try $0.ceil() },
    Row.unary("round", "The nearest integer, halves to even") { try $0.round() },
    Row.unary("trunc", "x without its fraction") { try $0.trunc() },
    Row.unary(
      "leaky_relu", "x where x > 0, slope·x elsewhere",
      Parameter<Double>("slope", .number, default: 0.01), "0.2"
    ) { try $0.leakyReLU(slope: $1) },
    Row.unary(
      "elu", "x where x > 0, alpha (eˣ − 1) elsewhere",
      Parameter<Double>("alpha", .number, default: 1), "0.2"
    ) { try $0.elu(alpha: $1) },
  ].flatMap { $0 }

  private static let arithmetic: [Entry] = [
    Row.binary(
      "add", "self + alpha · other", options: [alpha.doc], call: "2, {alpha = 0.5}",
      { try $0.add($1) }, number: { try $0.add($1) },
      variant: { try $0.addScaled($1, by: $2[alpha]) }, inPlace: .add),
    Row.binary(
      "sub", "self − alpha · other", options: [alpha.doc], call: "2, {alpha = 0.5}",
      { try $0.sub($1) }, number: { try $0.sub($1) },
      variant: { try $0.subScaled($1, by: $2[alpha]) }, inPlace: .sub),
    Row.binary(
      "mul", "self · other", { try $0.mul($1) }, number: { try $0.mul($1) }, inPlace: .mul),
    Row.binary(
      "div", "self / other; integers become float32 unless the quotient is rounded",
      options: [rounding.doc], call: "2, {rounding_mode = \"floor\"}",
      { try $0.div($1) }, number: { try $0.div($1) },
      variant: { x, y, options in
        guard let mode = try options[rounding].flatMap(DivisionRounding.init(rawValue:)) else {
          return try x.div(y)
        }
        return try x.divided(by: y, rounding: mode)
      }, inPlace: .div),
    Row.binary("pow", "self ^ other", { try $0.pow($1) }, number: { try $0.pow($1) }),
    Row.binary("remainder", "The remainder with the sign of the divisor") {
      try $0.remainder($1)
    },
    Row.binary("floor_divide", "⌊self / other⌋") { try $0.floorDivide($1) },
    Row.binary("maximum", "The greater of two") { try $0.maximum($1) },
    Row.binary("minimum", "The smaller of two") { try $0.minimum($1) },
  ].flatMap { $0 }

  private static let alpha = Parameter<Double>("alpha", .number, default: 1)
  private static let rounding = Parameter<String?>.optional(
    "rounding_mode", .choice(DivisionRounding.allCases.map(\.rawValue)),
    "the quotient's integer towards −∞, or towards 0")

  private static let aliases: [Entry] = [
    ("absolute", "abs"), ("negative", "neg"), ("subtract", "sub"), ("multiply", "mul"),
    ("divide", "div"), ("true_divide", "div"),
  ].flatMap { Row.alias($0, of: $1, in: functions + arithmetic) }

  private static let comparisons: [Entry] = [
    Row.comparison("eq", "self = other", { try $0.eq($1) }, { try $0.eq($1) }),
    Row.comparison("ne", "self ≠ other", { try $0.ne($1) }, { try $0.ne($1) }),
    Row.comparison("lt", "self < other", { try $0.lt($1) }, { try $0.lt($1) }),
    Row.comparison("le", "self ≤ other", { try $0.le($1) }, { try $0.le($1) }),
    Row.comparison("gt", "self > other", { try $0.gt($1) }, { try $0.gt($1) }),
    Row.comparison("ge", "self ≥ other", { try $0.ge($1) }, { try $0.ge($1) }),
  ].flatMap { $0 }

  private static let clamps: [Entry] = {
    let (low, high) = (
      Parameter<Operand?>.optional("min", .operand), Parameter<Operand?>.optional("max", .operand)
    )
    let clamp = Row.unary(
      "clamp", "Each element held between min and max, numbers or tensors; either may be nil", low,
      high, "-1, 1"
    ) { try clamped($0, $1, $2) }
    return clamp + Row.alias("clip", of: "clamp", in: clamp)
      + Row.unary(
        "clamp_min", "Each element, at least min", Parameter<Operand>("min", .operand), "0"
      ) { try clamped($0, $1, nil) }
      + Row.unary(
        "clamp_max", "Each element, at most max", Parameter<Operand>("max", .operand), "0"
      ) { try clamped($0, nil, $1) }
  }()

  private static func clamped(_ x: Tensor, _ low: Operand?, _ high: Operand?) throws -> Tensor {
    if x.dtype.isFloating, low?.isTensor != true, high?.isTensor != true {
      return try x.clamp(minimum: low?.number, maximum: high?.number)
    }
    return try x.clamp(
      from: low.map { try $0.operand(beside: x) }, through: high.map { try $0.operand(beside: x) })
  }

  private static let logic: [Entry] = [
    mask("logical_and", "Both are not zero") { try $0.logicalAnd($1) },
    mask("logical_or", "One or both are not zero") { try $0.logicalOr($1) },
    mask("logical_xor", "Exactly one is not zero") { try $0.logicalXor($1) },
    Row.test("logical_not", "Where it is zero") { try $0.logicalNot() },
    Row.test("isnan", "Where it is not a number") { try $0.isNaN() },
    Row.test("isfinite", "Where it is neither NaN nor infinite") { try $0.isFinite() },
    Row.test("isinf", "Where it is infinite") { try $0.isInfinite() },
  ].flatMap { $0 }

  private static func mask(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
  ) -> [Entry] {
    [
      Entry(
        name, summary, receiver, Row.other, returns: "Tensor",
        example: Row.sample + "print(x:gt(0):\(name)(x:lt(1)))"
      ) { _, x, y in try body(x, y.operand(beside: x)) }
    ]
  }
}
