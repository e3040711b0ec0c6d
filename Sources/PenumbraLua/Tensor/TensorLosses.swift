/// Losses of numbers, distances and margins, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorLosses {
  static let entries: [Entry] = regression + margins

  static let reduction = Parameter<String>(
    "reduction", .choice(LossReduction.allCases.map(\.rawValue)), default: "mean",
    shown: "\"mean\"")
  static let target = Parameter<Operand>("target", .operand)
  private static let signs = Parameter<Operand>("target", .operand, "1 or −1 for each")
  private static let other = Parameter<Tensor>("other", .tensor)

  private static func epsilon(_ value: Double) -> Parameter<Double> {
    Parameter<Double>("eps", .nonNegative, default: value, "keeps logarithms and divisors off 0")
  }
  private static func margin(_ value: Double) -> Parameter<Double> {
    Parameter<Double>("margin", .number, default: value)
  }
  private static let full = Parameter<Bool>(
    "full", .boolean, default: false, "with the terms that do not depend on x")

  private static let regression: [Entry] = [
    loss("mse_loss", "The mean of (x − t)²", target) { x, t, reduction, _ in
      try x.mseLoss(t, reduction: reduction)
    },
    loss("mse", "The mean of (x − t)²; mse_loss by its short name", target) { x, t, reduction, _ in
      try x.mseLoss(t, reduction: reduction)
    },
    loss("l1_loss", "The mean of |x − t|", target) { x, t, reduction, _ in
      try x.l1Loss(t, reduction: reduction)
    },
    loss(
      "smooth_l1_loss", "The mean of d²/(2 beta) where d = |x − t| < beta, else d − beta/2", target,
      [beta.doc]
    ) { x, t, reduction, options in
      try x.smoothL1Loss(t, beta: options[beta], reduction: reduction)
    },
    loss(
      "huber_loss", "The mean of d²/2 where d = |x − t| < delta, else delta (d − delta/2)", target,
      [delta.doc]
    ) { x, t, reduction, options in
      try x.huberLoss(t, delta: options[delta], reduction: reduction)
    },
    Entry(
      "gaussian_nll_loss", "The mean of ½ (log max(v, eps) + (x − t)² / max(v, eps)), variances v",
      receiver, target, Parameter<Operand>("var", .operand, "v, one an element, row or in all"),
      options("gaussian_nll_loss", [full.doc, epsilon(1e-6).doc]), returns: "Tensor",
      example: "print(pn.zeros(2, 3):gaussian_nll_loss(pn.ones(2, 3), 0.5))"
    ) { _, x, t, v, options in
      try x.gaussianNLLLoss(
        t.tensor(beside: x), variance: v.tensor(beside: x), isFull: options[full],
        epsilon: options[epsilon(1e-6)], reduction: chosen(options))
    },
    loss(
      "poisson_nll_loss", "The mean of eˣ − t x for counts t and logarithms x of rates", target,
      [logInput.doc, full.doc, epsilon(1e-8).doc]
    ) { x, t, reduction, options in
      try x.poissonNLLLoss(
        t, isLogInput: options[logInput], isFull: options[full],
        epsilon: options[epsilon(1e-8)], reduction: reduction)
    },
  ]

  private static let beta = Parameter<Double>("beta", .nonNegative, default: 1)
  private static let delta = Parameter<Double>("delta", .positive, default: 1)
  private static let logInput = Parameter<Bool>(
    "log_input", .boolean, default: true, "whether x is a rate's logarithm or the rate")

  private static let margins: [Entry] = [
    loss(
      "hinge_embedding_loss", "The mean of x where t is 1, max(0, margin − x) where it is −1",
      signs, [margin(1).doc]
    ) { x, t, reduction, options in
      try x.hingeEmbeddingLoss(t, margin: options[margin(1)], reduction: reduction)
    },
    loss("soft_margin_loss", "The mean of log(1 + e^(−t x)) for targets ±1", signs, whole: true) {
      x, t, reduction, _ in try x.softMarginLoss(t, reduction: reduction)
    },
    Entry(
      "margin_ranking_loss", "The mean of max(0, margin − t (x − other)) for targets ±1", receiver,
      other, signs, options("margin_ranking_loss", [margin(0).doc]), returns: "Tensor",
      example: "print(pn.zeros(3):margin_ranking_loss(pn.ones(3), 1))"
    ) { _, x, y, t, options in
      try x.marginRankingLoss(
        y, t.tensor(beside: x), margin: options[margin(0)], reduction: chosen(options))
    },
    Entry(
      "cosine_embedding_loss",
      "The mean of 1 − cos(x, other) where t is 1, max(0, cos(x, other) − margin) where it is −1",
      receiver, other, signs, options("cosine_embedding_loss", [margin(0).doc]), returns: "Tensor",
      example: "print(pn.ones(1, 3):cosine_embedding_loss(pn.ones(1, 3), pn.ones(1)))"
    ) { _, x, y, t, options in
      try x.cosineEmbeddingLoss(
        y, t.tensor(beside: x), margin: options[margin(0)], reduction: chosen(options))
    },
    Entry(
      "triplet_margin_loss",
      "The mean of max(0, d(x, positive) − d(x, negative) + margin), d the pairwise distance",
      receiver, Parameter<Tensor>("positive", .tensor), Parameter<Tensor>("negative", .tensor),
      options("triplet_margin_loss", [margin(1).doc, norm.doc, epsilon(1e-6).doc, swap.doc]),
      returns: "Tensor",
      example: "print(pn.zeros(2, 3):triplet_margin_loss(pn.ones(2, 3), pn.zeros(2, 3)))"
    ) { _, x, positive, negative, options in
      try x.tripletMarginLoss(
        positive: positive, negative: negative, margin: options[margin(1)], p: options[norm],
        epsilon: options[epsilon(1e-6)], swaps: options[swap], reduction: chosen(options))
    },
  ]

  private static let norm = Parameter<Double>("p", .number, default: 2, "which norm")
  private static let swap = Parameter<Bool>(
    "swap", .boolean, default: false, "d(positive, negative) in place of a greater d(x, negative)")

  // MARK: Kinds of rows

  static func options(_ name: String, _ others: [ParameterDoc]) -> Parameter<Options> {
    .options(name, others + [reduction.doc])
  }

  static func chosen(_ options: Options) throws -> LossReduction {
    LossReduction(rawValue: try options[reduction]) ?? .mean
  }

  /// A loss of a tensor and a target. `whole`: the target has the tensor's shape.
  static func loss(
    _ name: String, _ summary: String, _ target: Parameter<Operand>, _ others: [ParameterDoc] = [],
    whole: Bool = false,
    _ body: @escaping @Sendable (Tensor, Tensor, LossReduction, Options) throws -> Tensor
  ) -> Entry {
    Entry(
      name, summary, receiver, target, options(name, others), returns: "Tensor",
      example: "print(pn.full({2, 2}, 0.5):\(name)(\(whole ? "pn.ones(2, 2)" : "1")))"
    ) { _, x, target, options in
      try body(x, target.tensor(beside: x), chosen(options), options)
    }
  }
}
