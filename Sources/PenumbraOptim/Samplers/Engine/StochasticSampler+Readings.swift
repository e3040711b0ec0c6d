/// What can be read off a sampler while it runs.

internal import Glibc
public import PenumbraTensor

extension StochasticSampler {
  public func noiseRatios() -> [Double?] {
    zip(readings.noise, readings.drift).map { noise, drift in
      guard let noise, let drift else { return nil }
      return MoveSquares(drift: drift, noise: noise).ratio
    }
  }

  public func noiseRatio() -> Double? {
    zip(readings.noise, readings.drift).map { noise, drift -> MoveSquares? in
      guard let noise, let drift else { return nil }
      return MoveSquares(drift: drift, noise: noise)
    }.total?.ratio
  }

  /// p·p/d, of the momenta between the last step and the one before; its law at temperature T is
  /// T χ²_d/d. A thermostat pins its mean to T, so it says little alone. Nil without momenta.
  public var kineticTemperature: Double? { readings.kinetic }

  /// θ·∇U/d where the last gradient was taken; its mean is T for a sampler of exp(−U/T), whatever U,
  /// and that of a sampler which is too hot is greater.
  public var configurationalTemperature: Double? { readings.configurational }

  /// The means of both temperatures since the start or the last `restartReadings`.
  public var meanTemperatures: (kinetic: Double?, configurational: Double?) {
    (readings.meanKinetic.value, readings.meanConfigurational.value)
  }

  /// ⟨ξ⟩ − A since the start or the last `restartReadings`: the friction that the gradient noise takes, h s²/(2T)
  /// for noise of variance s². 0 for a CCAdL whose covariance is right. Nil without a thermostat.
  public var thermostatExcess: Double? {
    guard let mean = readings.meanThermostat.value, let friction = readings.meanFriction.value
    else {
      return nil
    }
    return mean - friction
  }

  /// I_t's diagonal for each parameter; nil before its first step and without an estimate.
  public var covariances: [Tensor?] {
    covariance?.diagonals ?? Array(repeating: nil, count: parameters.count)
  }

  /// trace(I_t) over all parameters; nil before the first step and without an estimate.
  public func covarianceTrace() -> Double? {
    let traces = covariance?.traces().compactMap { $0 } ?? []
    return traces.isEmpty ? nil : traces.reduce(0, +)
  }

  /// Each parameter's momenta, for states of one's own; nil before its first step. Live tensors.
  package var liveMomenta: [Tensor?] { momenta }

  /// The learning rate at which the mean configurational temperature would be within `tolerance` of T,
  /// if its excess comes from the step.
  ///
  /// The excess is of the order of h without momenta and of h² with them, that is, of ε in both: at an
  /// excess e the advice is ε·tolerance/|e|, between a tenth and ten times ε. Nil where the mean
  /// cannot tell an excess from chance: where it is within two standard errors √(2/(d t)) of T.
  public func advisedLearningRate(tolerance: Double = 0.05) -> Double? {
    let mean = readings.meanConfigurational
    guard let value = mean.value, temperature > 0, readings.count > 0 else { return nil }
    let excess = abs(value / temperature - 1)
    let error = (2 / (Double(readings.count) * mean.count)).squareRoot()
    guard excess > 2 * error else { return nil }
    return learningRate * min(max(tolerance / excess, 0.1), 10)
  }
}
