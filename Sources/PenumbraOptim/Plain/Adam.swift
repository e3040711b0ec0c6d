/// Adam: gradient descent with a running mean, scaled by the running square.

internal import Glibc
public import PenumbraTensor

/// Adam, in PyTorch's form.
///
///     g ← ∇ + decay θ
///     m ← β1 m + (1 − β1) g,   v ← β2 v + (1 − β2) g²
///     θ ← θ − lr m̂ / (√v̂ + ε),   m̂ = m / (1 − β1^t),   v̂ = v / (1 − β2^t)
///     amsgrad: the greatest v so far takes v's place in the last line
///
/// t counts the steps in which the parameter had a gradient. Sources: Kingma & Ba 2015; Reddi, Kale &
/// Kumar 2018 (amsgrad).
public typealias Adam = PlainOptimizer<AdamRule>

/// The settings and the rule of `Adam`.
public struct AdamRule: UpdateRule {
  public static let name = "Adam"
  public static let standard = AdamRule()
  public static let tensorNames = ["mean", "square", "greatest_square"]
  public static let settings: [Setting<AdamRule>] = [
    Setting("lr", \.learningRate, "the step size"),
    Setting("betas", \.beta1, \.beta2, .fraction, "how much of the mean and the square is kept"),
    Setting("eps", \.epsilon, "added to the root"),
    Setting("weight_decay", \.weightDecay, "the part of θ that is added to its gradient"),
    Setting("amsgrad", \.isAMSGrad, "scale by the greatest square so far"),
    Setting("maximize", \.isMaximizing, "climb in place of descending"),
  ]

  public var learningRate = 1e-3
  public var beta1 = 0.9
  public var beta2 = 0.999
  public var epsilon = 1e-8
  public var weightDecay = 0.0
  public var isAMSGrad = false
  public var isMaximizing = false

  public func apply(_ update: inout ParameterUpdate) throws { try apply(&update, shrink: 1) }

  /// With θ multiplied by `shrink` first.
  func apply(_ update: inout ParameterUpdate, shrink: Double) throws {
    let t = Double(update.step)
    let constants = FusedUpdate.Moments(
      rate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: weightDecay,
      shrink: shrink, corrections: (1 - pow(beta1, t), 1 - pow(beta2, t)))
    guard !isAMSGrad else { return try update.each(AMSGrad(constants), 0, 1, 2) }
    let (mean, square) = (try update.tensor(0).tensor, try update.tensor(1).tensor)
    FusedUpdate.adam(
      constants, gradient: update.gradient, mean: mean, square: square,
      parameter: update.parameter)
  }
}

/// Adam's step with the greatest square so far.
private struct AMSGrad: ElementRule {
  let h: FusedUpdate.Moments
  let step: Double
  let root: Double

  init(_ constants: FusedUpdate.Moments) {
    h = constants
    step = h.rate / h.corrections.mean
    root = 1 / h.corrections.square.squareRoot()
  }

  func apply<Real: BinaryFloatingPoint>(_ e: inout ElementUpdate<Real>) {
    let slope = e.gradient + Real(h.decay) * e.parameter
    e.first = Real(h.beta1) * e.first + Real(1 - h.beta1) * slope
    e.second = Real(h.beta2) * e.second + Real(1 - h.beta2) * (slope * slope)
    // Not max(): an undefined square is to be seen.
    e.third = e.third > e.second ? e.third : e.second
    let width = e.third.squareRoot() * Real(root) + Real(h.epsilon)
    e.parameter = Real(h.shrink) * e.parameter - Real(step) * e.first / width
  }
}

extension Adam {
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public convenience init(
    _ parameters: [Tensor], learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0, amsgrad: Bool = false, maximize: Bool = false
  ) throws {
    try self.init(
      parameters,
      AdamRule(
        learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        weightDecay: weightDecay, isAMSGrad: amsgrad, isMaximizing: maximize))
  }
}
