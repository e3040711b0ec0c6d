/// Dropout: random elements, or whole channels, set to zero in training.

extension Tensor {
  /// In training each element is zeroed with probability p and the others are divided by 1 − p, so
  /// that the mean stays; else the tensor itself. Srivastava et al. (2014).
  ///
  /// - Throws: `TensorError` unless 0 ≤ p ≤ 1.
  public func dropout(
    _ probability: Double = 0.5, isTraining: Bool = true, using generator: Generator
  ) throws -> Tensor {
    try dropped("dropout", probability, isTraining, shape, generator)
  }

  /// The same for whole channels of [n, channels, ...]: a channel is zeroed or kept as one.
  /// Tompson et al. (2015).
  public func featureDropout(
    _ probability: Double = 0.5, isTraining: Bool = true, using generator: Generator
  ) throws -> Tensor {
    guard rank >= 2 else {
      throw TensorError(
        .shape, "feature_dropout", expected: "[n, channels, ...]", got: "\(shape)")
    }
    var channels = Shape(repeating: 1, rank: rank)
    (channels[0], channels[1]) = (shape[0], shape[1])
    return try dropped("feature_dropout", probability, isTraining, channels, generator)
  }

  /// Dropout that keeps mean 0 and variance 1 of SELU's values: dropped elements take SELU's least
  /// value, and all are scaled and shifted. Klambauer et al. (2017).
  public func alphaDropout(
    _ probability: Double = 0.5, isTraining: Bool = true, using generator: Generator
  ) throws -> Tensor {
    try requireDropout("alpha_dropout", probability)
    guard isTraining, probability > 0 else { return self }
    guard probability < 1 else { return try mul(0) }
    // −λ α of SELU.
    let least = -1.7580993408473766
    let scale = 1 / ((1 - probability) * (1 + probability * least * least)).squareRoot()
    let isKept = try generator.uniform(shape, dtype: dtype).ge(probability)
    return try Tensor.select(isKept, self, Tensor.scalar(least, dtype: dtype))
      .mul(scale).add(-scale * least * probability)
  }

  private func dropped(
    _ name: String, _ probability: Double, _ isTraining: Bool, _ choices: Shape,
    _ generator: Generator
  ) throws -> Tensor {
    try requireDropout(name, probability)
    guard isTraining, probability > 0 else { return self }
    guard probability < 1 else { return try mul(0) }
    let kept = try generator.uniform(choices, dtype: dtype).ge(probability)
    return try mul(kept.to(dtype).mul(1 / (1 - probability)))
  }

  private func requireDropout(_ name: String, _ probability: Double) throws {
    try requireFloating(name)
    guard (0...1).contains(probability) else {
      throw TensorError(
        .value, name, argument: "p", expected: "a number from 0 to 1", got: "\(probability)")
    }
  }
}
