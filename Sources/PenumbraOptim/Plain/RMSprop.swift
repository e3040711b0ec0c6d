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
public final class RMSprop: Optimizer {
  public static let name = "RMSprop"
  public var parameters: [Tensor] { list.tensors }
  public var learningRate: Double
  public let alpha: Double
  public let epsilon: Double
  public let weightDecay: Double
  public let momentum: Double
  public let isCentered: Bool

  private let list: ParameterList
  private var squares: [Tensor?]
  private var means: [Tensor?]
  private var velocities: [Tensor?]

  /// - Parameters:
  ///   - alpha: how much of the mean square is kept, in [0, 1).
  ///   - epsilon: added to the root, ≥ 0.
  ///   - weightDecay: the factor of the parameter that is added to its gradient, ≥ 0.
  ///   - momentum: the part of the previous move that is kept, ≥ 0.
  ///   - centered: scale by the running standard deviation in place of the root mean square.
  /// - Throws: `TensorError` for parameters that cannot be trained and for options out of range.
  public init(
    _ parameters: [Tensor], learningRate: Double = 1e-2, alpha: Double = 0.99,
    epsilon: Double = 1e-8, weightDecay: Double = 0, momentum: Double = 0, centered: Bool = false
  ) throws {
    list = try ParameterList(parameters, RMSprop.name)
    try TensorError.check(learningRate, "lr", RMSprop.name)
    try TensorError.check(fraction: alpha, "alpha", RMSprop.name)
    try TensorError.check(epsilon, "eps", RMSprop.name)
    try TensorError.check(weightDecay, "weight_decay", RMSprop.name)
    try TensorError.check(momentum, "momentum", RMSprop.name)
    self.learningRate = learningRate
    self.alpha = alpha
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.momentum = momentum
    isCentered = centered
    squares = Array(repeating: nil, count: parameters.count)
    means = squares
    velocities = squares
  }

  public func step() throws {
    try TensorError.check(learningRate, "lr", RMSprop.stepName)
    let gradients = try list.gradients(RMSprop.stepName)
    let constants = FusedUpdate.RootMeanSquare(
      rate: learningRate, alpha: alpha, epsilon: epsilon, decay: weightDecay, momentum: momentum)
    for (index, parameter) in parameters.enumerated() {
      guard let gradient = gradients[index] else { continue }
      let square = try squares[index] ?? list.zeros(index)
      squares[index] = square
      if isCentered, means[index] == nil { means[index] = try list.zeros(index) }
      if momentum > 0, velocities[index] == nil { velocities[index] = try list.zeros(index) }
      FusedUpdate.rmsprop(
        constants, gradient: gradient, square: square, mean: means[index],
        velocity: velocities[index], parameter: parameter)
    }
  }

  public func state() throws -> OptimizerState {
    var state = OptimizerState(optimizer: RMSprop.name)
    state.add("lr", learningRate)
    state.add("started", squares.map { $0 == nil ? 0 : 1 })
    try state.add("square", squares)
    try state.add("mean", means)
    try state.add("velocity", velocities)
    return state
  }

  public func load(_ state: OptimizerState) throws {
    var reader = try StateReader(state, of: RMSprop.name, list)
    let rate = try reader.number("lr")
    let started = try reader.counts("started").map { $0 > 0 }
    let squares = try reader.tensors("square", required: started)
    let means = try reader.tensors("mean", required: started.map { $0 && isCentered })
    let velocities = try reader.tensors("velocity", required: started.map { $0 && momentum > 0 })
    try reader.finish()
    learningRate = rate
    (self.squares, self.means, self.velocities) = (squares, means, velocities)
  }
}
