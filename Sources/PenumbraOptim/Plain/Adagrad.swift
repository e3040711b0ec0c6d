/// Adagrad: gradient descent scaled by the root of all squared gradients so far.

public import PenumbraTensor

/// Adagrad, in PyTorch's form.
///
///     g ← ∇ + decay θ,   v ← v + g²       (v starts at the initial value)
///     θ ← θ − lr / (1 + (t − 1) lr_decay) g / (√v + ε)
///
/// Source: Duchi, Hazan & Singer 2011.
public typealias Adagrad = PlainOptimizer<AdagradRule>

/// The settings and the rule of `Adagrad`.
public struct AdagradRule: UpdateRule {
  public static let name = "Adagrad"
  public static let standard = AdagradRule()
  public static let tensorNames = ["sum"]
  public static let settings: [Setting<AdagradRule>] = [
    Setting("lr", \.learningRate, "the step size"),
    Setting("lr_decay", \.rateDecay, "how fast the step size falls"),
    Setting("weight_decay", \.weightDecay, "the part of θ that is added to its gradient"),
    Setting("initial_accumulator_value", \.initialSum, "where the sum of squares starts"),
    Setting("eps", \.epsilon, "added to the root"),
    Setting("maximize", \.isMaximizing, "climb in place of descending"),
  ]

  public var learningRate = 1e-2
  public var rateDecay = 0.0
  public var weightDecay = 0.0
  public var initialSum = 0.0
  public var epsilon = 1e-10
  public var isMaximizing = false

  public func apply(_ update: inout ParameterUpdate) throws {
    let rate = learningRate / (1 + Double(update.step - 1) * rateDecay)
    try update.each(Element(rule: self, rate: rate), 0, start: initialSum)
  }

  private struct Element: ElementRule {
    let rule: AdagradRule
    let rate: Double

    func apply<Real: BinaryFloatingPoint>(_ e: inout ElementUpdate<Real>) {
      let slope = e.gradient + Real(rule.weightDecay) * e.parameter
      e.first += slope * slope
      e.parameter -= Real(rate) * slope / (e.first.squareRoot() + Real(rule.epsilon))
    }
  }
}

extension Adagrad {
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public convenience init(
    _ parameters: [Tensor], learningRate: Double = 1e-2, rateDecay: Double = 0,
    weightDecay: Double = 0, initialSum: Double = 0, epsilon: Double = 1e-10, maximize: Bool = false
  ) throws {
    try self.init(
      parameters,
      AdagradRule(
        learningRate: learningRate, rateDecay: rateDecay, weightDecay: weightDecay,
        initialSum: initialSum, epsilon: epsilon, isMaximizing: maximize))
  }
}
