/// `pn.optim`: optimisers and samplers.

internal import LuaEmbedding
internal import PenumbraOptim
internal import PenumbraTensor

enum OptimLibrary {
  static let library = Library(
    "pn.optim", "Optimisers, and samplers that add noise on purpose.",
    PlainEntries.entries + AveragingEntries.entries + EnsembleEntries.entries + [
      entry(
        "CovarianceControlledSGLD",
        "θ ← θ − lr·∇(U/N) + √(2 lr T/N) η, η ~ N(0, I_t), "
          + "I_t = (1−κ_t) I_{t−1} + κ_t V(θ_t), V the covariance of the gradients of single examples, or "
          + "its diagonal; as written it does not sample the posterior (see the guide)",
        samplerDocs + [
          covariance.doc, noise.doc, precondition.doc, betas.doc, eps.doc,
        ] + CovarianceOption.docs
      ) { call, parameters, o in
        var options = CovarianceControlledSGLD.Options()
        options.dataCount = try o[nData]
        options.priorPrecision = try o[priorPrecision]
        options.covariance = try o.covariance(
          CovarianceKind(rawValue: o[covariance]) ?? .diagonal)
        options.noise = NoiseControl(rawValue: try o[noise]) ?? .covariance
        options.drift = try o.drift()
        return try CovarianceControlledSGLD(
          parameters, learningRate: 0, options: options,
          generator: o[Creation.generator] ?? call.context.generator)
      }
    ] + SamplerEntries.entries + GradientEstimatorClass.entries)

  /// One optimiser: parameters, then options; "lr" and "temperature" may be numbers over time.
  private static func entry(
    _ name: String, _ summary: String, _ docs: [ParameterDoc],
    _ make: @escaping @Sendable (Call, [Tensor], Options) throws -> any Optimizer
  ) -> Entry {
    Entry(
      name, summary, Parameter<[Tensor]>("parameters", .list(of: .tensor)),
      Parameter<Options>.options(name, docs), returns: "Optimizer",
      example: "local net = pn.nn.Linear(2, 1)\n"
        + "local opt = pn.optim.\(name)(net:parameters(), {lr = 1e-3})\nopt:zero_grad()\n"
        + "net(pn.randn(8, 2)):square():mean():backward()\nopt:step()\nprint(opt)"
    ) { call, parameters, options in
      let object = OptimizerObject(try make(call, parameters, options))
      try object.set("lr", options[lr])
      if object.optimizer is any Sampler { try object.set("temperature", options[temperature]) }
      return Instance(object, OptimizerClass.definition)
    }
  }

  static let lr = Parameter<Schedulable>(
    "lr", .schedulable, default: { .number(1e-3) }, shown: "1e-3",
    "learning rate ε: a number, a schedule, or a function of the step")
  fileprivate static let betas = Parameter<[Double]>(
    "betas", .list(of: .probability), default: [0.9, 0.999], shown: "{0.9, 0.999}")
  fileprivate static let eps = Parameter<Double>("eps", .nonNegative, default: 1e-8)

  static let temperature = Parameter<Schedulable>(
    "temperature", .schedulable, default: { .number(1) }, shown: "1", "T, also over time")
  static let nData = Parameter<Double>(
    "n_data", .positive, default: 1, "N: how many data the mean loss stands for")
  static let priorPrecision = Parameter<Double>(
    "prior_precision", .nonNegative, default: 0, "of a Gaussian prior: U gains precision/2·‖θ‖²")
  static let samplerDocs = [
    lr.doc, temperature.doc, nData.doc, priorPrecision.doc, Creation.generator.doc,
  ]

  private static let covariance = Parameter<String>(
    "covariance", .choice(CovarianceOption.kinds), default: "diagonal", shown: "\"diagonal\"",
    "how V is estimated")
  private static let noise = Parameter<String>(
    "noise", .choice(NoiseControl.allCases.map(\.rawValue)), default: "covariance",
    shown: "\"covariance\"", "what is injected: the claim's noise, or one of its controls")
  fileprivate static let precondition = Parameter<String>(
    "precondition", .choice(["none", "adam", "covariance"]), default: "none", shown: "\"none\"",
    "none: the paper's; adam: drift m̂/√v̂, noise I_t/√v̂; covariance: drift I_t·∇")
}

extension Options {
  fileprivate func betas() throws -> (Double, Double) {
    let values = try self[OptimLibrary.betas]
    guard values.count == 2 else {
      throw TensorError(
        .value, operation, argument: "betas", expected: "{beta1, beta2}",
        got: "\(values.count) numbers")
    }
    return (values[0], values[1])
  }

  fileprivate func drift() throws -> CovarianceControlledSGLD.Drift {
    switch try self[OptimLibrary.precondition] {
    case "adam":
      let (beta1, beta2) = try betas()
      return .adam(beta1: beta1, beta2: beta2, epsilon: try self[OptimLibrary.eps])
    case "covariance": return .covariance
    default: return .plain
    }
  }
}
