/// What can be chosen when a sampler is made.

public import PenumbraTensor

/// A sampler's choices; what is nil follows from its preset.
public struct SamplerOptions {
  /// T ≥ 0
  public var temperature = 1.0
  /// N > 0, the number of data that the mean loss stands for
  public var dataCount = 1.0
  /// λ ≥ 0 of a Gaussian prior
  public var priorPrecision = 0.0
  /// A prior beside the Gaussian one.
  public var prior: Prior?
  /// γ, C or A: the friction, and with it the injected noise. Nil: (1 − momentum)/h.
  public var friction: Double?
  /// 1 − h·friction, where no friction is given; in [0, 1).
  public var momentum: Double?
  /// μ, how slowly the thermostat answers. Nil: d, the number of elements; 1 for elements' own.
  public var thermalMass: Double?
  /// Another integrator, where the preset takes one.
  public var integrator: String?
  public var preconditioner: Preconditioner?
  /// Steps after which the preconditioner stays as it is. Nil: never, or the preset's.
  public var burnIn: Int?
  /// How Cov(∇U) is estimated; nil: not at all, or by the diagonal where the sampler needs it.
  public var covariance: CovarianceOptions?
  /// n, where the estimate cannot know it.
  public var batchSize: Int?
  /// Whether batches are drawn with replacement: Cov(∇U) then lacks the factor 1 − n/N.
  public var withReplacement = false
  /// Whether an adaptive preconditioner's v is subtracted as the noise's variance (`ScaleAdaptedSGHMC`).
  public var subtractsSquares: Bool?
  public var cycle: StepCycle?
  /// Replaces the minibatch gradient by one of less variance.
  public var varianceReduction: VarianceReduction?
  /// The mean loss of the batch at hand, from which pSGLD takes Γ; nil: Γ is left out.
  public var curvature: (() throws -> Tensor)?

  public init() {}
}
