/// Adamax: Adam scaled by the greatest recent gradient.

internal import Glibc
public import PenumbraTensor

/// Adamax, in PyTorch's form.
///
///     g ← ∇ + decay θ
///     m ← β1 m + (1 − β1) g,   u ← max(β2 u, |g| + ε)
///     θ ← θ − lr / (1 − β1^t) m / u
///
/// Source: Kingma & Ba 2015, section 7.1.
public typealias Adamax = PlainOptimizer<AdamaxRule>

/// The settings and the rule of `Adamax`.
public struct AdamaxRule: UpdateRule {
  public static let name = "Adamax"
  public static let standard = AdamaxRule()
  public static let tensorNames = ["mean", "greatest"]
  public static let settings: [Setting<AdamaxRule>] = [
    Setting("lr", \.learningRate, "the step size"),
    Setting("betas", \.beta1, \.beta2, .fraction, "how much of the mean and the norm is kept"),
    Setting("eps", \.epsilon, "added to the gradient's magnitude"),
    Setting("weight_decay", \.weightDecay, "the part of θ that is added to its gradient"),
    Setting("maximize", \.isMaximizing, "climb in place of descending"),
  ]

  public var learningRate = 2e-3
  public var beta1 = 0.9
  public var beta2 = 0.999
  public var epsilon = 1e-8
  public var weightDecay = 0.0
  public var isMaximizing = false

  public func apply(_ update: inout ParameterUpdate) throws {
    let rate = learningRate / (1 - pow(beta1, Double(update.step)))
    try update.each(Element(rule: self, rate: rate), 0, 1)
  }

  private struct Element: ElementRule {
    let rule: AdamaxRule
    let rate: Double

    func apply<Real: BinaryFloatingPoint>(_ e: inout ElementUpdate<Real>) {
      let slope = e.gradient + Real(rule.weightDecay) * e.parameter
      e.first = Real(rule.beta1) * e.first + Real(1 - rule.beta1) * slope
      let (old, new) = (Real(rule.beta2) * e.second, abs(slope) + Real(rule.epsilon))
      // Not max(): an undefined gradient is to be seen.
      e.second = old > new ? old : new
      e.parameter -= Real(rate) * e.first / e.second
    }
  }
}

extension Adamax {
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public convenience init(
    _ parameters: [Tensor], learningRate: Double = 2e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0, maximize: Bool = false
  ) throws {
    try self.init(
      parameters,
      AdamaxRule(
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        weightDecay: weightDecay, isMaximizing: maximize))
  }
}
