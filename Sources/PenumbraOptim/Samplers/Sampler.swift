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
