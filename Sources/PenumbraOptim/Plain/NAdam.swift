/// NAdam: Adam with Nesterov's momentum.

internal import Glibc
public import PenumbraTensor

/// NAdam, in PyTorch's form.
///
///     g ← ∇ + decay θ                 (decoupled: θ ← (1 − lr decay) θ in its place)
///     m ← β1 m + (1 − β1) g,   v ← β2 v + (1 − β2) g²
///     μ_t = β1 (1 − ½ 0.96^(t ψ)),   Π_t = μ_1 ⋯ μ_t,   ψ the momentum decay
///     θ ← θ − lr (μ_{t+1} m / (1 − Π_{t+1}) + (1 − μ_t) g / (1 − Π_t)) / (√v̂ + ε)
///
/// Source: Dozat 2016.
public typealias NAdam = PlainOptimizer<NAdamRule>

/// The settings and the rule of `NAdam`.
public struct NAdamRule: UpdateRule {
  public static let name = "NAdam"
  public static let standard = NAdamRule()
  public static let tensorNames = ["mean", "square"]
  public static var numberNames: [(name: String, start: Double)] { [("momentum_product", 1)] }
  public static let settings: [Setting<NAdamRule>] = [
    Setting("lr", \.learningRate, "the step size"),
    Setting("betas", \.beta1, \.beta2, .fraction, "how much of the mean and the square is kept"),
    Setting("eps", \.epsilon, "added to the root"),
    Setting("weight_decay", \.weightDecay, "the part of θ that is added to its gradient"),
    Setting("momentum_decay", \.momentumDecay, "ψ, how soon the momentum reaches β1"),
    Setting("decoupled_weight_decay", \.isDecoupled, "decay θ itself, as AdamW does"),
    Setting("maximize", \.isMaximizing, "climb in place of descending"),
  ]

  public var learningRate = 2e-3
  public var beta1 = 0.9
  public var beta2 = 0.999
  public var epsilon = 1e-8
  public var weightDecay = 0.0
  public var momentumDecay = 4e-3
  public var isDecoupled = false
  public var isMaximizing = false

  /// μ_t
  private func momentum(at t: Double) -> Double {
    beta1 * (1 - 0.5 * pow(0.96, t * momentumDecay))
  }

  public func apply(_ update: inout ParameterUpdate) throws {
    let t = Double(update.step)
    let (now, next) = (momentum(at: t), momentum(at: t + 1))
    update[number: 0] *= now
    let product = update[number: 0]
    let element = Element(
      rule: self, gradientRate: learningRate * (1 - now) / (1 - product),
      meanRate: learningRate * next / (1 - product * next),
      correction: 1 - pow(beta2, t))
    try update.each(element, 0, 1)
  }

  private struct Element: ElementRule {
    let rule: NAdamRule
    let gradientRate: Double
    let meanRate: Double
    let correction: Double

    func apply<Real: BinaryFloatingPoint>(_ e: inout ElementUpdate<Real>) {
      let decay = rule.isDecoupled ? 0 : rule.weightDecay
      let slope = e.gradient + Real(decay) * e.parameter
      e.first = Real(rule.beta1) * e.first + Real(1 - rule.beta1) * slope
      e.second = Real(rule.beta2) * e.second + Real(1 - rule.beta2) * (slope * slope)
      let width = (e.second / Real(correction)).squareRoot() + Real(rule.epsilon)
      if rule.isDecoupled { e.parameter *= Real(1 - rule.learningRate * rule.weightDecay) }
      e.parameter -= (Real(gradientRate) * slope + Real(meanRate) * e.first) / width
    }
  }
}

extension NAdam {
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public convenience init(
    _ parameters: [Tensor], learningRate: Double = 2e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0, momentumDecay: Double = 4e-3,
    decoupledWeightDecay: Bool = false, maximize: Bool = false
  ) throws {
    try self.init(
      parameters,
      NAdamRule(
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        weightDecay: weightDecay, momentumDecay: momentumDecay, isDecoupled: decoupledWeightDecay,
        isMaximizing: maximize))
  }
}
