/// `pn.blur`: filters that smooth the examples' density.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

enum DensityFilters {
  static let entries = [
    Entry(
      "noise",
      "Of the density: x + sigma·ξ, ξ standard normal, of any shape; reparameterised, so that sigma may "
        + "be learnt",
      Parameter<Options>.options("noise", [sigma.doc, Creation.generator.doc]),
      returns: "Filter",
      example: "print(pn.blur.noise{sigma = 0.5}(pn.zeros(2, 2)))\n"
        + "local A = pn.blur.noise{sigma = pn.tensor{0.1, 1.0}} -- one for each example\n"
        + "print(A(pn.zeros(2, 2)))"
    ) { call, options in
      try FilterClass.make(options[sigma]) {
        try NoiseBlur(sigma: $0, using: generator(call, options))
      }
    },
    Entry(
      "noise_levels",
      "Of the density at many strengths at once: x[i] + λ[i]·ξ[i], λ[i] = sigma·u[i] with u drawn at "
        + "each call; `filter.strengths` are the λ of the last call, to condition the discriminator on",
      Parameter<Options>.options(
        "noise_levels",
        [law.doc, low.doc, high.doc, scale.doc, sigmaOrOne.doc, Creation.generator.doc]),
      returns: "Filter",
      example:
        "local A = pn.blur.noise_levels{distribution = \"log_uniform\", low = 0.01, high = 1}\n"
        + "local y = A(pn.zeros(4, 2))\nprint(y, A.strengths)"
    ) { call, options in try noiseLevels(call, options) },
    Entry(
      "smear",
      "Of the density: K copies x + sigma·ξₖ with offsets that all examples share, [n, ...] → [K, n, ...]; "
        + "average the losses over the copies, `filter:average(losses)`. unscented and gauss_hermite are "
        + "fixed points with weights, exact for polynomials up to degree 3, and 2·points − 1 in each "
        + "coordinate",
      Parameter<Options>.options(
        "smear", [sigma.doc, copies.doc, sequence.doc, points.doc, Creation.generator.doc]),
      returns: "Filter",
      example: "print(pn.blur.smear{sigma = 1, copies = 3}(pn.zeros(2, 2)))\n"
        + "local A = pn.blur.smear{sigma = 0.5, sequence = \"gauss_hermite\", points = 2}\n"
        + "local y = A(pn.ones(1, 2)) -- 2² copies\nprint(A:average(y:square()):sum())"
    ) { call, options in try smear(call, options) },
    Entry(
      "diffusion",
      "Of the density: √ᾱ·x + √(1 − ᾱ)·noise·ε, by sigma = √(1 − ᾱ), by alpha_bar, or by the steps t of a β "
        + "schedule, given or drawn for each example; `filter.t` and `filter.alpha_bar` are those of the "
        + "last call (Wang et al. 2023, Diffusion-GAN)",
      Parameter<Options>.options(
        "diffusion",
        [
          sigmaOrNil.doc, alphaBar.doc, t.doc, betas.doc, steps.doc, betaFrom.doc, betaTo.doc,
          greatest.doc, clean.doc, noise.doc, Creation.generator.doc,
        ]),
      returns: "Filter",
      example: "print(pn.blur.diffusion{alpha_bar = 0.5}(pn.ones(2, 2)))\n"
        + "local A = pn.blur.diffusion{t = \"uniform\", steps = 500, max_t = 100}\n"
        + "local y = A(pn.ones(4, 2))\nprint(A.t, A.alpha_bar)"
    ) { call, options in try diffusion(call, options) },
  ]

  private static let sigma = FilterClass.sigma

  private static func generator(_ call: Call, _ options: Options) throws -> Generator {
    try options[Creation.generator] ?? call.context.generator
  }

  // MARK: Levels

  private static let sigmaOrOne = Parameter<StrengthSetting>(
    "sigma", .strength, default: { .fixed(.number(1)) }, shown: "1", "multiplies all strengths")
  private static let law = Parameter<NamedLaw>(
    "distribution", .strengthLaw, default: { .named("log_uniform") }, shown: "\"log_uniform\"",
    "of the strengths; a function gets n and returns a Tensor [n]")
  private static let low = Parameter<Double>(
    "low", .nonNegative, default: 0.01, "least strength of the uniform ones")
  private static let high = Parameter<Double>(
    "high", .nonNegative, default: 1, shown: "1", "their greatest strength")
  private static let scale = Parameter<Double>(
    "scale", .nonNegative, default: 1, shown: "1", "half_normal: |ξ|·scale")

  private static func noiseLevels(_ call: Call, _ options: Options) throws
    -> Instance<FilterObject>
  {
    let functions = FilterFunctions(call.frame.state)
    var callables: [(name: String, callable: LuaReference)] = []
    let strengths: StrengthLaw
    switch try options[law] {
    case .named("uniform"): strengths = try .uniform(low: options[low], high: options[high])
    case .named("half_normal"): strengths = try .halfNormal(scale: options[scale])
    case .named: strengths = try .logUniform(low: options[low], high: options[high])
    case .function(let function):
      callables = [("distribution", function)]
      strengths = .custom { count in
        try functions.tensor(
          "distribution", [.integer(Int64(count))], "blur.noise_levels")
      }
    }
    let setting = try options[sigmaOrOne]
    let filter = try NoiseLevelsBlur(
      sigma: setting.strength(at: 1), law: strengths, using: generator(call, options))
    return try functions.owner(of: filter, setting, calling: callables)
  }

