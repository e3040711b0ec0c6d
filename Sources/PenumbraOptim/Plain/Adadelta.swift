/// Adadelta: moves in the units of earlier moves.

public import PenumbraTensor

/// Adadelta, in PyTorch's form.
///
///     g ← ∇ + decay θ,   v ← ρ v + (1 − ρ) g²
///     δ = √(u + ε) / √(v + ε) g,   u ← ρ u + (1 − ρ) δ²
///     θ ← θ − lr δ
///
/// Source: Zeiler 2012.
public typealias Adadelta = PlainOptimizer<AdadeltaRule>

/// The settings and the rule of `Adadelta`.
public struct AdadeltaRule: UpdateRule {
  public static let name = "Adadelta"
  public static let standard = AdadeltaRule()
  public static let tensorNames = ["square", "move_square"]
  public static let settings: [Setting<AdadeltaRule>] = [
    Setting("lr", \.learningRate, "the factor of the moves"),
    Setting("rho", \.rho, .closedFraction, "how much of the mean squares is kept"),
    Setting("eps", \.epsilon, "added under the roots"),
    Setting("weight_decay", \.weightDecay, "the part of θ that is added to its gradient"),
    Setting("maximize", \.isMaximizing, "climb in place of descending"),
  ]

  public var learningRate = 1.0
  public var rho = 0.9
  public var epsilon = 1e-6
  public var weightDecay = 0.0
  public var isMaximizing = false

  public func apply(_ update: inout ParameterUpdate) throws {
    try update.each(Element(rule: self), 0, 1)
  }

  private struct Element: ElementRule {
    let rule: AdadeltaRule

    func apply<Real: BinaryFloatingPoint>(_ e: inout ElementUpdate<Real>) {
      let (keep, take, eps) = (Real(rule.rho), Real(1 - rule.rho), Real(rule.epsilon))
      let slope = e.gradient + Real(rule.weightDecay) * e.parameter
      e.first = keep * e.first + take * (slope * slope)
      let move = (e.second + eps).squareRoot() / (e.first + eps).squareRoot() * slope
      e.second = keep * e.second + take * (move * move)
      e.parameter -= Real(rule.learningRate) * move
    }
  }
}

extension Adadelta {
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public convenience init(
    _ parameters: [Tensor], learningRate: Double = 1, rho: Double = 0.9, epsilon: Double = 1e-6,
    weightDecay: Double = 0, maximize: Bool = false
  ) throws {
    try self.init(
      parameters,
      AdadeltaRule(
        learningRate: learningRate, rho: rho, epsilon: epsilon, weightDecay: weightDecay,
        isMaximizing: maximize))
  }
}
