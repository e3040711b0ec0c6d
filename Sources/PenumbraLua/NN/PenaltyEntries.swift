/// `pn.objectives`: penalties of a discriminator's loss.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum PenaltyEntries {
  static let entries: [Entry] = [
    Entry(
      "gradient_penalty",
      "weight · E(‖∇D(x̂)‖ − target)², x̂ = ε real + (1 − ε) fake, ε uniform for each example "
        + "(Gulrajani et al. 2017)", critic, Parameter<Tensor>("real", .tensor),
      Parameter<Tensor>("fake", .tensor),
      Parameter<Options>.options(
        "gradient_penalty",
        [weight.doc, target.doc, oneSided.doc, Creation.generator.doc]),
      returns: "Tensor",
      example: "local D = pn.nn.Linear(2, 1)\n"
        + "print(pn.objectives.gradient_penalty(D, pn.randn(4, 2), pn.randn(4, 2)))"
    ) { call, critic, real, fake, options in
      try Penalty.gradientPenalty(
        discriminator(critic, call.name), real: real, fake: fake, weight: options[weight],
        target: options[target], oneSided: options[oneSided],
        using: options[Creation.generator] ?? call.context.generator)
    },
    Entry(
      "gradient_penalty_at",
      "weight · E(‖∇D(x)‖ − target)² at points x of your own, which are constants", critic,
      Parameter<Tensor>("points", .tensor, "[n, ...]"),
      Parameter<Options>.options("gradient_penalty_at", [weight.doc, target.doc, oneSided.doc]),
      returns: "Tensor",
      example: "local D = pn.nn.Linear(2, 1)\n"
        + "print(pn.objectives.gradient_penalty_at(D, pn.randn(4, 2), {target = 0}))"
    ) { call, critic, points, options in
      try Penalty.gradientPenalty(
        discriminator(critic, call.name), at: points, weight: options[weight],
        target: options[target], oneSided: options[oneSided])
    },
    Entry(
      "dragan",
      "weight · E(‖∇D(x + αδ)‖ − target)² around data x: α uniform in [0, 1) for each example, δ uniform in "
        + "[0, scale · s) for each element, s the batch's standard deviation (Kodali et al. 2017)",
      critic, Parameter<Tensor>("real", .tensor),
      Parameter<Options>.options(
        "dragan", [weight.doc, scale.doc, target.doc, oneSided.doc, Creation.generator.doc]),
      returns: "Tensor",
      example: "local D = pn.nn.Linear(2, 1)\nprint(pn.objectives.dragan(D, pn.randn(4, 2)))"
    ) { call, critic, real, options in
      try Penalty.dragan(
        discriminator(critic, call.name), real: real, weight: options[weight],
        scale: options[scale], target: options[target], oneSided: options[oneSided],
        using: options[Creation.generator] ?? call.context.generator)
    },
    Entry(
      "r1", "weight/2 · E‖∇D(x)‖² on data (Mescheder et al. 2018)", critic,
      Parameter<Tensor>("real", .tensor), Parameter<Options>.options("r1", [weight.doc]),
      returns: "Tensor",
      example: "print(pn.objectives.r1(pn.nn.Linear(2, 1), pn.randn(4, 2), {weight = 0.1}))"
    ) { call, critic, real, options in
      try Penalty.r1(discriminator(critic, call.name), real: real, weight: options[weight])
    },
    Entry(
      "r2", "weight/2 · E‖∇D(x)‖² on samples, as constants (Mescheder et al. 2018)", critic,
      Parameter<Tensor>("fake", .tensor), Parameter<Options>.options("r2", [weight.doc]),
      returns: "Tensor",
      example: "print(pn.objectives.r2(pn.nn.Linear(2, 1), pn.randn(4, 2), {weight = 0.1}))"
    ) { call, critic, fake, options in
      try Penalty.r2(discriminator(critic, call.name), fake: fake, weight: options[weight])
    },
    Entry(
      "consistency",
      "weight · E‖y − y'‖² of D's outputs y and y' for a batch and the same examples augmented (CR-GAN, "
        + "Zhang et al. 2020); added for data and samples it is balanced (bCR, Zhao et al. 2021)",
      Parameter<Tensor>("output", .tensor, "[n, ...]"), Parameter<Tensor>("augmented", .tensor),
      Parameter<Options>.options("consistency", [weight.doc]), returns: "Tensor",
      example: "local D, x = pn.nn.Linear(2, 1), pn.randn(4, 2)\n"
        + "print(pn.objectives.consistency(D(x), D(x + 0.1 * pn.randn(4, 2))))"
    ) { _, output, augmented, options in
      try Consistency.penalty(output, augmented, weight: options[weight])
    },
    Entry(
      "lazy",
      "Lazy regularisation: interval times the penalty at each step that is a multiple of the interval, 0 at "
        + "the others, where it is not evaluated (Karras et al. 2020)",
      Parameter<Int>("step", .integer), Parameter<Int>("interval", .count),
      Parameter<LuaReference>("penalty", .callable, "returns the penalty"), returns: "Tensor",
      example: "local D, x = pn.nn.Linear(2, 1), pn.randn(4, 2)\nfor step = 1, 32 do\n"
        + "  local loss = D(x):mean() + pn.objectives.lazy(step, 16, function()\n"
        + "    return pn.objectives.r1(D, x)\n  end)\nend"
    ) { call, step, interval, penalty in
      try Penalty.lazy(step: step, interval: interval) {
        try penalty.tensor([], call.name, "penalty")
      }
    },
    Entry(
      "clip_weights", "Holds every parameter within ±bound, in place (Arjovsky et al. 2017)",
      Parameter<[Tensor]>("parameters", .list(of: .tensor)),
      Parameter<Double>("bound", .positive), returns: "nothing",
      example: "pn.objectives.clip_weights(pn.nn.Linear(2, 1):parameters(), 0.01)"
    ) { _, parameters, bound in
      try Penalty.clipWeights(parameters, to: bound)
      return NoResult()
    },
  ]

  private static let critic = Parameter<LuaReference>(
    "critic", .callable, "a Module or function(x) → Tensor")
  private static let weight = Parameter<Double>("weight", .nonNegative, default: 10)
  private static let target = Parameter<Double>(
    "target", .nonNegative, default: 1, shown: "1", "the norm that costs nothing")
  private static let oneSided = Parameter<Bool>(
    "one_sided", .boolean, default: false, "only norms above the target cost (WGAN-LP)")
  private static let scale = Parameter<Double>(
    "scale", .nonNegative, default: 0.5, "of the noise, in standard deviations of the data")

  private static func discriminator(_ critic: LuaReference, _ name: String) -> Critic {
    { try critic.tensor([$0.luaValue], name, "critic") }
  }
}
