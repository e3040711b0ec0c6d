/// Stochastic gradient descent with momentum.

public import PenumbraTensor

/// Gradient descent, in PyTorch's form.
///
///     g ← ∇ + decay θ
///     m ← momentum m + (1 − dampening) g      (m = g the first time)
///     θ ← θ − lr m                            (Nesterov: θ − lr (g + momentum m))
///
/// Source: Sutskever, Martens, Dahl, Hinton 2013.
public typealias SGD = PlainOptimizer<SGDRule>

/// The settings and the rule of `SGD`.
public struct SGDRule: UpdateRule {
  public static let name = "SGD"
  public static let standard = SGDRule()
  public static let tensorNames = ["velocity"]
  public static let settings: [Setting<SGDRule>] = [
    Setting("lr", \.learningRate, "the step size"),
    Setting("momentum", \.momentum, "the part of the velocity that is kept"),
    Setting(
      "dampening", \.dampening, .finite, "the part of the gradient that does not enter the velocity"
    ),
    Setting("weight_decay", \.weightDecay, "the part of θ that is added to its gradient"),
    Setting("nesterov", \.isNesterov, "look ahead; needs momentum > 0 and no dampening"),
    Setting("maximize", \.isMaximizing, "climb in place of descending"),
  ]

  public var learningRate = 1e-3
  public var momentum = 0.0
  public var dampening = 0.0
  public var weightDecay = 0.0
  public var isNesterov = false
  public var isMaximizing = false

  public func checkTogether(_ operation: String) throws {
    guard !isNesterov || (momentum > 0 && dampening == 0) else {
      throw TensorError(
        .value, operation, argument: "nesterov", expected: "momentum > 0 and dampening = 0",
        got: "momentum \(momentum) and dampening \(dampening)")
    }
  }

  public func apply(_ update: inout ParameterUpdate) throws {
    let velocity = momentum == 0 ? nil : try update.tensor(0)
    FusedUpdate.sgd(
      .init(
        rate: learningRate, momentum: momentum, dampening: dampening, decay: weightDecay,
        isNesterov: isNesterov),
      isFirst: velocity?.isNew ?? false, gradient: update.gradient, velocity: velocity?.tensor,
      parameter: update.parameter)
  }
}

extension SGD {
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public convenience init(
    _ parameters: [Tensor], learningRate: Double = 1e-3, momentum: Double = 0,
    dampening: Double = 0, weightDecay: Double = 0, nesterov: Bool = false, maximize: Bool = false
  ) throws {
    try self.init(
      parameters,
      SGDRule(
        learningRate: learningRate, momentum: momentum, dampening: dampening,
        weightDecay: weightDecay, isNesterov: nesterov, isMaximizing: maximize))
  }
}