  // MARK: Copies

  private static let copies = Parameter<Int>(
    "copies", .count, default: 5, "offsets a call of sobol and normal")
  private static let sequence = Parameter<String>(
    "sequence", .choice(SmearSequence.allCases.map(\.rawValue)), default: "sobol",
    shown: "\"sobol\"", "how the offsets are chosen")
  private static let points = Parameter<Int>(
    "points", .count, default: 3, "gauss_hermite: m on each axis, mᵈ copies")

  private static func smear(_ call: Call, _ options: Options) throws -> Instance<FilterObject> {
    let kind = SmearSequence(rawValue: try options[sequence]) ?? .sobol
    let isRandom = kind == .sobol || kind == .normal
    if try !isRandom && options.has(copies) {
      throw TensorError(
        .value, "smear", argument: "copies",
        expected: "none (\(kind.rawValue) has as many as its dimensions need)",
        got: "\(try options[copies])")
    }
    if try kind != .gaussHermite && options.has(points) {
      throw TensorError(
        .value, "smear", argument: "points", expected: "none (it belongs to gauss_hermite)",
        got: "\(try options[points])")
    }
    return try FilterClass.make(options[sigma]) {
      try SmearBlur(
        sigma: $0, copies: options[copies], sequence: kind, points: options[points],
        using: generator(call, options))
    }
  }

  // MARK: Diffusion

  private static let sigmaOrNil = Parameter<StrengthSetting?>.optional(
    "sigma", .strength,
    "√(1 − ᾱ), from 0, the identity, to 1; with `t` it chooses the greatest step")
  private static let alphaBar = Parameter<Strength?>.optional(
    "alpha_bar", .fixedStrength, "how much of the variance is the data's, from 1 to 0")
  private static let t = Parameter<DiffusionSteps?>.optional(
    "t", .diffusionSteps,
    "the step, one for each example [n], or how steps are drawn: alike, or p(t) ∝ t")
  private static let betas = Parameter<String>(
    "betas", .choice(DiffusionProcess.Kind.allCases.map(\.rawValue)), default: "linear",
    shown: "\"linear\"", "how β rises with t")
  private static let steps = Parameter<Int>("steps", .count, default: 1000, "T")
  private static let betaFrom = Parameter<Double>("beta_from", .number, default: 1e-4, "β at t = 1")
  private static let betaTo = Parameter<Double>("beta_to", .number, default: 0.02, "β at t = T")
  private static let greatest = Parameter<Int?>.optional(
    "max_t", .integer, "the greatest step that is reached; T if left out; a field, too")
  private static let clean = Parameter<Double>(
    "clean", .probability, default: 0, shown: "0", "the share of examples that stay at t = 0")
  private static let noise = Parameter<Double>(
    "noise", .nonNegative, default: 1, shown: "1", "standard deviation of ε")

  private static func diffusion(_ call: Call, _ options: Options) throws -> Instance<FilterObject> {
    let setting = try options[sigmaOrNil]
    guard let given = try options[t] else {
      let alpha = try options[alphaBar]
      guard (setting == nil) != (alpha == nil) else {
        throw TensorError(
          .value, "diffusion", expected: "one of sigma, alpha_bar and t",
          got: setting == nil ? "none" : "two")
      }
      let level =
        try setting ?? .fixed(alpha.map { try DiffusionBlur.strength(alphaBar: $0) } ?? .number(0))
      return try FilterClass.make(level) {
        try DiffusionBlur(sigma: $0, noise: options[noise], using: generator(call, options))
      }
    }
    if let alpha = try options[alphaBar] {
      throw TensorError(
        .value, "diffusion", argument: "alpha_bar", expected: "none beside t", got: "\(alpha)")
    }
    let process = try DiffusionProcess(
      DiffusionProcess.Kind(rawValue: options[betas]) ?? .linear, steps: options[steps],
      from: options[betaFrom], to: options[betaTo])
    var reached = given
    if case .drawn(let law, _) = given { reached = .drawn(law, clean: try options[clean]) }
    let filter = try DiffusionStepsBlur(
      process, steps: reached, noise: options[noise], using: generator(call, options))
    if let greatest = try options[greatest] { try filter.set(greatestStep: greatest) }
    if let setting { try filter.setSigma(setting.strength(at: 1)) }
    return try Instance(FilterObject(filter, setting), FilterClass.definition)
  }
}

/// A law of strengths as a script names it.
enum NamedLaw {
  case named(String)
  case function(LuaReference)
}

extension ParameterType where Value == NamedLaw {
  static let strengthLaw = ParameterType(
    "\"uniform\" | \"log_uniform\" | \"half_normal\" | function"
  ) { frame, index in
    if let name = frame.string(at: index) {
      return ["uniform", "log_uniform", "half_normal"].contains(name) ? .named(name) : nil
    }
    return try ParameterType<LuaReference>.function.decode(frame, index).map(NamedLaw.function)
  }
}
