/// Adversarial objectives: what discriminator and generator minimise, as functions of D's outputs.

public import PenumbraTensor

/// A pair of losses. r and f are the discriminator's raw outputs (logits) for real and generated
/// examples, of any shape; means run over all of them.
public enum Objective: String, Sendable, CaseIterable {
  /// D: −E log σ(r) − E log(1 − σ(f)); G: E log(1 − σ(f)). Goodfellow et al. (2014), equation 1.
  case minimax
  /// D as minimax; G: −E log σ(f). Goodfellow et al. (2014), section 3.
  case nonSaturating = "non_saturating"
  /// D: ½ E (r − 1)² + ½ E f²; G: ½ E (f − 1)². Mao et al. (2017), equation 9.
  case leastSquares = "least_squares"
  /// D: E max(0, 1 − r) + E max(0, 1 + f); G: −E f. Lim & Ye (2017).
  case hinge
  /// D: E f − E r; G: −E f; D must be kept Lipschitz. Arjovsky et al. (2017).
  case wasserstein

  /// What the discriminator minimises.
  ///
  /// - Parameter realLabel: the target of real examples for `minimax`, `nonSaturating` and
  ///   `leastSquares`; below 1 it is one-sided label smoothing (Salimans et al. 2016).
  /// - Returns: a scalar.
  /// - Throws: `TensorError` for integer tensors, or a label for an objective that has none.
  public func discriminatorLoss(real: Tensor, fake: Tensor, realLabel: Double = 1) throws -> Tensor
  {
    switch self {
    case .minimax, .nonSaturating:
      let label = try Tensor.scalar(realLabel, dtype: real.dtype)
      // −log(1 − σ(f)) = softplus(f)
      return try real.bceWithLogits(label).add(fake.softplus().mean())
    case .leastSquares:
      return try real.sub(realLabel).square().mean().add(fake.square().mean()).mul(0.5)
    case .hinge:
      try refuse(realLabel)
      return try real.subtracted(from: 1).relu().mean().add(fake.add(1).relu().mean())
    case .wasserstein:
      try refuse(realLabel)
      return try fake.mean().sub(real.mean())
    }
  }

  /// What the generator minimises.
  ///
  /// - Returns: a scalar.
  public func generatorLoss(fake: Tensor) throws -> Tensor {
    switch self {
    case .minimax: try fake.softplus().mean().mul(-1)
    // −log σ(f) = softplus(−f)
    case .nonSaturating: try fake.mul(-1).softplus().mean()
    case .leastSquares: try fake.sub(1).square().mean().mul(0.5)
    case .hinge, .wasserstein: try fake.mean().mul(-1)
    }
  }

  private func refuse(_ realLabel: Double) throws {
    guard realLabel == 1 else {
      throw TensorError(
        .value, rawValue, argument: "real_label", "this objective has no labels to smooth")
    }
  }
}
