/// Activations beyond the first set, as methods with in-place twins.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorActivations {
  static let entries: [Entry] = rows + [glu]

  private typealias Row = ElementwiseRow

  private static let lambda = Parameter<Double>("lambda", .number, default: 0.5)

  private static let rows: [Entry] = [
    Row.unary(
      "gelu", "x Φ(x), or its approximation by tanh",
      Parameter<String>(
        "approximate", .choice(["none", "tanh"]), default: "none", shown: "\"none\""), "\"tanh\""
    ) { try $1 == "tanh" ? $0.geluTanh() : $0.gelu() },
    Row.unary(
      "softplus", "log(1 + e^(beta x))/beta; x itself where beta x is beyond the threshold",
      Parameter<Double>("beta", .number, default: 1),
      Parameter<Double>("threshold", .number, default: .infinity, shown: "math.huge"), "2, 20"
    ) { x, beta, threshold in
      beta == 1 && threshold == .infinity
        ? try x.softplus() : try x.softplus(beta: beta, threshold: threshold)
    },
    Row.unary("relu6", "min(max(x, 0), 6)") { try $0.relu6() },
    Row.unary(
      "hardtanh", "x held within [min, max]; the derivative at the bounds is 0",
      Parameter<Double>("min", .number, default: -1), Parameter<Double>("max", .number, default: 1),
      "-1, 2"
    ) { try $0.hardTanh($1, $2) },
    Row.unary("hardsigmoid", "relu6(x + 3)/6") { try $0.hardSigmoid() },
    Row.unary("hardswish", "x relu6(x + 3)/6") { try $0.hardSwish() },
    Row.unary("selu", "scale · elu(x, α), which keeps mean 0 and variance 1") { try $0.selu() },
    Row.unary(
      "celu", "x where x > 0, alpha (e^(x/alpha) − 1) elsewhere",
      Parameter<Double>("alpha", .number, default: 1), "0.5"
    ) { try $0.celu(alpha: $1) },
    Row.unary("softsign", "x/(1 + |x|)") { try $0.softSign() },
    Row.unary("mish", "x tanh(softplus x)") { try $0.mish() },
    Row.unary("logsigmoid", "log σ(x)") { try $0.logSigmoid() },
    Row.unary("tanhshrink", "x − tanh x") { try $0.tanhShrink() },
    Row.unary(
      "softshrink", "x − lambda where x > lambda, x + lambda where x < −lambda, else 0", lambda, "1"
    ) { try $0.softShrink($1) },
    Row.unary("hardshrink", "x where |x| > lambda, else 0", lambda, "1") { try $0.hardShrink($1) },
    Row.unary(
      "threshold", "x where x > threshold, else value", Parameter<Double>("threshold", .number),
      Parameter<Double>("value", .number), "1, 0"
    ) { try $0.threshold($1, $2) },
    Row.unary(
      "prelu", "x where x > 0, weight · x elsewhere",
      Parameter<Tensor>("weight", .tensor, "one element, or one for each channel (dimension 2)"),
      "pn.tensor{0.1}"
    ) { try $0.prelu($1) },
  ].flatMap { $0 }

  private static let glu = Entry(
    "glu", "The first half of a dimension times the sigmoid of the second", receiver,
    Parameter<Int>("dim", .dimension, default: -1), returns: "Tensor",
    example: "print(pn.ones(2, 4):glu())"
  ) { _, x, dim in try x.glu(dim) }
}
