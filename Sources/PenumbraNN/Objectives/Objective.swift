/// Adversarial objectives: what discriminator and generator minimise, as functions of D's outputs.

public import PenumbraTensor

/// A pair of losses. r and f are the discriminator's raw outputs (logits) for real and generated
/// examples, of any shape; means run over all of them; r̄ = E r and f̄ = E f.
public enum Objective: String, Sendable, CaseIterable {
  /// D: −E log σ(r) − E log(1 − σ(f)); G: E log(1 − σ(f)). Goodfellow et al. (2014), equation 1.
  case minimax
  /// D as minimax; G: −E log σ(f). Goodfellow et al. (2014), section 3.
  case nonSaturating = "non_saturating"
  /// D: ½ E (r − b)² + ½ E (f − a)²; G: ½ E (f − c)²; a = 0, b = c = 1 unless labels are given.
  /// Mao et al. (2017), equation 2.
  case leastSquares = "least_squares"
  /// D: E max(0, 1 − r) + E max(0, 1 + f); G: −E f. Lim & Ye (2017).
  case hinge
  /// D: E f − E r; G: −E f; D must be kept Lipschitz. Arjovsky et al. (2017).
  case wasserstein
  /// D: −E log σ(r − f); G: −E log σ(f − r), in pairs: RSGAN. Jolicoeur-Martineau (2018).
  case relativistic
  /// D: −E log σ(r − f̄) − E log(1 − σ(f − r̄)); G: the same with r and f exchanged: RaSGAN.
  case relativisticAverage = "relativistic_average"
  /// D: E (r − f̄ − 1)² + E (f − r̄ + 1)²; G: the same with r and f exchanged: RaLSGAN.
  case relativisticLeastSquares = "relativistic_least_squares"
  /// D: E max(0, 1 − (r − f̄)) + E max(0, 1 + (f − r̄)); G: the same with r and f exchanged.
  case relativisticHinge = "relativistic_hinge"

  /// Whether the generator's loss needs D's outputs for data too.
  public var isRelativistic: Bool {
    switch self {
    case .minimax, .nonSaturating, .leastSquares, .hinge, .wasserstein: false
    case .relativistic, .relativisticAverage, .relativisticLeastSquares, .relativisticHinge: true
    }
  }

  /// What the discriminator minimises.
  ///
  /// Labels below 1 for data are one-sided label smoothing, with labels above 0 for samples two-sided
  /// (Salimans et al. 2016, section 3.4): a target t of a logit x costs −t log σ(x) − (1 − t) log σ(−x).
  ///
  /// - Parameters:
  ///   - realLabel: the target of data, 1 unless given: of `minimax`, `nonSaturating`, `relativistic`
  ///     and `relativisticAverage` in [0, 1], of `leastSquares` any number b.
  ///   - fakeLabel: the target of samples, 0 unless given; not of `relativistic`, whose pairs have one.
  /// - Returns: a scalar.
  /// - Throws: `TensorError` for integer tensors, pairs of different shapes, or a label that is out of
  ///   range or that the objective does not have.
  public func discriminatorLoss(
    real: Tensor, fake: Tensor, realLabel: Double? = nil, fakeLabel: Double? = nil
  ) throws -> Tensor {
    try real.requireFloating(rawValue)
    try fake.requireFloating(rawValue)
    try check(realLabel, "real_label")
    try check(fakeLabel, "fake_label")
    let (one, zero) = (realLabel ?? 1, fakeLabel ?? 0)
    switch self {
    case .minimax, .nonSaturating:
      return try logistic(real, one).add(logistic(fake, zero))
    case .leastSquares:
      return try real.sub(one).square().mean().add(fake.sub(zero).square().mean()).mul(0.5)
    case .hinge:
      return try real.subtracted(from: 1).relu().mean().add(fake.add(1).relu().mean())
    case .wasserstein:
      return try fake.mean().sub(real.mean())
    case .relativistic:
      return try logistic(paired(real, fake), one)
    case .relativisticAverage, .relativisticLeastSquares, .relativisticHinge:
      return try average(real, above: fake, one, zero)
    }
  }

