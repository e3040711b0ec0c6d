/// Langevin dynamics whose noise has the covariance of the per-example gradients.

public import PenumbraTensor

/// Covariance-controlled stochastic-gradient Langevin dynamics.
///
///     θ ← θ − ε ∇(U/N) + √(2 ε T/N) η,   η ~ N(0, I_t)
///     I_t = (1 − κ_t) I_{t−1} + κ_t V(θ_t),   κ_t = 1/t,   I_1 = V(θ_1)
///
/// V is the diagonal of the covariance of the per-example gradients of the data term (the prior has
/// no part in it), exact, from the one backward pass that makes the gradient; I_t is its running mean,
/// so the injected noise falls as the examples' gradients come to agree. Measuring V takes about as
/// long as the backward pass (u + 1 or fewer products of a weight's gradient for u uses);
/// `Options.interval` thins it out.
///
/// Forms (`Drift`):
/// - plain, above. With noise `none`, or T = 0, it is `SGD` bit for bit.
/// - adam: drift ε m̂/(√v̂ + δ), noise √(2 ε (T/N) I_t/(√v̂ + δ)) R. With noise `none`, or T = 0,
///   it is `Adam` bit for bit.
/// - covariance: θ ← θ − ε I_t ∇(U/N) + √(2 ε T/N) I_t^{1/2} R.
///
/// Stationary laws, with H the Hessian of U (N times that of the mean loss) and I_t settled at I:
/// - The plain form does not sample exp(−U/T). As ε → 0 its covariance S solves
///   H S + S H = 2 T I; in one dimension at a finite step, S = T I/(H (1 − εH/(2N))). This is
///   the posterior's T H^{-1} only where I = 1. Near an optimum of a well-specified model V → H/N
///   (both are the Fisher information of a datum), so S → T/N: equally wide in all directions.
/// - The covariance form samples exp(−U/T) as ε → 0 for any constant I; I preconditions it.
/// - The adam form has no known law; it is the one that trains networks.
///
/// The examples of a batch must not depend on each other (batch normalisation couples them), and 3-D
/// activations are [positions, examples, features]. Sources: the founding paper; Welling & Teh
/// 2011; Dangel et al. 2020 for V; Kingma & Ba 2015.
public final class CovarianceControlledSGLD: Sampler {
  public static let name = "CovarianceControlledSGLD"

  /// How the gradient becomes the drift.
  public enum Drift: Sendable, Equatable {
    /// ε ∇
    case plain
    /// ε m̂/(√v̂ + δ), and the noise is scaled by 1/(√v̂ + δ)
    case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8)
    /// ε I_t ∇
    case covariance
  }

  /// What can be chosen at construction.
  public struct Options: Sendable {
    /// T ≥ 0
    public var temperature = 1.0
    /// N > 0, the number of data that the mean loss stands for
    public var dataCount = 1.0
    /// λ ≥ 0 of a Gaussian prior
    public var priorPrecision = 0.0
    /// How V is estimated and averaged.
    public var covariance = CovarianceOptions()
    public var noise = NoiseControl.covariance
    public var drift = Drift.plain

    public init() {}

    /// κ_t
    public var averaging: AveragingWeight {
      get { covariance.averaging }
      set { covariance.averaging = newValue }
    }
    /// V is measured in every interval-th step only.
    public var interval: Int {
      get { covariance.interval }
      set { covariance.interval = newValue }
    }
    public var pairing: ExamplePairing {
      get { covariance.pairing }
      set { covariance.pairing = newValue }
    }
  }

  public var parameters: [Tensor] { list.tensors }
  public var learningRate: Double {
    get { scale.learningRate }
    set { scale.learningRate = newValue }
  }
  public var temperature: Double {
    get { scale.temperature }
    set { scale.temperature = newValue }
  }
  public var dataCount: Double {
    get { scale.dataCount }
    set { scale.dataCount = newValue }
  }
  public var priorPrecision: Double {
    get { scale.priorPrecision }
    set { scale.priorPrecision = newValue }
  }
  public let generator: Generator
  public let noise: NoiseControl
  public let drift: Drift
  /// How V is estimated and averaged.
  public let covarianceOptions: CovarianceOptions

  let list: ParameterList
  var scale: SamplerScale
  /// I_t; nil where neither noise nor drift needs it.
  let covariance: RunningCovariance?
  /// The adam form's moments.
  var moments: AdamMoments?
  /// The shuffled control's order of each parameter's elements.
  var orders: [Tensor?]
  var moves: [Move?]

  /// - Parameters:
  ///   - learningRate: ε, in units of the mean loss.
  ///   - generator: where the noise comes from.
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public init(
    _ parameters: [Tensor], learningRate: Double, options: Options = Options(),
    generator: Generator
  ) throws {
    let name = CovarianceControlledSGLD.name
    list = try ParameterList(parameters, name)
    scale = SamplerScale(
      learningRate: learningRate, temperature: options.temperature, dataCount: options.dataCount,
      priorPrecision: options.priorPrecision)
    try scale.check(name)
    try options.covariance.check(name)
    if case .adam(let beta1, let beta2, let epsilon) = options.drift {
      moments = try AdamMoments(
        beta1: beta1, beta2: beta2, epsilon: epsilon, count: parameters.count, name)
    }
    (noise, drift) = (options.noise, options.drift)
    covarianceOptions = options.covariance
    let needsCovariance = options.noise.usesCovariance || options.drift == .covariance
    covariance = needsCovariance ? RunningCovariance(list, options.covariance) : nil
    orders = Array(repeating: nil, count: parameters.count)
    moves = Array(repeating: nil, count: parameters.count)
    self.generator = generator
  }

  /// Forgets all gradients and what was seen of their making.
  public func zeroGradients() {
    for parameter in parameters { parameter.gradient = nil }
    covariance?.clear()
  }

  /// The next V replaces I_t, and its running mean starts afresh. Momenta and step counts stay.
  public func restart() { covariance?.restart() }
}
