/// Penalties on a discriminator's gradient with respect to its input, and clipping of its weights.

public import PenumbraTensor

/// A discriminator: a batch [n, ...] to a value for each example.
public typealias Critic = (Tensor) throws -> Tensor

/// Penalties that a discriminator's loss may have besides an `Objective`.
///
/// ∇D is the gradient of each example's output with respect to that example, over all its elements.
/// Every penalty is exact under further differentiation: its gradient for D's parameters is a second
/// derivative of D. The points at which it is taken are constants.
public enum Penalty {
  /// weight · E (‖∇D(x̂)‖ − target)², x̂ = ε real + (1 − ε) fake with ε ~ U[0, 1) for each example.
  ///
  /// real, fake: [n, ...]. Gulrajani et al. (2017), equation 3.
  /// - Parameter oneSided: penalise only norms above the target (Petzka et al. 2018, WGAN-LP).
  /// - Throws: `TensorError` when the shapes differ or D's output does not depend on its input.
  public static func gradientPenalty(
    _ critic: Critic, real: Tensor, fake: Tensor, weight: Double = 10, target: Double = 1,
    oneSided: Bool = false, using generator: Generator
  ) throws -> Tensor {
    let name = "gradient_penalty"
    guard real.shape == fake.shape, real.rank > 0 else {
      throw TensorError(
        .shape, name, argument: "fake",
        expected: "real's shape, \(real.shape), with a batch dimension", got: "\(fake.shape)")
    }
    try requireBatch(real, name, "real")
    let between = try GradientMode.with(false) {
      let epsilon = try shares(of: real, using: generator)
      return try fake.add(real.sub(fake).mul(epsilon))
    }
    return try excess(critic, between, weight, target, oneSided, name)
  }

  /// weight · E (‖∇D(x)‖ − target)² at points that the caller chooses.
  ///
  /// x: [n, ...]. With target 0 it is a zero-centred penalty, 2·`r1`.
  /// - Throws: `TensorError` when D's output does not depend on its input.
  public static func gradientPenalty(
    _ critic: Critic, at points: Tensor, weight: Double = 10, target: Double = 1,
    oneSided: Bool = false
  ) throws -> Tensor {
    let name = "gradient_penalty_at"
    try requireBatch(points, name, "points")
    return try excess(critic, points, weight, target, oneSided, name)
  }

  /// weight · E (‖∇D(x + α δ)‖ − target)² around the data: α ~ U[0, 1) for each example,
  /// δ = scale · s · u, s the standard deviation of all of the batch's elements, u ~ U[0, 1) for each
  /// element.
  ///
  /// real: [n, ...]. DRAGAN, Kodali et al. (2017), algorithm 1, with the noise of the authors' program.
  /// - Throws: `TensorError` when D's output does not depend on its input.
  public static func dragan(
    _ critic: Critic, real: Tensor, weight: Double = 10, scale: Double = 0.5, target: Double = 1,
    oneSided: Bool = false, using generator: Generator
  ) throws -> Tensor {
    try requireBatch(real, "dragan", "real")
    try requireNonNegative(scale, "dragan", "scale")
    let around = try GradientMode.with(false) {
      let spread = try real.standardDeviation(correction: 0).mul(scale)
      let noise = try generator.uniform(real.shape, dtype: real.dtype).mul(spread)
      return try real.add(noise.mul(shares(of: real, using: generator)))
    }
    return try excess(critic, around, weight, target, oneSided, "dragan")
  }

  /// weight/2 · E ‖∇D(x)‖² over data. Mescheder, Geiger & Nowozin (2018), equation 9.
  ///
  /// real: [n, ...].
  /// - Throws: `TensorError` when D's output does not depend on its input.
  public static func r1(_ critic: Critic, real: Tensor, weight: Double = 10) throws -> Tensor {
    try centred(critic, real, weight, "r1", "real")
  }

  /// weight/2 · E ‖∇D(x)‖² over samples. Mescheder, Geiger & Nowozin (2018), equation 10.
  ///
  /// fake: [n, ...].
  /// - Throws: `TensorError` when D's output does not depend on its input.
  public static func r2(_ critic: Critic, fake: Tensor, weight: Double = 10) throws -> Tensor {
    try centred(critic, fake, weight, "r2", "fake")
  }

  /// Lazy regularisation: `interval` times the penalty at every `interval`-th step, 0 at the others,
  /// where the penalty is not evaluated. Its mean over the steps is the penalty's.
  ///
  /// Karras et al. (2020, StyleGAN2), section 3.1.
  /// - Parameter step: the step's number; a multiple of the interval has the penalty.
  /// - Throws: `TensorError` unless the interval is at least 1.
  public static func lazy(
    step: Int, interval: Int, _ penalty: () throws -> Tensor
  ) throws -> Tensor {
    try requirePositive(interval, "lazy", "interval")
    guard step % interval == 0 else { return try Tensor.scalar(0, dtype: .float32) }
    return try penalty().mul(Double(interval))
  }

  /// Holds every parameter within ±bound, in place. Arjovsky et al. (2017), algorithm 1.
  public static func clipWeights(_ parameters: [Tensor], to bound: Double) throws {
    try requireNonNegative(bound, "clip_weights", "bound")
    try GradientMode.with(false) {
      for parameter in parameters {
        try parameter.copy(from: parameter.clamp(minimum: -bound, maximum: bound))
      }
    }
  }

  // MARK: Parts

  /// weight · E (‖∇D(x)‖ − target)², or of the norms above the target only.
  private static func excess(
    _ critic: Critic, _ x: Tensor, _ weight: Double, _ target: Double, _ oneSided: Bool,
    _ operation: String
  ) throws -> Tensor {
    try requireNonNegative(weight, operation, "weight")
    try requireNonNegative(target, operation, "target")
    var excess = try slope(critic, at: x, operation).norm([1]).sub(target)
    if oneSided { excess = try excess.relu() }
    return try excess.square().mean().mul(weight)
  }

  private static func centred(
    _ critic: Critic, _ x: Tensor, _ weight: Double, _ operation: String, _ argument: String
  ) throws -> Tensor {
    try requireBatch(x, operation, argument)
    try requireNonNegative(weight, operation, "weight")
    let squares = try slope(critic, at: x, operation).square().sum([1])
    return try squares.mean().mul(weight / 2)
  }

  /// U[0, 1) for each example, [n, 1, ...].
  private static func shares(of x: Tensor, using generator: Generator) throws -> Tensor {
    var shape = Shape(repeating: 1, rank: x.rank)
    shape[0] = x.shape[0]
    return try generator.uniform(shape, dtype: x.dtype)
  }

  private static func requireBatch(_ x: Tensor, _ operation: String, _ argument: String) throws {
    try x.requireFloating(operation)
    guard x.rank > 0 else {
      throw TensorError(
        .shape, operation, argument: argument, expected: "[n, ...]", got: "\(x.shape)")
    }
  }

  /// ∇_x Σ D(x) for each example, [n, d]; part of the graph where operations are being recorded.
  private static func slope(_ critic: Critic, at x: Tensor, _ operation: String) throws -> Tensor {
    let isRecorded = GradientMode.isEnabled
    return try GradientMode.with(true) {
      let point = try x.copied().requiresGradient(true)
      let total = try critic(point).sum()
      guard total.requiresGradient,
        let gradient = try Tensor.gradients(
          of: [total], withRespectTo: [point], createGraph: isRecorded)[0]
      else {
        throw TensorError(.graph, operation, "the critic's output does not depend on its input")
      }
      return try x.rank == 1 ? gradient.unsqueeze(1) : gradient.flatten(1)
    }
  }
}
