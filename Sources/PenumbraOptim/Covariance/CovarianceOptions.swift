/// Which estimate of the gradient covariance a sampler uses, and its settings.

internal import PenumbraTensor

/// An estimate of V, the covariance of the gradients of single data.
///
/// **Units.** Losses are means over n examples, ḡ = (1/n) Σ s_i, where s_i is the gradient of example
/// i's own term (the data term only; a prior has no part). Every kind estimates
///
///     V = 1/(n−1) Σ (s_i − ḡ)(s_i − ḡ)ᵀ,
///
/// or a part or an approximation of it, in those units: Cov(ḡ) = (1/n)(1 − n/N) V, and for the
/// sum U over N data Cov(∇U) = (N²/n)(1 − n/N) V.
public enum CovarianceKind: String, Sendable, CaseIterable {
  /// V's diagonal, exact. Dangel, Kunstner & Hennig 2020 (BackPACK).
  case diagonal
  /// V's block of each parameter, exact: memory and time grow with the square and the cube of its size.
  case layer
  /// The whole V, exact, for small models.
  case full
  /// V ≈ L ⊗ R for each parameter [p, q] used in products or convolutions, L = n Σ_ik l_ik l_ikᵀ,
  /// R = (1/(n K)) Σ_ik r_ik r_ikᵀ over n examples and K places and uses, for s_i = Σ_k l_ik r_ikᵀ:
  /// for a linear layer Kronecker's factors G and A. Not centred; the factors are averaged. Other
  /// parameters (biases, norms) have their block of V, exact. Martens & Grosse 2015; Grosse & Martens
  /// 2016; Eschenhagen et al. 2023 ("expand").
  case kronecker
  /// One variance for each parameter, the mean of V's diagonal over it, by ghost norms.
  case ghost
  /// n (ḡ_a − ḡ_b)²/4 of the batch's two halves (elementwise; (ḡ_a − ḡ_b)²/(1/n_a + 1/n_b) where
  /// they differ): unbiased for V's diagonal, with one degree of freedom.
  case halfBatch = "half_batch"
  /// n times the variance of ḡ over steps, elementwise: needs no per-example gradients. The drift of the
  /// parameters counts as noise, so it is too large while they still move.
  case running
}

/// Where a parameter's activations have their examples.
public enum ExampleAxis: String, Sendable, CaseIterable {
  /// [positions..., n, features]: all but the last two dimensions are positions of the same examples.
  case beforeFeatures = "before_features"
  /// [n, positions..., features], as sequences usually are.
  case first
}

/// How a sampler estimates and averages V.
public struct CovarianceOptions: Sendable, Equatable {
  public var kind = CovarianceKind.diagonal
  /// κ_t in I_t = (1 − κ_t) I_{t−1} + κ_t V_t
  public var averaging = AveragingWeight.inverseTime
  /// V is measured in every interval-th step only, to save time; t counts the measurements.
  public var interval = 1
  public var pairing = ExamplePairing.summed
  /// Of linear layers, lookups and layer normalisation. Convolutions and normalisations of channels
  /// always have their examples first.
  public var axis = ExampleAxis.beforeFeatures

  /// n, for the kinds that can do without seeing the examples (`running`); nil: it is to be seen.
  public var batchSize: Int?
  /// The largest matrix side of `layer`, `full` and `kronecker`.
  public var greatestBlock = 4096

  public init(_ kind: CovarianceKind = .diagonal) { self.kind = kind }

  func check(_ operation: String) throws {
    try averaging.check(operation)
    guard interval >= 1 else {
      throw TensorError(
        .value, operation, argument: "interval", expected: "at least 1", got: "\(interval)")
    }
    if kind == .running, averaging == .instantaneous {
      throw TensorError(
        .value, operation, argument: "kappa",
        "\"instantaneous\" leaves a running variance nothing to average over")
    }
    if kind == .halfBatch, pairing == .separate {
      throw TensorError(
        .value, operation, argument: "pairing", expected: "\"summed\" with half batches",
        got: "\"separate\"")
    }
  }
}
