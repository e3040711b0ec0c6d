/// `pn.normal`, `pn.gamma`, `pn.multinomial` and the other distributions.

internal import LuaEmbedding
internal import PenumbraTensor

enum RandomDistributions {
  static let entries: [Entry] = continuous + positive + counts + categories

  private static let continuous: [Entry] = [
    pair("normal", "Normal numbers mean + std·ε", mean, std, "pn.normal(0, 2, 3, 4)") {
      try $0.normal(mean: $1, std: $2, size: $3, dtype: $4)
    },
    pair(
      "log_normal", "e^(mean + std·ε), ε standard normal", mean, std, "pn.log_normal(0, 1, 5)"
    ) { try $0.logNormal(mean: $1, std: $2, size: $3, dtype: $4) },
    pair(
      "uniform", "Uniform numbers low + (high − low)·ε, low ≤ x < high", parameter("low"),
      parameter("high"), "pn.uniform(-1, 1, 5)"
    ) { try $0.uniform(low: $1, high: $2, size: $3, dtype: $4) },
    pair(
      "laplace", "Numbers of density e^(−|x − location|/scale)/(2·scale)", location, scale,
      "pn.laplace(0, 1, 5)"
    ) { try $0.laplace(location: $1, scale: $2, size: $3, dtype: $4) },
    pair(
      "cauchy", "Numbers of density 1/(π·scale·(1 + ((x − location)/scale)²))", location, scale,
      "pn.cauchy(0, 1, 5)"
    ) { try $0.cauchy(location: $1, scale: $2, size: $3, dtype: $4) },
    pair(
      "gumbel",
      "location − scale·log(−log u), u uniform: the argmax of logits plus such numbers "
        + "is a draw from their softmax", location, scale, "pn.gumbel(0, 1, 5)"
    ) { try $0.gumbel(location: $1, scale: $2, size: $3, dtype: $4) },
    Entry(
      "student_t", "Student's t: location + scale·ε/√(χ²/df)", parameter("df"),
      Parameter<DistributionParameter?>.optional(
        "location", .distributionParameter, "default: 0"),
      Parameter<DistributionParameter?>.optional("scale", .distributionParameter, "default: 1"),
      sized("student_t"),
      returns: "Tensor", example: "print(pn.student_t(3, 0, 1, 5))"
    ) { call, df, location, scale, sized in
      try call.source(sized).studentT(
        freedom: df, location: location ?? 0, scale: scale ?? 1, size: sized.size,
        dtype: sized.options[dtype])
    },
    Entry(
      "truncated_normal", "Normal numbers given that low ≤ x ≤ high", mean, std, parameter("low"),
      parameter("high"), sized("truncated_normal"), returns: "Tensor",
      example: "print(pn.truncated_normal(0, 1, -2, 2, 5))"
    ) { call, mean, std, low, high, sized in
      try call.source(sized).truncatedNormal(
        mean: mean, std: std, low: low, high: high, size: sized.size,
        dtype: sized.options[dtype])
    },
  ]

  private static let positive: [Entry] = [
    single(
      "exponential", "Numbers of density rate·e^(−rate·x), x ≥ 0", parameter("rate"),
      "pn.exponential(2, 5)"
    ) { try $0.exponential(rate: $1, size: $2, dtype: $3) },
    pair(
      "gamma", "Numbers of density rate^α·x^(α−1)·e^(−rate·x)/Γ(α), α the concentration",
      parameter("concentration"), parameter("rate"), "pn.gamma(2, 1, 5)"
    ) { try $0.gamma(concentration: $1, rate: $2, size: $3, dtype: $4) },
    single(
      "chi2", "χ² numbers: sums of the squares of df standard normal ones", parameter("df"),
      "pn.chi2(3, 5)"
    ) { try $0.chiSquare(freedom: $1, size: $2, dtype: $3) },
    pair(
      "beta", "Numbers of density x^(a−1)·(1 − x)^(b−1)/B(a, b) in [0, 1]", parameter("a"),
      parameter("b"), "pn.beta(2, 3, 5)"
    ) { try $0.beta($1, $2, size: $3, dtype: $4) },
    pair(
      "weibull", "scale·ε^(1/concentration), ε exponential", scale, parameter("concentration"),
      "pn.weibull(1, 2, 5)"
    ) { try $0.weibull(scale: $1, shape: $2, size: $3, dtype: $4) },
    Entry(
      "dirichlet", "Rows of positive numbers with sum 1, of density ∏ x[i]^(α[i] − 1)",
      Parameter<Tensor>("concentration", .tensor, "α: [..., k]"), sized("dirichlet"),
      returns: "Tensor", example: "print(pn.dirichlet(pn.tensor{1.0, 2.0, 3.0}, 4, 3))"
    ) { call, concentration, sized in
      try call.source(sized).dirichlet(
        concentration: concentration, size: sized.size, dtype: sized.options[dtype])
    },
  ]

