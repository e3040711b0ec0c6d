/// `pn.objectives`: what discriminator and generator minimise, and penalties.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum ObjectivesLibrary {
  static let library = Library(
    "pn.objectives", "GAN objectives as functions of the discriminator's outputs, to be minimised.",
    [
      Entry(
        "discriminator", "The discriminator's loss of a GAN objective", kind,
        Parameter<Tensor>("real", .tensor, "outputs for data"),
        Parameter<Tensor>("fake", .tensor, "outputs for samples"),
        Parameter<Options>.options("discriminator", [realLabel.doc]), returns: "Tensor",
        example: "print(pn.objectives.discriminator(\"minimax\", pn.zeros(4, 1), pn.zeros(4, 1)))"
      ) { _, kind, real, fake, options in
        try objective(kind).discriminatorLoss(
          real: real, fake: fake, realLabel: options[realLabel])
      },
      Entry(
        "generator", "The generator's loss of a GAN objective", kind,
        Parameter<Tensor>("fake", .tensor, "outputs for samples"), returns: "Tensor",
        example: "print(pn.objectives.generator(\"non_saturating\", pn.zeros(4, 1)))"
      ) { _, kind, fake in try objective(kind).generatorLoss(fake: fake) },
      Entry(
        "gradient_penalty",
        "weight · E(‖∇D(x̂)‖ − 1)², x̂ uniform between data and samples "
          + "(Gulrajani et al. 2017)", critic, Parameter<Tensor>("real", .tensor),
        Parameter<Tensor>("fake", .tensor),
        Parameter<Options>.options(
          "gradient_penalty", [penaltyWeight.doc, Creation.generator.doc]),
        returns: "Tensor",
        example: "local D = pn.nn.Linear(2, 1)\n"
          + "print(pn.objectives.gradient_penalty(D, pn.randn(4, 2), pn.randn(4, 2)))"
      ) { call, critic, real, fake, options in
        try Penalty.gradientPenalty(
          { try apply(critic, $0) }, real: real, fake: fake, weight: options[penaltyWeight],
          using: options[Creation.generator] ?? call.context.generator)
      },
      Entry(
        "r1", "weight/2 · E‖∇D(x)‖² on data (Mescheder et al. 2018)", critic,
        Parameter<Tensor>("real", .tensor),
        Parameter<Options>.options("r1", [penaltyWeight.doc]), returns: "Tensor",
        example: "print(pn.objectives.r1(pn.nn.Linear(2, 1), pn.randn(4, 2), {weight = 0.1}))"
      ) { _, critic, real, options in
        try Penalty.r1({ try apply(critic, $0) }, real: real, weight: options[penaltyWeight])
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
    ])

  private static let kind = Parameter<String>(
    "objective", .choice(Objective.allCases.map(\.rawValue)))
  private static let realLabel = Parameter<Double>(
    "real_label", .probability, default: 1, "one-sided label smoothing")
  private static let critic = Parameter<LuaReference>(
    "critic", .callable, "a Module or function(x) → Tensor")
  private static let penaltyWeight = Parameter<Double>("weight", .nonNegative, default: 10)

  private static func objective(_ name: String) throws -> Objective {
    guard let objective = Objective(rawValue: name) else {
      throw TensorError(.value, "objectives", expected: "a known objective", got: name)
    }
    return objective
  }

  private static func apply(_ critic: LuaReference, _ x: Tensor) throws -> Tensor {
    guard case .object(let object, _)? = try critic.call([x.luaValue]).first,
      let tensor = object as? Tensor
    else {
      throw TensorError(.value, "critic", expected: "a Tensor as its result", got: "something else")
    }
    return tensor
  }
}
