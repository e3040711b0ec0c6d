/// `pn.objectives`: discriminators of packs, several as one, unrolled ones.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraOptim
internal import PenumbraTensor

enum DiscriminatorEntries {
  static let entries: [Entry] = [
    Entry(
      "pack",
      "count neighbouring examples as one, joined along features or channels: [n, c, ...] → "
        + "[n/count, count · c, ...], for PacGAN's discriminators (Lin et al. 2018)",
      Parameter<Tensor>("x", .tensor, "[n, ...]"), Parameter<Int>("count", .count),
      returns: "Tensor",
      example: "print(pn.objectives.pack(pn.rand(6, 2), 3):size(1))\n"
        + "print(pn.objectives.pack(pn.rand(6, 1, 8, 8), 2):size(2))"
    ) { _, x, count in try Packing.pack(x, count) },
    Entry(
      "ensemble",
      "Several discriminators' values v_k as one, over the first dimension: mean, min, max, or soft: "
        + "Σ_k p_k v_k with p_k ∝ w_k exp(±v_k/temperature), + for softmax (of a generator's losses it is "
        + "GMAN's, Durugkar et al. 2017), − for softmin",
      Parameter<TensorArguments>("values", .tensors, "losses or outputs, [K, ...] or a table"),
      Parameter<Options>.options("ensemble", [reduction.doc, temperature.doc, weights.doc]),
      returns: "Tensor",
      example: "local losses = {pn.tensor(1.0), pn.tensor(3.0)}\n"
        + "print(pn.objectives.ensemble(losses))\n"
        + "print(pn.objectives.ensemble(losses, {reduction = \"softmax\", temperature = 0.5}))"
    ) { call, values, options in
      guard !values.isTable || !values.tensors.isEmpty else {
        throw TensorError(
          .value, call.name, argument: "argument 1 (values)", expected: "at least one Tensor",
          got: "none")
      }
      return try committee(options).reduce(
        values.isTable ? Tensor.stack(values.tensors) : values.tensors[0],
        weights: options[weights], temperature: options[temperature])
    },
    Entry(
      "over_samples",
      "A loss under a posterior of discriminators: fn's value with each sample of a chain in the module, "
        + "reduced by the samples' weights; the samples are constants, derivatives flow to the rest",
      Parameter<Module>("module", .module),
      Parameter<Reservoir>("samples", .object("Reservoir", ReservoirClass.definition)),
      Parameter<LuaReference>("fn", .callable, "runs the module and returns a loss"),
      Parameter<Options>.options("over_samples", [reduction.doc, temperature.doc]),
      returns: "Tensor",
      example: "local D, G = pn.nn.Linear(2, 1), pn.nn.Linear(2, 2)\n"
        + "local chain = pn.optim.SGLD(D:parameters(), {lr = 1e-2})\n"
        + "local samples = pn.optim.Reservoir{size = 4}\nfor step = 1, 8 do\n"
        + "  chain:zero_grad()\n  D(pn.randn(8, 2)):square():mean():backward()\n  chain:step()\n"
        + "  samples:collect(chain)\nend\nlocal fake = G(pn.randn(8, 2))\n"
        + "pn.objectives.over_samples(D, samples, function()\n"
        + "  return pn.objectives.generator(\"non_saturating\", D(fake))\nend):backward()"
    ) { call, module, samples, function, options in
      try committee(options).average(
        over: samples.samples.map { (weight: $0.weight, values: $0.values) }, of: module,
        temperature: options[temperature]
      ) { try function.tensor([], call.name, "fn") }
    },
    Entry(
      "unroll",
      "fn's results with the module as it would be after some steps that minimise loss, "
        + "θ ← θ − lr · ∇loss(θ); differentiable through the steps. The module's own parameters, gradients "
        + "and running statistics stay as they are (Metz et al. 2017)",
      Parameter<Module>("module", .module),
      Parameter<LuaReference>("loss", .callable, "runs the module and returns what it minimises"),
      Parameter<LuaReference>("fn", .callable, "runs the module and returns, say, G's loss"),
      Parameter<Options>.options(
        "unroll", [steps.doc, rate.doc, update.doc, differentiable.doc]),
      returns: "what fn returns",
      example: "local D, G = pn.nn.Linear(2, 1), pn.nn.Linear(2, 2)\n"
        + "local real, fake = pn.randn(8, 2), G(pn.randn(8, 2))\nlocal o = pn.objectives\n"
        + "o.unroll(D, function() return o.discriminator(\"minimax\", D(real), D(fake)) end,\n"
        + "  function() return o.generator(\"non_saturating\", D(fake)) end,\n"
        + "  {steps = 5, lr = 0.1}):backward()\nassert(G.weight.grad and not D.weight.grad)"
    ) { call, module, loss, function, options in
      let custom = try options[update]
      guard try custom == nil || !options.has(rate) else {
        throw TensorError(
          .value, call.name, argument: "option (lr)", "lr and update exclude each other")
      }
      return Several(
        try Unrolling.run(
          module, steps: options[steps], isDifferentiable: options[differentiable],
          loss: { try loss.tensor([], call.name, "loss") },
          update: custom.map { stepper($0, call.name) } ?? Unrolling.descent(options[rate]),
          then: { try function.call() }))
    },
  ]

  /// An update by a Lua function.
  private static func stepper(_ function: LuaReference, _ operation: String) -> Unrolling.Update {
    { name, value, gradient, step in
      try function.tensor(
        [value.luaValue, gradient.luaValue, .integer(Int64(step)), .string(name)], operation,
        "update")
    }
  }

  private static func committee(_ options: Options) throws -> Committee {
    Committee(rawValue: try options[reduction]) ?? .mean
  }

  private static let reduction = Parameter<String>(
    "reduction", .choice(Committee.allCases.map(\.rawValue)), default: "mean", shown: "\"mean\"")
  private static let temperature = Parameter<Double>(
    "temperature", .positive, default: 1, shown: "1",
    "of softmin and softmax: near 0 the extreme value, large the mean")
  private static let weights = Parameter<[Double]?>.optional(
    "weights", .list(of: .number), "w_k ≥ 0, of mean, softmin and softmax")
  private static let steps = Parameter<Int>(
    "steps",
    .integer.refined("integer ≥ 0") { value in
      guard value >= 0 else { throw BadValue(expected: "an integer of at least 0") }
      return value
    }, default: 5, "how far it looks ahead")
  private static let rate = Parameter<Double>(
    "lr", .nonNegative, default: 1e-3, "the step size of gradient descent")
  private static let update = Parameter<LuaReference?>.optional(
    "update", .callable,
    "function(θ, gradient, step, name) → the new θ, in place of gradient descent")
  private static let differentiable = Parameter<Bool>(
    "differentiable", .boolean, default: true, "whether derivatives flow through the steps")
}
