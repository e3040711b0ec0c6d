/// The sampler that runs every row of the family table.

public import PenumbraTensor

/// A sampler: a preset's step, on parameters whose gradients are those of a mean loss.
///
/// With N data, the mean loss L and the prior p, the potential is U = N L − log p, and the target is
/// exp(−U/T). The step's length h follows from the learning rate ε:
///
///     without momenta   h = ε/N          θ −= h ∇U is θ −= ε ∇(U/N)
///     with momenta      h = √(ε/N)       momentum 1 − hγ, ε being SGD's learning rate
///
/// so that both have the meaning that they have in the plain optimiser. Momenta are in units of √T
/// and are drawn from N(0, T) at the first step. A call of `step` goes from the position where
/// the gradient was taken to the next one where it is wanted (see `Integrator`): it ends one step of
/// the method and begins the next. Kinetic temperatures are read between the two.
///
/// `SamplerPreset` has each method's law. A gradient covariance Σ = Cov(∇U) is made up for by less
/// noise, or by friction (CCAdL), as the preset says. At T = 0 no noise is drawn: methods without momenta
/// are then `SGD`, `RMSprop` or `Adam` bit for bit.
public final class StochasticSampler: Sampler {
  public static let name = "Sampler"

  public let preset: SamplerPreset
  public let integrator: Integrator
  public var name: String { preset.name }
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
  /// The friction as given; nil where it follows from the momentum.
  public var friction: Double?
  /// 1 − h·friction, where no friction is given.
  public let momentum: Double
  public let thermalMass: Double?
  public let cycle: StepCycle?
  public let generator: Generator

  let list: ParameterList
  let prior: Prior?
  let covariance: RunningCovariance?
  let batchSize: Int?
  let withReplacement: Bool
  let subtractsSquares: Bool
  let varianceReduction: VarianceReduction?
  let curvature: (() throws -> Tensor)?
  var scale: SamplerScale
  /// Steps taken.
  public internal(set) var stepCount = 0
  var momenta: [Tensor?]
  /// ξ; nil before the first step and without one.
  public internal(set) var thermostat: Double?
  /// Each element's ξ.
  var thermostats: [Tensor?]
  /// The normals that a shared noise has used once.
  var sharedNormals: [Tensor?]
  var preconditioner: PreconditionerState
  var readings = SamplerReadings()
  /// Why the reference point could not be moved.
  var referenceError: (any Error)?
  /// Takes the place of the generator's normal numbers, for each parameter: for tests of a step's map.
  package var normals: ((_ parameter: Int) throws -> Tensor)?

