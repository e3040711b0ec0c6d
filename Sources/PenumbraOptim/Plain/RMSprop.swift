/// RMSprop: gradient descent scaled by the running root mean square.

public import PenumbraTensor

/// RMSprop, in PyTorch's form.
///
///     g ← ∇ + decay θ,   v ← α v + (1 − α) g²
///     centred: a ← α a + (1 − α) g, and v − a² takes v's place below
///     m ← momentum m + g / (√v + ε)
///     θ ← θ − lr m
///
/// The optimiser of the Wasserstein GAN with weight clipping. Sources: Hinton's lecture 6, 2012;
/// Graves 2013 (centred).
public typealias RMSprop = PlainOptimizer<RMSpropRule>

/// The settings and the rule of `RMSprop`.
public struct RMSpropRule: UpdateRule {
  public static let name = "RMSprop"
  public static let standard = RMSpropRule()
  public static let tensorNames = ["square", "mean", "velocity"]
  public static let settings: [Setting<RMSpropRule>] = [
    Setting("lr", \.learningRate, "the step size"),
    Setting("alpha", \.alpha, .fraction, "how much of the mean square is kept"),
    Setting("eps", \.epsilon, "added to the root"),
    Setting("weight_decay", \.weightDecay, "the part of θ that is added to its gradient"),
    Setting("momentum", \.momentum, "the part of the previous move that is kept"),
    Setting("centered", \.isCentered, "scale by the running standard deviation"),
    Setting("maximize", \.isMaximizing, "climb in place of descending"),
  ]

  public var learningRate = 1e-2
  public var alpha = 0.99
  public var epsilon = 1e-8
  public var weightDecay = 0.0
  public var momentum = 0.0
  public var isCentered = false
  public var isMaximizing = false

  public func apply(_ update: inout ParameterUpdate) throws {
    let square = try update.tensor(0).tensor
    let mean = isCentered ? try update.tensor(1).tensor : nil
    let velocity = momentum > 0 ? try update.tensor(2).tensor : nil
    FusedUpdate.rmsprop(
      .init(
        rate: learningRate, alpha: alpha, epsilon: epsilon, decay: weightDecay, momentum: momentum),
      gradient: update.gradient, square: square, mean: mean, velocity: velocity,
      parameter: update.parameter)
  }
}

extension RMSprop {
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public convenience init(
    _ parameters: [Tensor], learningRate: Double = 1e-2, alpha: Double = 0.99,
    epsilon: Double = 1e-8, weightDecay: Double = 0, momentum: Double = 0, centered: Bool = false,
    maximize: Bool = false
  ) throws {
    try self.init(
      parameters,
      RMSpropRule(
        learningRate: learningRate, alpha: alpha, epsilon: epsilon, weightDecay: weightDecay,
        momentum: momentum, isCentered: centered, isMaximizing: maximize))
  }
}