  private static let counts: [Entry] = [
    single(
      "poisson", "Numbers k = 0, 1, ... of probability rate^k·e^(−rate)/k!", parameter("rate"),
      "pn.poisson(4, 5)"
    ) { try $0.poisson(rate: $1, size: $2, dtype: $3) },
    single(
      "geometric",
      "The number of trials to the first success, k = 1, 2, ... of probability "
        + "p·(1 − p)^(k − 1)", probability, "pn.geometric(0.25, 5)"
    ) { try $0.geometric(probability: $1, size: $2, dtype: $3) },
    pair(
      "binomial", "How many of n trials succeed, each with probability p", parameter("n"),
      probability, "pn.binomial(10, 0.3, 5)"
    ) { try $0.binomial(count: $1, probability: $2, size: $3, dtype: $4) },
    Entry(
      "bernoulli",
      "1 with probability p, else 0: of the given shape, or for each element of a tensor of "
        + "probabilities", Parameter<Trials>("size", .trials),
      Parameter<Double?>.optional("p", .probability, "left out after a tensor"),
      Parameter<Options>.options("bernoulli", [dtype.doc, Creation.generator.doc]),
      returns: "Tensor",
      example: "print(pn.bernoulli({5}, 0.5), pn.bernoulli(pn.tensor{0.0, 0.5, 1.0}))"
    ) { call, trials, p, options in
      let source = try options[Creation.generator] ?? call.context.generator
      switch (trials, p) {
      case (.size(let size), let p?):
        return try source.bernoulli(
          try Shape(size, operation: "bernoulli"), probability: p,
          dtype: options[dtype] ?? .float32)
      case (.probabilities(let tensor), nil):
        return try source.bernoulli(probabilities: .tensor(tensor), dtype: options[dtype])
      default:
        throw TensorError(
          .value, "bernoulli", expected: "a size and a probability, or a tensor of probabilities",
          got: p == nil ? "a size alone" : "a tensor and a probability")
      }
    },
  ]

  private static let categories: [Entry] = [
    Entry(
      "multinomial",
      "Indices of categories drawn by weight, `count` for each row: [..., count] for [..., k]",
      weights, Parameter<Int>("count", .integer),
      Parameter<Options>.options("multinomial", [replacement.doc, Creation.generator.doc]),
      returns: "Tensor",
      example: "print(pn.multinomial(pn.tensor{1.0, 2.0, 3.0}, 2))\n"
        + "print(pn.multinomial(pn.ones(2, 3), 5, {replacement = true}))"
    ) { call, weights, count, options in
      IndexTensor(
        positions: try (options[Creation.generator] ?? call.context.generator).multinomial(
          weights, count: count, replacement: options[replacement]))
    },
    Entry(
      "categorical", "The index of one category drawn by weight for each row: [...] for [..., k]",
      weights, Parameter<Options>.options("categorical", [logits.doc, Creation.generator.doc]),
      returns: "Tensor", example: "print(pn.categorical(pn.tensor{{1.0, 0.0}, {0.5, 0.5}}))"
    ) { call, weights, options in
      let source = try options[Creation.generator] ?? call.context.generator
      return IndexTensor(
        positions: try source.categorical(
          options[logits] ? weights.detached().to(.float64).softmax(-1) : weights))
    },
    Entry(
      "shuffle", "The positions of a dimension in random order; a copy",
      Parameter<Tensor>("x", .tensor),
      Parameter<Int>("dim", .dimension, default: 0, shown: "1"),
      Parameter<Options>.options("shuffle", [Creation.generator.doc]), returns: "Tensor",
      example: "print(pn.shuffle(pn.arange(5)))"
    ) { call, x, dim, options in
      try (options[Creation.generator] ?? call.context.generator).shuffled(x, dim)
    },
  ]

