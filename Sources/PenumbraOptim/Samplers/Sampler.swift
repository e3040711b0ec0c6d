/// What every noisy optimiser offers, and the scaling that all of them share.

public import PenumbraTensor

/// An optimiser that injects noise, so that its parameters wander over a distribution.
///
/// Losses are means over the batch. With N data (`dataCount`), the mean loss L and a Gaussian prior of
/// precision λ, the potential is U(θ) = N L(θ) + (λ/2)|θ|²; at temperature T the target is
/// exp(−U/T). Drifts are in units of U/N, so a step size has the meaning that it has in the plain
/// optimiser: θ ← θ − ε ∇(U/N) + √(2 ε T/N) η.
public protocol Sampler: Optimizer {
  /// T ≥ 0; at 0 the step is the plain optimiser's, bit for bit. A schedule sets it before each step.
  var temperature: Double { get set }
  /// N > 0, the number of data that the mean loss stands for.
  var dataCount: Double { get set }
  /// λ ≥ 0 of the prior.
  var priorPrecision: Double { get set }
  /// Where the noise comes from.
  var generator: Generator { get }
  /// ‖injected noise‖ / ‖drift‖ in the last step, for each parameter; nil where it took no step.
  func noiseRatios() throws -> [Double?]
  /// ‖injected noise‖ / ‖drift‖ in the last step, over all parameters; nil before the first.
  func noiseRatio() throws -> Double?
}

/// A sampler that may estimate the covariance of the gradients.
public protocol CovarianceEstimating: Sampler {
  /// I_t's diagonal for each parameter, of its shape; nil before its first step and without an estimate.
  var covariances: [Tensor?] { get }
  /// trace(I_t) over all parameters; nil before the first step and without an estimate.
  func covarianceTrace() -> Double?
  /// The next V replaces I_t, and its running mean starts afresh.
  func restart()
  /// Measures the coming step's V by a backward pass for each example, exact for any model: where a
  /// parameter's examples cannot be told apart otherwise. Call it between `zeroGradients` and `step`; the
  /// parameters' gradients stay as they are.
  ///
  /// - Parameters:
  ///   - count: n
  ///   - loss: example i's own loss, i from 0; the gradients are those of their mean.
  /// - Throws: `TensorError` for less than 2 examples, a frozen parameter, or no estimate to make.
  /// - Complexity: n passes; n × elements of memory.
  func measurePerExample(_ count: Int, _ loss: (Int) throws -> Tensor) throws
}

extension StochasticSampler: CovarianceEstimating {
  public func measurePerExample(_ count: Int, _ loss: (Int) throws -> Tensor) throws {
    try covariance.measurePerExample(count, name, loss)
  }
}

extension CovarianceControlledSGLD: CovarianceEstimating {
  public func measurePerExample(_ count: Int, _ loss: (Int) throws -> Tensor) throws {
    try covariance.measurePerExample(count, name, loss)
  }
}

extension RunningCovariance? {
  fileprivate func measurePerExample(
    _ count: Int, _ name: String, _ loss: (Int) throws -> Tensor
  ) throws {
    let operation = "\(name):per_example"
    guard let self else {
      throw TensorError(.value, operation, "this sampler estimates no covariance")
    }
    try self.measure(count, operation, loss)
  }
}

/// The numbers that set the scale of drift and noise.
struct SamplerScale {
  var learningRate: Double
  var temperature: Double
  var dataCount: Double
  var priorPrecision: Double

  func check(_ operation: String) throws {
    try TensorError.check(learningRate, "lr", operation)
    try TensorError.check(temperature, "temperature", operation)
    try TensorError.check(priorPrecision, "prior", operation)
    guard dataCount.isFinite, dataCount > 0 else {
      throw TensorError(
        .value, operation, argument: "n_data", expected: "a finite number above 0",
        got: "\(dataCount)")
    }
  }

  /// λ/N, the prior's part of ∇(U/N) as a multiple of θ.
  var decay: Double { priorPrecision / dataCount }
  /// √(2 ε T/N)
  var noise: Double { (2 * learningRate * temperature / dataCount).squareRoot() }

  func save(_ state: inout OptimizerState) {
    state.add("lr", learningRate)
    state.add("temperature", temperature)
    state.add("n_data", dataCount)
    state.add("prior", priorPrecision)
  }

  init(_ reader: inout StateReader) throws {
    learningRate = try reader.number("lr")
    temperature = try reader.number("temperature")
    dataCount = try reader.number("n_data")
    priorPrecision = try reader.number("prior")
  }

  init(learningRate: Double, temperature: Double, dataCount: Double, priorPrecision: Double) {
    self.learningRate = learningRate
    self.temperature = temperature
    self.dataCount = dataCount
    self.priorPrecision = priorPrecision
  }
}

/// The squared norms of one parameter's moves in the last step.
struct MoveSquares {
  var drift: Double
  var noise: Double = 0

  /// ‖noise‖ / ‖drift‖
  var ratio: Double { noise == 0 ? 0 : (noise / drift).squareRoot() }
}

extension Collection where Element == MoveSquares? {
  var total: MoveSquares? {
    let known = compactMap { $0 }
    guard !known.isEmpty else { return nil }
    return known.reduce(MoveSquares(drift: 0)) {
      MoveSquares(drift: $0.drift + $1.drift, noise: $0.noise + $1.noise)
    }
  }
}

extension StateReader {
  static func generator(_ state: OptimizerState, _ operation: String) throws -> Generator.State {
    guard let generator = state.generator else {
      throw TensorError(
        .value, operation, argument: "generator", "is missing from the state")
    }
    return generator
  }
}
