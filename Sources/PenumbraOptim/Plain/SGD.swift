/// Stochastic gradient descent with momentum.

public import PenumbraTensor

/// Gradient descent, in PyTorch's form.
///
///     g ← ∇ + decay θ
///     m ← momentum m + (1 − dampening) g      (m = g the first time)
///     θ ← θ − lr m                            (Nesterov: θ − lr (g + momentum m))
///
/// Source: Sutskever, Martens, Dahl, Hinton 2013.
public final class SGD: Optimizer {
  public static let name = "SGD"
  public var parameters: [Tensor] { list.tensors }
  public var learningRate: Double
  public let momentum: Double
  public let dampening: Double
  public let weightDecay: Double
  public let isNesterov: Bool

  private let list: ParameterList
  private var velocities: [Tensor?]

  /// - Parameters:
  ///   - momentum: the part of the velocity that is kept, ≥ 0.
  ///   - dampening: the part of the gradient that does not enter the velocity.
  ///   - weightDecay: the factor of the parameter that is added to its gradient, ≥ 0.
  ///   - nesterov: look ahead; needs momentum > 0 and no dampening.
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public init(
    _ parameters: [Tensor], learningRate: Double, momentum: Double = 0, dampening: Double = 0,
    weightDecay: Double = 0, nesterov: Bool = false
  ) throws {
    list = try ParameterList(parameters, SGD.name)
    try TensorError.check(learningRate, "lr", SGD.name)
    try TensorError.check(momentum, "momentum", SGD.name)
    try TensorError.check(weightDecay, "weight_decay", SGD.name)
    guard dampening.isFinite else {
      throw TensorError(
        .value, SGD.name, argument: "dampening", expected: "a finite number", got: "\(dampening)")
    }
    guard !nesterov || (momentum > 0 && dampening == 0) else {
      throw TensorError(
        .value, SGD.name, argument: "nesterov", expected: "momentum > 0 and dampening = 0",
        got: "momentum \(momentum) and dampening \(dampening)")
    }
    self.learningRate = learningRate
    self.momentum = momentum
    self.dampening = dampening
    self.weightDecay = weightDecay
    isNesterov = nesterov
    velocities = Array(repeating: nil, count: parameters.count)
  }

  public func step() throws {
    try TensorError.check(learningRate, "lr", SGD.stepName)
    let gradients = try list.gradients(SGD.stepName)
    let constants = FusedUpdate.Momentum(
      rate: learningRate, momentum: momentum, dampening: dampening, decay: weightDecay,
      isNesterov: isNesterov)
    for (index, parameter) in parameters.enumerated() {
      guard let gradient = gradients[index] else { continue }
      let isFirst = momentum != 0 && velocities[index] == nil
      if isFirst { velocities[index] = try list.zeros(index) }
      FusedUpdate.sgd(
        constants, isFirst: isFirst, gradient: gradient, velocity: velocities[index],
        parameter: parameter)
    }
  }

  public func state() throws -> OptimizerState {
    var state = OptimizerState(optimizer: SGD.name)
    state.add("lr", learningRate)
    state.add("moving", velocities.map { $0 == nil ? 0 : 1 })
    try state.add("velocity", velocities)
    return state
  }

  public func load(_ state: OptimizerState) throws {
    var reader = try StateReader(state, of: SGD.name, list)
    let rate = try reader.number("lr")
    let moving = try reader.counts("moving")
    let hasVelocity = moving.map { $0 > 0 && momentum != 0 }
    let velocities = try reader.tensors("velocity", required: hasVelocity)
    try reader.finish()
    learningRate = rate
    self.velocities = velocities
  }
}
