/// `pn.objectives`: what discriminator and generator minimise.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum ObjectivesLibrary {
  static let library = Library(
    "pn.objectives",
    "GAN objectives as functions of the discriminator's outputs, to be minimised; means run over all "
      + "outputs. Each is differentiable as often as you like.",
    losses + PenaltyEntries.entries + ClassEntries.entries + DiscriminatorEntries.entries)

  private static let losses: [Entry] = [
    Entry(
      "discriminator",
      "The discriminator's loss of a GAN objective, of outputs r for data and f for samples: minimax and "
        + "non_saturating −E log σ(r) − E log(1 − σ(f)) (Goodfellow et al. 2014); least_squares "
        + "½E(r − real_label)² + ½E(f − fake_label)² (Mao et al. 2017); hinge E max(0, 1 − r) + "
        + "E max(0, 1 + f) (Lim and Ye 2017); wasserstein E f − E r (Arjovsky et al. 2017); relativistic "
        + "−E log σ(r − f); with r' = r − E f and f' = f − E r: relativistic_average −E log σ(r') − "
        + "E log(1 − σ(f')), relativistic_least_squares E(r' − 1)² + E(f' + 1)², relativistic_hinge "
        + "E max(0, 1 − r') + E max(0, 1 + f') (Jolicoeur-Martineau 2018)", kind,
      Parameter<Tensor>("real", .tensor, "outputs for data"),
      Parameter<Tensor>("fake", .tensor, "outputs for samples"),
      Parameter<Options>.options("discriminator", [realLabel.doc, fakeLabel.doc]),
      returns: "Tensor",
      example: "local r, f = pn.randn(4, 1), pn.randn(4, 1)\n"
        + "print(pn.objectives.discriminator(\"minimax\", r, f))\n"
        + "print(pn.objectives.discriminator(\"minimax\", r, f, {real_label = 0.9}))"
    ) { _, kind, real, fake, options in
      try objective(kind).discriminatorLoss(
        real: real, fake: fake, realLabel: options[realLabel], fakeLabel: options[fakeLabel])
    },
    Entry(
      "generator",
      "The generator's loss of a GAN objective: minimax E log(1 − σ(f)); non_saturating −E log σ(f); "
        + "least_squares ½E(f − label)²; hinge and wasserstein −E f; the relativistic ones are the "
        + "discriminator's with data and samples exchanged, and need outputs for data", kind,
      Parameter<Tensor>("fake", .tensor, "outputs for samples"),
      Parameter<Options>.options("generator", [real.doc, label.doc]), returns: "Tensor",
      example: "local r, f = pn.randn(4, 1), pn.randn(4, 1)\n"
        + "print(pn.objectives.generator(\"non_saturating\", f))\n"
        + "print(pn.objectives.generator(\"relativistic_hinge\", f, {real = r}))"
    ) { _, kind, fake, options in
      try objective(kind).generatorLoss(fake: fake, real: options[real], label: options[label])
    },
    Entry(
      "feature_matching",
      "weight · Σ_j (E f_j(x) − E f_j(G(z)))², summed over layers too: a generator's loss of D's features "
        + "[n, ...] of data and of samples (Salimans et al. 2016)",
      Parameter<[Tensor]>("real", .oneOrMore, "features of data, of one layer or several"),
      Parameter<[Tensor]>("fake", .oneOrMore, "features of samples"),
      Parameter<Options>.options("feature_matching", [weight.doc, distance.doc]),
      returns: "Tensor",
      example: "local features = pn.nn.Linear(2, 8)\n"
        + "print(pn.objectives.feature_matching(features(pn.randn(4, 2)), features(pn.randn(4, 2))))"
    ) { _, real, fake, options in
      try FeatureMatching.loss(
        real: real, fake: fake,
        distance: FeatureMatching.Distance(rawValue: options[distance]) ?? .squared,
        weight: options[weight])
    },
    Entry(
      "mode_seeking",
      "weight / (E|x1 − x2| / E|z1 − z2| + eps) of samples x = G(z, c) of two latent batches: a generator's "
        + "regulariser against collapse (Mao et al. 2019)",
      Parameter<Tensor>("x1", .tensor), Parameter<Tensor>("x2", .tensor),
      Parameter<Tensor>("z1", .tensor), Parameter<Tensor>("z2", .tensor),
      Parameter<Options>.options("mode_seeking", [weight.doc, epsilon.doc]), returns: "Tensor",
      example: "local G = pn.nn.Linear(2, 3)\nlocal z1, z2 = pn.randn(4, 2), pn.randn(4, 2)\n"
        + "print(pn.objectives.mode_seeking(G(z1), G(z2), z1, z2))"
    ) { _, first, second, latentFirst, latentSecond, options in
      try Consistency.modeSeeking(
        first, second, latent: (latentFirst, latentSecond), weight: options[weight],
        epsilon: options[epsilon])
    },
  ]

  // MARK: Options

  private static let kind = Parameter<String>(
    "objective", .choice(Objective.allCases.map(\.rawValue)))
  private static let realLabel = Parameter<Double?>.optional(
    "real_label", .number,
    "the target of data, 1; below it is one-sided label smoothing. Not of hinge, wasserstein, "
      + "relativistic_least_squares and relativistic_hinge")
  private static let fakeLabel = Parameter<Double?>.optional(
    "fake_label", .number,
    "the target of samples, 0; with a real_label below 1 above it is two-sided label smoothing")
  private static let real = Parameter<Tensor?>.optional(
    "real", .tensor, "outputs for data, of relativistic objectives")
  private static let label = Parameter<Double?>.optional(
    "label", .number, "what the samples should be taken for, 1; of non_saturating, least_squares")
  static let weight = Parameter<Double>(
    "weight", .nonNegative, default: 1, shown: "1", "its factor")
  private static let distance = Parameter<String>(
    "distance", .choice(FeatureMatching.Distance.allCases.map(\.rawValue)), default: "squared",
    shown: "\"squared\"", "absolute: Σ_j |E f_j(x) − E f_j(G(z))|")
  private static let epsilon = Parameter<Double>(
    "eps", .nonNegative, default: 1e-5, "keeps the loss finite")

  private static func objective(_ name: String) throws -> Objective {
    guard let objective = Objective(rawValue: name) else {
      throw TensorError(.value, "objectives", expected: "a known objective", got: name)
    }
    return objective
  }
}

extension LuaReference {
  /// Calls a function whose first result must be a tensor.
  func tensor(_ arguments: [LuaValue], _ operation: String, _ argument: String) throws -> Tensor {
    let value = try call(arguments).first
    guard let tensor = value?.tensor else {
      throw TensorError(
        .value, operation, argument: argument, expected: "a Tensor as its result",
        got: value?.kind ?? "nothing")
    }
    return tensor
  }
}
