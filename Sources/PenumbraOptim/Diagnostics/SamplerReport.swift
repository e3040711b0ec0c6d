/// A sampler's health in numbers: a flat table to log, and lines to read.

internal import Glibc
internal import PenumbraTensor

/// One figure of a report.
public struct SamplerFigure: Sendable {
  /// A plain name, for columns of a log: "temperature_kinetic".
  public let name: String
  public let value: Double
  /// What it should be or means, in a few words; empty where the name says it.
  public let note: String
}

/// A sampler that can say how it fares.
public protocol SamplerReporting: Sampler {
  /// The stationary law, as far as it is known.
  var law: String { get }
  /// Everything that can be read off, in a fixed order; what is not known is left out.
  func figures() throws -> [SamplerFigure]
}

extension SamplerReporting {
  /// `figures` as lines.
  public func report() throws -> String {
    let figures = try figures()
    let width = figures.reduce(0) { max($0, $1.name.utf8.count) }
    let lines = figures.map { figure in
      let space = String(repeating: " ", count: width - figure.name.utf8.count)
      let note = figure.note.isEmpty ? "" : "   (\(figure.note))"
      return "  \(figure.name)\(space)  \(figure.value.fiveDigits)\(note)"
    }
    return (["\(name) on \(parameters.count) parameters: \(law)"] + lines)
      .joined(separator: "\n")
  }
}

extension Double {
  fileprivate var fiveDigits: String {
    guard isFinite, self != 0 else { return "\(self)" }
    let digits = pow(10, 4 - floor(log10(abs(self))))
    return digits.isFinite && digits > 0 ? "\((self * digits).rounded() / digits)" : "\(self)"
  }
}

extension CovarianceControlledSGLD: SamplerReporting {
  public var law: String {
    "as lr → 0 of covariance S with HS + SH = 2 T I_t, not exp(−U/T); that with drift \"covariance\""
  }

  public func figures() throws -> [SamplerFigure] {
    var figures = [
      SamplerFigure(name: "lr", value: learningRate, note: ""),
      SamplerFigure(name: "temperature", value: temperature, note: ""),
    ]
    if let trace = covarianceTrace() {
      figures.append(SamplerFigure(name: "covariance_trace", value: trace, note: ""))
    }
    if let ratio = try noiseRatio() {
      figures.append(
        SamplerFigure(name: "noise_ratio", value: ratio, note: "injected noise to drift"))
    }
    for (index, ratio) in try noiseRatios().enumerated() {
      guard let ratio else { continue }
      figures.append(SamplerFigure(name: "noise_ratio.\(index + 1)", value: ratio, note: ""))
    }
    return figures
  }
}

extension StochasticSampler: SamplerReporting {
  public var law: String { preset.law }

  public func figures() throws -> [SamplerFigure] {
    var figures: [SamplerFigure] = []
    func add(_ name: String, _ value: Double?, _ note: String = "") {
      if let value { figures.append(SamplerFigure(name: name, value: value, note: note)) }
    }
    add("steps", Double(stepCount))
    add("lr", learningRate)
    add("step_size", stepSize, "h")
    add("temperature", temperature)
    let band =
      try readings.count > 0
      ? TemperatureBand(temperature: temperature, count: readings.count) : nil
    let range = band.map { "95 % of \($0.low.fiveDigits) to \($0.high.fiveDigits)" } ?? ""
    add("temperature_kinetic", kineticTemperature, range)
    add("temperature_kinetic_mean", meanTemperatures.kinetic)
    add("temperature_configurational", configurationalTemperature)
    add("temperature_configurational_mean", meanTemperatures.configurational, "T if all is well")
    add("temperature_low", band?.low)
    add("temperature_high", band?.high)
    add("friction", integrator.isOverdamped ? nil : StepConstants(self).friction)
    add("thermostat", thermostat)
    add("thermostat_excess", thermostatExcess, "friction that the gradient noise takes")
    add("covariance_trace", covarianceTrace())
    add("noise_ratio", noiseRatio(), "injected noise to drift")
    for (index, ratio) in noiseRatios().enumerated() { add("noise_ratio.\(index + 1)", ratio) }
    add("lr_advised", advisedLearningRate(), "for 5 % of excess temperature")
    return figures
  }
}
