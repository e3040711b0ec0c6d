/// What a sampler measures of itself in passing: temperatures, thermostat, noise and drift.

internal import PenumbraTensor

/// A mean that grows by one value at a time, and forgets nothing until it is restarted.
struct RunningMean {
  private(set) var count = 0.0
  private(set) var sum = 0.0

  var value: Double? { count > 0 ? sum / count : nil }

  mutating func add(_ value: Double?) {
    guard let value, value.isFinite else { return }
    count += 1
    sum += value
  }

  mutating func restart() { self = RunningMean() }

  init(count: Double = 0, sum: Double = 0) { (self.count, self.sum) = (count, sum) }
}

struct SamplerReadings {
  /// p·p/d between the last step and the one before; nil without momenta.
  var kinetic: Double?
  /// θ·∇U/d where the last gradient was taken.
  var configurational: Double?
  /// Elements that took the last step.
  var count = 0
  var meanKinetic = RunningMean()
  var meanConfigurational = RunningMean()
  var meanThermostat = RunningMean()
  var meanFriction = RunningMean()
  /// ‖noise‖² and ‖drift‖² of the last step, for each parameter.
  var noise: [Double?] = []
  var drift: [Double?] = []

  /// θ·∇U/d for the step to come.
  mutating func virials(
    _ active: [Int], _ gradients: [Tensor?], _ c: StepConstants, _ list: ParameterList
  ) {
    if noise.count != gradients.count {
      noise = Array(repeating: nil, count: gradients.count)
      drift = noise
    }
    let sum = active.reduce(0.0) { sum, index in
      guard let gradient = gradients[index] else { return sum }
      return sum
        + FusedUpdate.virial(decay: c.decay, gradient: gradient, parameter: list.tensors[index])
    }
    setVirial(sum, count: active.reduce(0) { $0 + list.tensors[$1].elementCount }, c)
  }

  /// θ·∇U/d from Σ θ·∇(U/N).
  mutating func setVirial(_ sum: Double, count: Int, _ c: StepConstants) {
    self.count = count
    configurational = count > 0 ? c.dataCount * sum / Double(count) : nil
  }

  /// - Throws: `TensorError` (value) when gradients or parameters are not finite.
  func requireFinite(_ operation: String) throws {
    guard configurational?.isFinite != false else {
      throw TensorError(
        .value, operation,
        "the gradients or parameters are not finite; nothing has been changed, start again from a "
          + "checkpoint with a smaller lr")
    }
  }

  mutating func follow(thermostat: (value: Double, friction: Double)?) {
    meanKinetic.add(kinetic)
    meanConfigurational.add(configurational)
    meanThermostat.add(thermostat?.value)
    meanFriction.add(thermostat?.friction)
  }

  mutating func restart() {
    meanKinetic.restart()
    meanConfigurational.restart()
    meanThermostat.restart()
    meanFriction.restart()
  }

  private static let names = ["kinetic", "configurational", "thermostat", "friction"]

  private var means: [RunningMean] {
    get { [meanKinetic, meanConfigurational, meanThermostat, meanFriction] }
    set {
      (meanKinetic, meanConfigurational) = (newValue[0], newValue[1])
      (meanThermostat, meanFriction) = (newValue[2], newValue[3])
    }
  }

  func save(_ state: inout OptimizerState) {
    for (name, mean) in zip(SamplerReadings.names, means) {
      state.add("mean_\(name)_count", mean.count)
      state.add("mean_\(name)_sum", mean.sum)
    }
  }

  func loaded(_ reader: inout StateReader) throws -> SamplerReadings {
    var result = self
    result.means = try SamplerReadings.names.map {
      RunningMean(
        count: try reader.number("mean_\($0)_count"), sum: try reader.number("mean_\($0)_sum"))
    }
    return result
  }
}
