/// Losses of a number's distance from its target. Shapes broadcast as in arithmetic.

extension Tensor {
  /// (x − t)²
  public func mseLoss(_ target: Tensor, reduction: LossReduction = .mean) throws -> Tensor {
    let (x, t) = try lossOperands(target, "mse_loss")
    return try reduction.apply(x.sub(t).square())
  }

  /// |x − t|; the derivative at 0 is 0.
  public func l1Loss(_ target: Tensor, reduction: LossReduction = .mean) throws -> Tensor {
    let (x, t) = try lossOperands(target, "l1_loss")
    return try reduction.apply(x.sub(t).abs())
  }

  /// d²/(2β) where d = |x − t| is below β, d − β/2 elsewhere; |x − t| for β = 0.
  ///
  /// - Throws: `TensorError` for a negative β.
  public func smoothL1Loss(
    _ target: Tensor, beta: Double = 1, reduction: LossReduction = .mean
  ) throws -> Tensor {
    try requireLossNumber(beta, "smooth_l1_loss", "beta")
    let (x, t) = try lossOperands(target, "smooth_l1_loss")
    guard beta > 0 else { return try reduction.apply(x.sub(t).abs()) }
    let difference = try x.sub(t)
    return try reduction.apply(
      difference.pieced(at: beta, inner: 0.5 / beta, outer: 1, shift: -0.5 * beta))
  }

  /// d²/2 where d = |x − t| is at most δ, δ (d − δ/2) elsewhere. Huber (1964).
  ///
  /// - Throws: `TensorError` unless δ > 0.
  public func huberLoss(
    _ target: Tensor, delta: Double = 1, reduction: LossReduction = .mean
  ) throws -> Tensor {
    try requireLossNumber(delta, "huber_loss", "delta", isPositive: true)
    let (x, t) = try lossOperands(target, "huber_loss")
    return try reduction.apply(
      x.sub(t).pieced(at: delta, inner: 0.5, outer: delta, shift: -0.5 * delta * delta))
  }

  /// inner · x² where |x| < bound, outer · |x| + shift elsewhere.
  private func pieced(at bound: Double, inner: Double, outer: Double, shift: Double) throws
    -> Tensor
  {
    let size = try abs()
    // Held to the bound, so that no infinity meets the zero gradient of the branch not taken.
    let near = try clamp(minimum: -bound, maximum: bound).square().mul(inner)
    return try Tensor.select(size.lt(bound), near, size.mul(outer).add(shift))
  }

  /// ½ (log max(v, ε) + (x − t)² / max(v, ε)), the negative logarithm of a normal density.
  ///
  /// - Parameters:
  ///   - variance: v, of x's shape, of x's shape but for a last extent of 1 or for the last
  ///     dimension, or one number. Where it is below ε the derivative is that at ε.
  ///   - isFull: adds ½ log 2π.
  /// - Throws: `TensorError` for a negative variance.
  public func gaussianNLLLoss(
    _ target: Tensor, variance: Tensor, isFull: Bool = false, epsilon: Double = 1e-6,
    reduction: LossReduction = .mean
  ) throws -> Tensor {
    let name = "gaussian_nll_loss"
    try requireLossNumber(epsilon, name, "eps", isPositive: true)
    let (x, t) = try lossOperands(target, name)
    var v = try variance.to(x.dtype)
    if v.shape != shape, v.rank > 0, rank == v.rank + 1,
      shape.array.dropLast() == v.shape.array[...]
    {
      v = try v.unsqueeze(-1)
    }
    let allBut = shape.array.dropLast() + [1]
    guard v.shape == shape || v.rank == 0 || (rank > 0 && v.shape.array[...] == allBut) else {
      throw TensorError(
        .shape, name, argument: "var", expected: "\(shape), \(Array(allBut)) or a number",
        got: "\(variance.shape)")
    }
    guard try !v.lt(0).any() else {
      throw TensorError(.value, name, argument: "var", "a variance is negative")
    }
    // What lifts v to ε is a constant.
    let lift = try GradientMode.with(false) { try v.subtracted(from: epsilon).clamp(minimum: 0) }
    let held = try v.add(lift)
    let losses = try held.log().add(x.sub(t).square().div(held)).mul(0.5)
    // ½ log 2π
    return try reduction.apply(isFull ? losses.add(0.9189385332046727) : losses)
  }

  /// eˣ − t x, or x − t log(x + ε) where x is the rate itself: −log of a Poisson probability but for
  /// log t!.
  ///
  /// - Parameter isFull: adds Stirling's t log t − t + ½ log 2πt where t > 1.
  public func poissonNLLLoss(
    _ target: Tensor, isLogInput: Bool = true, isFull: Bool = false, epsilon: Double = 1e-8,
    reduction: LossReduction = .mean
  ) throws -> Tensor {
    try requireLossNumber(epsilon, "poisson_nll_loss", "eps")
    let (x, t) = try lossOperands(target, "poisson_nll_loss")
    var losses =
      try isLogInput ? x.exp().sub(t.mul(x)) : x.sub(t.mul(x.add(epsilon).log()))
    if isFull {
      let isLarge = try t.gt(1)
      let safe = try t.maskedFill(isLarge.logicalNot(), 1)
      let stirling = try safe.mul(safe.log()).sub(safe).add(safe.mul(2 * Double.pi).log().mul(0.5))
      losses = try losses.add(stirling.maskedFill(isLarge.logicalNot(), 0))
    }
    return try reduction.apply(losses)
  }
}