  /// What the generator minimises.
  ///
  /// - Parameters:
  ///   - real: D's outputs for data, which only relativistic objectives have; constants to G.
  ///   - label: the target that the generator wants its samples to have, 1 unless given: of
  ///     `nonSaturating` in [0, 1], of `leastSquares` any number c.
  /// - Returns: a scalar.
  /// - Throws: `TensorError` for integer tensors, outputs for data that are missing or of no use, or a
  ///   label that is out of range or that the objective does not have.
  public func generatorLoss(fake: Tensor, real: Tensor? = nil, label: Double? = nil) throws
    -> Tensor
  {
    try fake.requireFloating(rawValue)
    if let label, self != .nonSaturating, self != .leastSquares {
      throw TensorError(
        .value, rawValue, argument: "label", expected: "none: its generator has no label",
        got: Module.text(label))
    }
    try check(label, "label")
    guard isRelativistic else {
      guard real == nil else {
        throw TensorError(
          .value, rawValue, argument: "real", "its generator's loss does not depend on data")
      }
      switch self {
      case .minimax: return try fake.softplus().mean().mul(-1)
      // −log σ(f) = softplus(−f)
      case .nonSaturating where label == nil: return try fake.mul(-1).softplus().mean()
      case .nonSaturating: return try logistic(fake, label ?? 1)
      case .leastSquares: return try fake.sub(label ?? 1).square().mean().mul(0.5)
      default: return try fake.mean().mul(-1)
      }
    }
    guard let real else {
      throw TensorError(
        .value, rawValue, argument: "real",
        expected: "D's outputs for data, which a relativistic generator's loss needs", got: "none")
    }
    try real.requireFloating(rawValue)
    return self == .relativistic
      ? try logistic(paired(fake, real), 1) : try average(fake, above: real, 1, 0)
  }

  /// The cross entropy of logits against one target, without overflow:
  /// −t log σ(x) − (1 − t) log(1 − σ(x)), which is softplus(x) for t = 0.
  private func logistic(_ x: Tensor, _ target: Double) throws -> Tensor {
    if target == 0 { return try x.softplus().mean() }
    return try x.bceWithLogits(Tensor.scalar(target, dtype: x.dtype))
  }

  /// x − y of each pair.
  private func paired(_ x: Tensor, _ y: Tensor) throws -> Tensor {
    guard x.shape == y.shape else {
      throw TensorError(
        .shape, rawValue, expected: "pairs: outputs of one shape, \(x.shape)", got: "\(y.shape)")
    }
    return try x.sub(y)
  }

  /// The loss of one who wants x to exceed the mean of y, and y to fall below the mean of x.
  private func average(_ x: Tensor, above y: Tensor, _ one: Double, _ zero: Double) throws -> Tensor
  {
    let (high, low) = (try x.sub(y.mean()), try y.sub(x.mean()))
    switch self {
    case .relativisticLeastSquares:
      return try high.sub(1).square().mean().add(low.add(1).square().mean())
    case .relativisticHinge:
      return try high.subtracted(from: 1).relu().mean().add(low.add(1).relu().mean())
    default:
      return try logistic(high, one).add(logistic(low, zero))
    }
  }

  /// - Throws: `TensorError` for a label that this objective does not have, or that is out of range.
  private func check(_ label: Double?, _ name: String) throws {
    guard let label else { return }
    let expected: String
    switch self {
    case .hinge, .wasserstein, .relativisticLeastSquares, .relativisticHinge:
      expected = "none: this objective has no labels"
    case .relativistic where name == "fake_label":
      expected = "none: a pair has one label, real_label"
    case .leastSquares:
      if label.isFinite { return }
      expected = "a finite number"
    case .minimax, .nonSaturating, .relativistic, .relativisticAverage:
      if (0...1).contains(label) { return }
      expected = "a number from 0 to 1"
    }
    throw TensorError(
      .value, rawValue, argument: name, expected: expected, got: Module.text(label))
  }
}