  /// - Parameters:
  ///   - learningRate: ε, in units of the mean loss.
  ///   - generator: where the noise comes from.
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public init(
    _ preset: SamplerPreset, _ parameters: [Tensor], learningRate: Double,
    _ options: SamplerOptions = SamplerOptions(), generator: Generator
  ) throws {
    let name = preset.name
    self.preset = preset
    list = try ParameterList(parameters, name)
    scale = SamplerScale(
      learningRate: learningRate, temperature: options.temperature, dataCount: options.dataCount,
      priorPrecision: options.priorPrecision)
    try scale.check(name)
    try options.prior?.check(name)
    guard options.integrator == nil || preset.takesIntegrator else {
      throw TensorError(
        .value, name, argument: "integrator", expected: "none: \(name) is \(preset.program)",
        got: "'\(options.integrator ?? "")'")
    }
    integrator = try Integrator(options.integrator ?? preset.program, name)
    if let friction = options.friction { try TensorError.check(friction, "friction", name) }
    momentum = options.momentum ?? preset.momentum
    try TensorError.check(fraction: momentum, "momentum", name)
    if let mass = options.thermalMass {
      guard mass > 0, mass.isFinite else {
        throw TensorError(
          .value, name, argument: "thermal_mass", expected: "a finite number above 0",
          got: "\(mass)")
      }
    }
    let kind = options.preconditioner ?? preset.preconditioner
    try kind.check(name)
    if case .adaptiveDrift = kind, !integrator.isOverdamped {
      throw TensorError(
        .value, name, argument: "preconditioner", expected: "one that scales coordinates",
        got: "Adam's drift, which is for samplers without momenta")
    }
    for (count, argument, least) in [
      (options.burnIn, "burn_in", 0), (options.batchSize, "batch_size", 1),
    ] where count.map({ $0 < least }) == true {
      throw TensorError(
        .value, name, argument: argument, expected: "at least \(least)", got: "\(count ?? 0)")
    }
    preconditioner = PreconditionerState(
      kind, burnIn: options.burnIn ?? preset.burnIn, count: parameters.count)
    let needsCovariance = preset.needsCovariance || integrator.isCovarianceControlled
    let estimate = options.covariance ?? (needsCovariance ? CovarianceOptions() : nil)
    try estimate?.check(name)
    covariance = estimate.map { [list] in RunningCovariance(list, $0) }
    guard options.varianceReduction == nil || estimate?.pairing != .separate else {
      throw TensorError(
        .value, name, argument: "pairing", expected: "\"summed\" beside a variance reduction",
        got: "\"separate\"")
    }
    friction = options.friction
    thermalMass = options.thermalMass
    cycle = try options.cycle ?? (preset.isCyclic ? StepCycle(steps: 1000, count: 1) : nil)
    prior = options.prior
    batchSize = options.batchSize
    withReplacement = options.withReplacement
    subtractsSquares = options.subtractsSquares ?? preset.subtractsSquares
    varianceReduction = options.varianceReduction
    curvature = options.curvature
    self.generator = generator
    momenta = Array(repeating: nil, count: parameters.count)
    (thermostats, sharedNormals) = (momenta, momenta)
  }

  /// Forgets all gradients and what was seen of their making, and moves the reference point of a
  /// variance reduction where that is due (whose error the step throws).
  public func zeroGradients() {
    for parameter in parameters { parameter.gradient = nil }
    do {
      try varianceReduction?.takeReferenceIfDue(parameters, "\(name):zero_grad")
      referenceError = nil
    } catch { referenceError = error }
    for parameter in parameters { parameter.gradient = nil }
    covariance?.clear()
  }

  /// The next V replaces I_t, and its running mean starts afresh.
  public func restart() { covariance?.restart() }

  /// The means of temperatures and thermostat start afresh, say after the burn-in.
  public func restartReadings() { readings.restart() }

  /// What the covariance estimate is for.
  var covarianceRole: CovarianceRole {
    integrator.isCovarianceControlled ? .friction : preset.covariance
  }

  /// Whether each element has a thermostat.
  var isElementwise: Bool { preset.isElementwise }

  /// h of the step to come.
  public var stepSize: Double { StepConstants(self).h }

  /// Sets the learning rate by the step's length h ≥ 0, before the factors of cycles and presets.
  public func setStepSize(_ h: Double) {
    learningRate = (integrator.isOverdamped ? h : h * h) * dataCount / preset.stepScale
  }

  /// Whether the step to come is one with noise, in samplers with cycles.
  public var isSampling: Bool { cycle?.isSampling(at: stepCount + 1) ?? true }
}

/// The numbers of one step.
struct StepConstants {
  /// ε of this step
  let rate: Double
  let h: Double
  let temperature: Double
  let dataCount: Double
  /// λ/N
  let decay: Double
  /// A
  let friction: Double
  /// Σ = sigma I_t; 0 without an estimate.
  var sigma = 0.0

  init(_ sampler: StochasticSampler) {
    let scale = sampler.scale
    let cycle = sampler.cycle
    let step = sampler.stepCount + 1
    rate = scale.learningRate * sampler.preset.stepScale * (cycle?.factor(at: step) ?? 1)
    dataCount = scale.dataCount
    h = sampler.integrator.isOverdamped ? rate / dataCount : (rate / dataCount).squareRoot()
    temperature = cycle?.isSampling(at: step) == false ? 0 : scale.temperature
    decay = scale.decay
    friction = sampler.friction ?? (h > 0 ? (1 - sampler.momentum) / h : 0)
  }
}