  // MARK: Parameters

  private static func parameter(_ name: String) -> Parameter<DistributionParameter> {
    Parameter(name, .distributionParameter)
  }

  private static let mean = parameter("mean")
  private static let std = parameter("std")
  private static let location = parameter("location")
  private static let scale = parameter("scale")
  private static let probability = parameter("p")
  private static let weights = Parameter<Tensor>("weights", .tensor, "at least 0; any sum > 0")
  private static let replacement = Parameter<Bool>(
    "replacement", .boolean, default: false, "whether a category can come twice")
  private static let logits = Parameter<Bool>(
    "logits", .boolean, default: false, "whether the weights are the logits' softmax")
  private static let dtype = Parameter<DType?>.optional(
    "dtype", .dtype, "element type; by the parameters when left out")

  private static func sized(_ name: String) -> Parameter<SizedArguments> {
    SizedArguments.parameter(name, [dtype.doc, Creation.generator.doc])
  }

  // MARK: Kinds of rows

  private static func single(
    _ name: String, _ summary: String, _ a: Parameter<DistributionParameter>, _ example: String,
    _ draw: @escaping @Sendable (Generator, DistributionParameter, Shape?, DType?) throws -> Tensor
  ) -> Entry {
    Entry(name, summary, a, sized(name), returns: "Tensor", example: "print(\(example))") {
      call, a, sized in
      try draw(call.source(sized), a, sized.size, sized.options[dtype])
    }
  }

  private static func pair(
    _ name: String, _ summary: String, _ a: Parameter<DistributionParameter>,
    _ b: Parameter<DistributionParameter>, _ example: String,
    _ draw:
      @escaping @Sendable (
        Generator, DistributionParameter, DistributionParameter, Shape?, DType?
      ) throws -> Tensor
  ) -> Entry {
    Entry(name, summary, a, b, sized(name), returns: "Tensor", example: "print(\(example))") {
      call, a, b, sized in
      try draw(call.source(sized), a, b, sized.size, sized.options[dtype])
    }
  }
}

extension Call {
  /// The generator that the options name, or pn's own.
  fileprivate func source(_ sized: SizedArguments) throws -> Generator {
    try sized.options[Creation.generator] ?? context.generator
  }
}

extension SizedArguments {
  /// The shape where one was given; the parameters decide where not.
  fileprivate var size: Shape? { shape.rank == 0 ? nil : shape }
}

/// What `bernoulli` begins with.
private enum Trials {
  case size([Int])
  case probabilities(Tensor)
}

extension ParameterType where Value == Trials {
  fileprivate static let trials = ParameterType("table of sizes, or Tensor of probabilities") {
    frame, index in
    if let tensor = try ParameterType<Tensor>.tensor.decode(frame, index) {
      return .probabilities(tensor)
    }
    return try ParameterType<[Int]>.list(of: .integer).decode(frame, index).map(Trials.size)
  }
}

extension ParameterType where Value == DistributionParameter {
  static let distributionParameter = ParameterType("number or Tensor") { frame, index in
    if let number = frame.number(at: index) { return .number(number) }
    return try ParameterType<Tensor>.tensor.decode(frame, index).map(DistributionParameter.tensor)
  }
}
