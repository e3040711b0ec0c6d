/// AdamW: Adam whose weight decay does not pass through the moments.

public import PenumbraTensor

/// AdamW, in PyTorch's form.
///
///     θ ← (1 − lr decay) θ, then Adam's step without decay
///
/// Source: Loshchilov & Hutter 2019.
public typealias AdamW = PlainOptimizer<AdamWRule>

/// The settings and the rule of `AdamW`.
public struct AdamWRule: UpdateRule {
  public static let name = "AdamW"
  public static let standard = AdamWRule()
  public static let tensorNames = AdamRule.tensorNames
  public static let settings: [Setting<AdamWRule>] =
    AdamRule.settings.filter { $0.name != "weight_decay" }.map { $0.inside(\.adam) } + [
      Setting("weight_decay", \.weightDecay, "the part of θ, times lr, that is taken off")
    ]

  /// The settings that are Adam's; its own weight decay is 0.
  public var adam = AdamRule()
  public var weightDecay = 1e-2

  public var learningRate: Double {
    get { adam.learningRate }
    set { adam.learningRate = newValue }
  }
  public var isMaximizing: Bool { adam.isMaximizing }

  public func apply(_ update: inout ParameterUpdate) throws {
    try adam.apply(&update, shrink: 1 - learningRate * weightDecay)
  }
}

extension AdamW {
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public convenience init(
    _ parameters: [Tensor], learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 1e-2, amsgrad: Bool = false,
    maximize: Bool = false
  ) throws {
    let adam = AdamRule(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, isAMSGrad: amsgrad,
      isMaximizing: maximize)
    try self.init(parameters, AdamWRule(adam: adam, weightDecay: weightDecay))
  }
}
