/// `pn.nn`: activations.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum ActivationLayers {
  static let entries: [Entry] = plain + numbered + slices + learned

  private static let plain: [Entry] = [
    activation("ReLU", "max(x, 0)") { .relu() },
    activation("ReLU6", "min(max(x, 0), 6)") { .relu6() },
    activation("Tanh", "tanh x") { .tanh() },
    activation("Sigmoid", "1/(1 + e⁻ˣ)") { .sigmoid() },
    activation("SiLU", "x σ(x)") { .silu() },
    activation("SELU", "λx where x > 0, λα (eˣ − 1) elsewhere (Klambauer et al. 2017)") { .selu() },
    activation("Mish", "x tanh log(1 + eˣ)") { .mish() },
    activation("Softsign", "x/(1 + |x|)") { .softsign() },
    activation("LogSigmoid", "log σ(x)") { .logSigmoid() },
    activation("Tanhshrink", "x − tanh x") { .tanhshrink() },
    activation("Hardsigmoid", "min(max(x + 3, 0), 6)/6") { .hardsigmoid() },
    activation("Hardswish", "x · hardsigmoid(x)") { .hardswish() },
  ]

  private static let numbered: [Entry] = [
    activation("LeakyReLU", "x where x > 0, slope·x elsewhere", "slope", 0.01) {
      .leakyReLU(slope: $0)
    },
    activation("ELU", "x where x > 0, alpha (eˣ − 1) elsewhere", "alpha", 1) { .elu(alpha: $0) },
    activation("CELU", "x where x > 0, alpha (e^{x/alpha} − 1) elsewhere", "alpha", 1) {
      .celu(alpha: $0)
    },
    activation("Softshrink", "x without lambda of its size, 0 within ±lambda", "lambda", 0.5) {
      try .softshrink(lambda: $0)
    },
    activation("Hardshrink", "x where |x| > lambda, 0 elsewhere", "lambda", 0.5) {
      try .hardshrink(lambda: $0)
    },
    activation("Sine", "sin(frequency · x) (Sitzmann et al. 2020)", "frequency", 1) {
      .sine(frequency: $0)
    },
    Entry(
      "Softplus", "log(1 + e^{beta x})/beta; x where beta·x exceeds a threshold",
      Parameter<Double>("beta", .positive, default: 1),
      Parameter<Double>(
        "threshold", .number, default: .infinity, shown: "math.huge",
        "none unless given: the function does not overflow"), returns: "Module",
      example: "print(pn.nn.Softplus()(pn.tensor{-1.0, 1.0}))"
    ) { _, beta, threshold in
      NNLibrary.module(Activation.softplus(beta: beta, threshold: threshold))
    },
    Entry(
      "GELU", "x Φ(x), or its approximation by tanh",
      Parameter<String>(
        "approximate", .choice(["none", "tanh"]), default: "none", shown: "\"none\""),
      returns: "Module", example: "print(pn.nn.GELU()(pn.tensor{-1.0, 1.0}))"
    ) { _, word in NNLibrary.module(Activation.gelu(approximate: word == "tanh")) },
    Entry(
      "Hardtanh", "x held between min and max", Parameter<Double>("min", .number, default: -1),
      Parameter<Double>("max", .number, default: 1), returns: "Module",
      example: "print(pn.nn.Hardtanh()(pn.tensor{-3.0, 0.5}))"
    ) { _, low, high in NNLibrary.module(try Activation.hardtanh(low: low, high: high)) },
    Entry(
      "Threshold", "x where x > threshold, value elsewhere",
      Parameter<Double>("threshold", .number), Parameter<Double>("value", .number),
      returns: "Module", example: "print(pn.nn.Threshold(0.1, -1)(pn.tensor{-3.0, 0.5}))"
    ) { _, limit, value in NNLibrary.module(Activation.threshold(limit, value)) },
  ]

  private static let slices: [Entry] = [
    slice("Softmax", "eˣ/Σeˣ along a dimension") { .softmax($0) },
    slice("LogSoftmax", "log(eˣ/Σeˣ) along a dimension") { .logSoftmax($0) },
    slice("Softmin", "e⁻ˣ/Σe⁻ˣ along a dimension") { .softmin($0) },
    slice("GLU", "The first half of a dimension times σ of the second") { .glu($0) },
  ]

  private static let learned: [Entry] = [
    Entry(
      "PReLU", "x where x > 0, weight·x elsewhere, with one learned weight or one for each channel",
      Parameter<Int>("num_parameters", .count, default: 1),
      Parameter<Options>.options("PReLU", [start.doc, Creation.dtype.doc]), returns: "Module",
      example: "print(pn.nn.PReLU()(pn.tensor{-1.0, 1.0}))"
    ) { _, count, options in
      NNLibrary.module(try PReLU(count, start: options[start], dtype: options[Creation.dtype]))
    },
    Entry(
      "RReLU",
      "x where x ≥ 0, a·x elsewhere, a ~ U[lower, upper) for each element in training, its mean in use "
        + "(Xu et al. 2015)",
      Parameter<Double>("lower", .number, default: 1 / 8, shown: "1/8"),
      Parameter<Double>("upper", .number, default: 1 / 3, shown: "1/3"),
      Parameter<Options>.options("RReLU", [Creation.generator.doc]), returns: "Module",
      example: "print(pn.nn.RReLU()(pn.tensor{-1.0, 1.0}))"
    ) { call, lower, upper, options in
      NNLibrary.module(
        try RReLU(lower: lower, upper: upper, using: NNLibrary.generator(call, options)))
    },
    Entry(
      "Maxout", "The greatest of `pieces` neighbouring features: [..., n·pieces] → [..., n]",
      Parameter<Int>("pieces", .count), returns: "Module",
      example: "print(pn.nn.Maxout(2)(pn.tensor{{1.0, 2.0, 5.0, 3.0}}))"
    ) { _, pieces in NNLibrary.module(try Maxout(pieces: pieces)) },
  ]

  private static let start = Parameter<Double>("init", .number, default: 0.25, "the first weight")

  private static func activation(
    _ name: String, _ summary: String, _ make: @escaping @Sendable () -> Activation
  ) -> Entry {
    Entry(
      name, summary, returns: "Module", example: "print(pn.nn.\(name)()(pn.tensor{-1.0, 1.0}))"
    ) { _ in NNLibrary.module(make()) }
  }

  private static func activation(
    _ name: String, _ summary: String, _ parameter: String, _ standard: Double,
    _ make: @escaping @Sendable (Double) throws -> Activation
  ) -> Entry {
    Entry(
      name, summary,
      Parameter<Double>(
        parameter, .number, default: standard,
        shown: Int(exactly: standard).map(String.init) ?? "\(standard)"), returns: "Module",
      example: "print(pn.nn.\(name)()(pn.tensor{-1.0, 1.0}))"
    ) { _, value in NNLibrary.module(try make(value)) }
  }

  private static func slice(
    _ name: String, _ summary: String, _ make: @escaping @Sendable (Int) -> Activation
  ) -> Entry {
    Entry(
      name, summary, Parameter<Int>("dim", .dimension, default: -1), returns: "Module",
      example: "print(pn.nn.\(name)(2)(pn.rand(2, 4)))"
    ) { _, dimension in NNLibrary.module(make(dimension)) }
  }
}
