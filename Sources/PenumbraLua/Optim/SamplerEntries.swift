/// The samplers of `pn.optim`, one row each, from the family table.

internal import LuaEmbedding
internal import PenumbraOptim
internal import PenumbraTensor

enum SamplerEntries {
  static let entries =
    SamplerPreset.all.map(entry)
    + [
      noisy(
        "NoisySGD", "SGD", [momentum.doc, dampening.doc, nesterov.doc, weightDecay.doc]
      ) { parameters, o in
        try SGD(
          parameters, learningRate: 0, momentum: o[momentum], dampening: o[dampening],
          weightDecay: o[weightDecay], nesterov: o[nesterov])
      },
      noisy("NoisyAdam", "Adam", [SamplerOption.betas.doc, eps.doc, weightDecay.doc]) {
        parameters, o in
        let betas = try o[SamplerOption.betas]
        guard betas.count == 2 else {
          throw TensorError(
            .value, "NoisyAdam", argument: "betas", expected: "{beta1, beta2}",
            got: "\(betas.count) numbers")
        }
        return try Adam(
          parameters, learningRate: 0, beta1: betas[0], beta2: betas[1], epsilon: o[eps],
          weightDecay: o[weightDecay])
      },
      noisy(
        "NoisyRMSprop", "RMSprop",
        [SamplerOption.alpha.doc, eps.doc, momentum.doc, weightDecay.doc]
      ) { parameters, o in
        try RMSprop(
          parameters, learningRate: 0, alpha: o[SamplerOption.alpha], epsilon: o[eps],
          weightDecay: o[weightDecay], momentum: o[momentum])
      },
    ]

  private static let parameters = Parameter<[Tensor]>("parameters", .list(of: .tensor))

  private static func entry(_ preset: SamplerPreset) -> Entry {
    let hasMomenta = (try? Integrator(preset.program).isOverdamped) == false
    let needsData = preset.needsCovariance ? ", n_data = 64" : ""
    return Entry(
      preset.name,
      "\(preset.summary); U = n_data·(mean loss) − log prior, h = "
        + (hasMomenta ? "√(lr/n_data)" : "lr/n_data")
        + ". Law: \(preset.law). \(preset.source)", parameters,
      Parameter<Options>.options(
        preset.name, OptimLibrary.samplerDocs + SamplerOption.docs(preset)),
      returns: "Optimizer",
      example: "local net = pn.nn.Linear(2, 1)\n"
        + "local opt = pn.optim.\(preset.name)(net:parameters(), {lr = 1e-3\(needsData)})\n"
        + "opt:zero_grad()\nnet(pn.randn(8, 2)):square():mean():backward()\nopt:step()\n"
        + "print(opt.configurational_temperature)"
    ) { call, parameters, o in
      var options = try o.samplerOptions(preset)
      options.dataCount = try o[OptimLibrary.nData]
      options.priorPrecision = try o[OptimLibrary.priorPrecision]
      let sampler = try StochasticSampler(
        preset, parameters, learningRate: 0, options,
        generator: o[Creation.generator] ?? call.context.generator)
      let object = OptimizerObject(sampler)
      try object.set("lr", o[OptimLibrary.lr])
      if let size = try o[SamplerOption.stepSize] { try object.set("step_size", size) }
      try object.set("temperature", o[OptimLibrary.temperature])
      if hasMomenta, let friction = try o[SamplerOption.friction] {
        try object.set("friction", friction)
      }
      return Instance(object, OptimizerClass.definition)
    }
  }

  private static func noisy(
    _ name: String, _ base: String, _ docs: [ParameterDoc],
    _ make: @escaping @Sendable ([Tensor], Options) throws -> any Optimizer
  ) -> Entry {
    Entry(
      name,
      "\(base)'s step, then θ += √(2 lr T/n_data) R; at temperature 0 it is \(base) bit for bit. "
        + "Law: SGLD's for plain descent, exp(−U/(T(1 − β))) for momentum β, else none in closed form",
      parameters,
      Parameter<Options>.options(name, OptimLibrary.samplerDocs + docs), returns: "Optimizer",
      example: "local net = pn.nn.Linear(2, 1)\n"
        + "local opt = pn.optim.\(name)(net:parameters(), {lr = 1e-3, n_data = 1000})\n"
        + "opt:zero_grad()\nnet(pn.randn(8, 2)):square():mean():backward()\nopt:step()"
    ) { call, parameters, o in
      let sampler = try InjectedNoise(
        make(parameters, o), dataCount: o[OptimLibrary.nData],
        priorPrecision: o[OptimLibrary.priorPrecision],
        generator: o[Creation.generator] ?? call.context.generator)
      let object = OptimizerObject(sampler)
      try object.set("lr", o[OptimLibrary.lr])
      try object.set("temperature", o[OptimLibrary.temperature])
      return Instance(object, OptimizerClass.definition)
    }
  }

  private static let momentum = Parameter<Double>("momentum", .nonNegative, default: 0)
  private static let dampening = Parameter<Double>("dampening", .number, default: 0)
  private static let nesterov = Parameter<Bool>("nesterov", .boolean, default: false)
  private static let weightDecay = Parameter<Double>("weight_decay", .nonNegative, default: 0)
  private static let eps = Parameter<Double>("eps", .nonNegative, default: 1e-8)
}
