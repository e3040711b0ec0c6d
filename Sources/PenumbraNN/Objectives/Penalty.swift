/// Penalties on a discriminator's gradient with respect to its input, and clipping of its weights.

public import PenumbraTensor

/// A discriminator: a batch [n, ...] to a value for each example.
public typealias Critic = (Tensor) throws -> Tensor

public enum Penalty {
  /// weight · E (‖∇D(x̂)‖ − target)², x̂ = ε real + (1 − ε) fake with ε ~ U[0, 1) for each example.
  ///
  /// real, fake: [n, ...], used as constants. Differentiable with respect to D's parameters.
  /// Gulrajani et al. (2017), equation 3.
  /// - Parameter oneSided: penalise only norms above the target.
  /// - Throws: `TensorError` when the shapes differ or D's output does not depend on its input.
  public static func gradientPenalty(
    _ critic: Critic, real: Tensor, fake: Tensor, weight: Double = 10, target: Double = 1,
    oneSided: Bool = false, using generator: Generator
  ) throws -> Tensor {
    guard real.shape == fake.shape, real.rank > 0 else {
      throw TensorError(
        .shape, "gradient_penalty", argument: "fake",
        expected: "real's shape, \(real.shape), with a batch dimension", got: "\(fake.shape)")
    }
    try real.requireFloating("gradient_penalty")
    var share = Shape(repeating: 1, rank: real.rank)
    share[0] = real.shape[0]
    let between = try GradientMode.with(false) {
      let epsilon = try generator.uniform(share, dtype: real.dtype)
      return try fake.add(real.sub(fake).mul(epsilon))
    }
    let norms = try slope(critic, at: between, "gradient_penalty").norm([1])
    var excess = try norms.sub(target)
    if oneSided { excess = try excess.relu() }
    return try excess.square().mean().mul(weight)
  }

  /// weight/2 · E ‖∇D(x)‖² over real examples. Mescheder, Geiger & Nowozin (2018), equation 9.
  ///
  /// real: [n, ...], used as a constant. Given fakes it is the paper's R2.
  /// - Throws: `TensorError` when D's output does not depend on its input.
  public static func r1(_ critic: Critic, real: Tensor, weight: Double = 10) throws -> Tensor {
    try real.requireFloating("r1")
    guard real.rank > 0 else {
      throw TensorError(.shape, "r1", argument: "real", expected: "[n, ...]", got: "\(real.shape)")
    }
    let squares = try slope(critic, at: real, "r1").square().sum([1])
    return try squares.mean().mul(weight / 2)
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
