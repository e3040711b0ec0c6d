/// Adam: gradient descent with a running mean, scaled by the running square.

public import PenumbraTensor

/// Adam, in PyTorch's form.
///
///     g ← ∇ + decay θ
///     m ← β1 m + (1 − β1) g,   v ← β2 v + (1 − β2) g²
///     θ ← θ − lr m̂ / (√v̂ + ε),   m̂ = m / (1 − β1^t),   v̂ = v / (1 − β2^t)
///
/// t counts the steps in which the parameter had a gradient. Source: Kingma & Ba 2015.
public final class Adam: Optimizer {
  public static let name = "Adam"
  public var parameters: [Tensor] { list.tensors }
  public var learningRate: Double
  public let weightDecay: Double
  public var beta1: Double { moments.beta1 }
  public var beta2: Double { moments.beta2 }
  public var epsilon: Double { moments.epsilon }

  private let list: ParameterList
  private var moments: AdamMoments

  /// - Parameters:
  ///   - beta1: how much of the mean is kept, in [0, 1).
  ///   - beta2: how much of the mean square is kept, in [0, 1).
  ///   - epsilon: added to the root, ≥ 0.
  ///   - weightDecay: the factor of the parameter that is added to its gradient, ≥ 0.
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public init(
    _ parameters: [Tensor], learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0
  ) throws {
    list = try ParameterList(parameters, Adam.name)
    try TensorError.check(learningRate, "lr", Adam.name)
    try TensorError.check(weightDecay, "weight_decay", Adam.name)
    moments = try AdamMoments(
      beta1: beta1, beta2: beta2, epsilon: epsilon, count: parameters.count, Adam.name)
    self.learningRate = learningRate
    self.weightDecay = weightDecay
  }

  public func step() throws {
    try TensorError.check(learningRate, "lr", Adam.stepName)
    for (index, gradient) in try list.gradients(Adam.stepName).enumerated() {
      guard let gradient else { continue }
      try moments.step(index, rate: learningRate, decay: weightDecay, gradient: gradient, list)
    }
  }

  public func state() throws -> OptimizerState {
    var state = OptimizerState(optimizer: Adam.name)
    state.add("lr", learningRate)
    try moments.save(&state)
    return state
  }

  public func load(_ state: OptimizerState) throws {
    var reader = try StateReader(state, of: Adam.name, list)
    let rate = try reader.number("lr")
    let moments = try moments.loaded(&reader)
    try reader.finish()
    learningRate = rate
    self.moments = moments
  }
}
