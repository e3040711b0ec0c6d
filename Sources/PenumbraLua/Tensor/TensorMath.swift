/// Elementwise functions beyond arithmetic, as methods with in-place twins.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorMath {
  static let entries: [Entry] =
    functions + special + pairs + tests + bits + TensorActivations.entries
    + TensorDiagonals.entries

  private typealias Row = ElementwiseRow

  private static let functions: [Entry] = [
    Row.unary("exp2", "2ˣ") { try $0.exp2() },
    Row.unary("log2", "The logarithm to base 2") { try $0.log2() },
    Row.unary("log10", "The logarithm to base 10") { try $0.log10() },
    Row.unary("tan", "The tangent") { try $0.tan() },
    Row.unary("asin", "The angle in [−π/2, π/2] whose sine is x") { try $0.asin() },
    Row.unary("acos", "The angle in [0, π] whose cosine is x") { try $0.acos() },
    Row.unary("atan", "The angle in (−π/2, π/2) whose tangent is x") { try $0.atan() },
    Row.unary("sinh", "(eˣ − e⁻ˣ)/2") { try $0.sinh() },
    Row.unary("cosh", "(eˣ + e⁻ˣ)/2") { try $0.cosh() },
    Row.unary("asinh", "The inverse of sinh") { try $0.asinh() },
    Row.unary("acosh", "The inverse of cosh for x ≥ 1; NaN below") { try $0.acosh() },
    Row.unary("atanh", "The inverse of tanh; NaN outside [−1, 1]") { try $0.atanh() },
    Row.unary("rad2deg", "An angle in degrees: x · 180/π") { try $0.rad2deg() },
    Row.unary("deg2rad", "An angle in radians: x · π/180") { try $0.deg2rad() },
    Row.unary("frac", "x − trunc(x)") { try $0.frac() },
  ].flatMap { $0 }

  private static let special: [Entry] = [
    Row.unary("erfc", "1 − erf x, accurate where erf x is near 1") { try $0.erfc() },
    Row.unary("erfinv", "The y with erf y = x; NaN outside [−1, 1]") { try $0.erfinv() },
    Row.unary("lgamma", "log |Γ(x)|") { try $0.lgamma() },
    Row.unary("digamma", "The derivative of log Γ") { try $0.digamma() },
    Row.unary(
      "polygamma", "The derivative of order n + 1 of log Γ", Parameter<Int>("n", .integer), "1"
    ) { try $0.polygamma($1) },
    Row.unary("sinc", "sin πx / πx; 1 at 0") { try $0.sinc() },
    Row.unary(
      "logit", "log(x/(1 − x)), the inverse of the sigmoid",
      Parameter<Double?>.optional(
        "eps", .number, "x is held within eps and 1 − eps first, when given"), "0.1"
    ) { try $0.logit(margin: $1) },
    Row.unary(
      "nan_to_num", "Numbers in place of NaN, ∞ and −∞",
      Parameter<Double>("nan", .number, default: 0),
      Parameter<Double?>.optional("posinf", .number, "the type's greatest number when left out"),
      Parameter<Double?>.optional("neginf", .number, "the type's lowest number when left out"),
      "0, 100, -100"
    ) { try $0.nanToNum($1, positive: $2, negative: $3) },
  ].flatMap { $0 }

  private static let pairs: [Entry] = [
    Row.binary("atan2", "The angle of the point (other, self), in (−π, π]") { try $0.atan2($1) },
    Row.binary("fmod", "The remainder with the sign of the dividend") { try $0.fmod($1) },
    Row.binary("fmax", "The greater of two; a NaN loses against a number") { try $0.fmax($1) },
    Row.binary("fmin", "The smaller of two; a NaN loses against a number") { try $0.fmin($1) },
    Row.binary("hypot", "√(self² + other²) without overflow") { try $0.hypot($1) },
    Row.binary("logaddexp", "log(e^self + e^other) without overflow") { try $0.logAddExp($1) },
    Row.binary("logaddexp2", "log₂(2^self + 2^other) without overflow") {
      try $0.logAddExp2($1)
    },
    Row.binary("xlogy", "self · log other; 0 where self is 0") { try $0.xlogy($1) },
    Row.binary("copysign", "|self| with the sign of other") { try $0.copySign($1) },
    Row.binary("heaviside", "0 below zero, 1 above, other at zero", call: "0.5") {
      try $0.heaviside($1)
    },
    Row.unary(
      "lerp", "self + weight (last − self), with broadcasting", Parameter<Tensor>("last", .tensor),
      Parameter<Operand>("weight", .operand), "pn.ones(3), 0.25"
    ) { x, end, weight in
      guard case .tensor(let weights) = weight else {
        return try x.lerp(end, weight: weight.number)
      }
      return try x.lerp(end, weights: weights)
    },
    scaled("addcmul", "self + value · a · b, with broadcasting") {
      try $0.addcmul($1, $2, scale: $3)
    },
    scaled("addcdiv", "self + value · a / b, with broadcasting") {
      try $0.addcdiv($1, $2, scale: $3)
    },
  ].flatMap { $0 }

  private static let scale = Parameter<Double>("value", .number, default: 1)

  private static func scaled(
    _ name: StaticString, _ summary: String,
    _ body: @escaping @Sendable (Tensor, Tensor, Tensor, Double) throws -> Tensor
  ) -> [Entry] {
    Row.unary(
      name, summary, Parameter<Tensor>("a", .tensor), Parameter<Tensor>("b", .tensor),
      Parameter<Options>.options("\(name)", [scale.doc]), "x:clone(), pn.ones(3), {value = 0.5}"
    ) { try body($0, $1, $2, $3[scale]) }
  }

  private static let tolerances: [ParameterDoc] = [rtol.doc, atol.doc, equalNaN.doc]
  private static let rtol = Parameter<Double>("rtol", .number, default: 1e-5)
  private static let atol = Parameter<Double>("atol", .number, default: 1e-8)
  private static let equalNaN = Parameter<Bool>(
    "equal_nan", .boolean, default: false, "whether NaN is close to NaN")

  private static let tests: [Entry] =
    [
      Row.test("isposinf", "Where it is +∞") { try $0.isPositiveInfinity() },
      Row.test("isneginf", "Where it is −∞") { try $0.isNegativeInfinity() },
      Row.test("signbit", "Where the sign is minus, also that of −0") { try $0.signBit() },
    ].flatMap { $0 } + [
      Entry(
        "isclose", "Where |self − other| ≤ atol + rtol |other|", receiver, Row.other,
        Parameter<Options>.options("isclose", tolerances), returns: "Tensor",
        example: Row.sample + "print(x:isclose(x + 1e-7), x:isclose(0.5, {rtol = 0.1}))"
      ) { _, x, other, options in
        try x.isClose(
          to: other.operand(beside: x), rtol: options[rtol], atol: options[atol],
          equalNaN: options[equalNaN])
      },
      Entry(
        "allclose", "Whether |self − other| ≤ atol + rtol |other| everywhere", receiver, Row.other,
        Parameter<Options>.options("allclose", tolerances), returns: "boolean",
        example: Row.sample + "assert(x:allclose(x + 1e-7))"
      ) { _, x, other, options in
        try x.allClose(
          to: other.operand(beside: x), rtol: options[rtol], atol: options[atol],
          equalNaN: options[equalNaN])
      },
    ]

  private static let bits: [Entry] = [
    bitwise("bitwise_and", "The bits that both have") { try $0.bitwiseAnd($1) },
    bitwise("bitwise_or", "The bits that one or both have") { try $0.bitwiseOr($1) },
    bitwise("bitwise_xor", "The bits that exactly one has") { try $0.bitwiseXor($1) },
    bitwise("bitwise_left_shift", "The bits moved to the left: self · 2^other") {
      try $0.bitwiseLeftShift($1)
    },
    bitwise("bitwise_right_shift", "The bits moved to the right: ⌊self / 2^other⌋") {
      try $0.bitwiseRightShift($1)
    },
    [
      Entry(
        "bitwise_not", "The bits that it does not have", receiver, returns: "Tensor",
        example: "print(pn.tensor{5, -1}:bitwise_not())"
      ) { _, x in try x.bitwiseNot() },
      Entry(
        "bitwise_not_", "As `bitwise_not`, in place; returns x", receiver, returns: "Tensor",
        example: "print(pn.tensor{5, -1}:bitwise_not_())"
      ) { _, x in
        try x.replace("bitwise_not") { try $0.bitwiseNot() }
        return FirstArgument()
      },
    ],
  ].flatMap { $0 }

  private static func bitwise(
    _ name: StaticString, _ summary: String,
    _ body: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
  ) -> [Entry] {
    [
      Entry(
        "\(name)", summary + ", with broadcasting", receiver, Row.other, returns: "Tensor",
        example: "print(pn.tensor{5, 6}:\(name)(3))"
      ) { _, x, y in try body(x, y.operand(beside: x)) },
      Entry(
        "\(name)_", "As `\(name)`, in place; returns x", receiver, Row.other, returns: "Tensor",
        example: "print(pn.tensor{5, 6}:\(name)_(3))"
      ) { _, x, y in
        try x.replace(name) { try body($0, y.operand(beside: $0)) }
        return FirstArgument()
      },
    ]
  }
}
