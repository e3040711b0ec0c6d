/// Batch normalisation, and the running statistics that take the batch's place in use.

/// Averages of a channel's mean and unbiased variance over batches, updated in place.
public struct RunningStatistics {
  public let mean: Tensor
  public let variance: Tensor

  /// mean, variance: [channels]
  public init(mean: Tensor, variance: Tensor) { (self.mean, self.variance) = (mean, variance) }

  func check(_ channels: Int, _ operation: String) throws {
    for (name, tensor) in [("running_mean", mean), ("running_var", variance)] {
      guard tensor.shape == Shape(channels), tensor.dtype.isFloating else {
        throw TensorError(
          .shape, operation, argument: name, expected: "a float tensor of shape [\(channels)]",
          got: "\(tensor.dtype) \(tensor.shape)")
      }
    }
  }

  /// running ← (1 − momentum) running + momentum · batch, the variance made unbiased.
  func update(mean: Tensor, variance: Tensor, count: Int, _ momentum: Double) throws {
    try GradientMode.with(false) {
      try blend(mean, into: self.mean, momentum, momentum)
      let unbiased = Double(count) / Double(count - 1)
      try blend(variance, into: self.variance, momentum, momentum * unbiased)
    }
  }

  /// average ← (1 − share) average + scale · batch
  private func blend(_ batch: Tensor, into average: Tensor, _ share: Double, _ scale: Double) throws
  {
    try average.copy(from: average.mul(1 - share).add(batch.to(average.dtype).mul(scale)))
  }
}

extension Tensor {
  /// (x − μ) / √(v + ε) · weight + bias for each channel.
  ///
  /// In training μ and v are the batch's mean and biased variance over everything but the channels,
  /// the examples depend on each other, and running statistics are updated: running ← (1 − momentum)
  /// running + momentum · batch, with the unbiased variance. Else they are the running ones.
  /// self: [n, channels, ...], weight and bias: [channels]. Ioffe & Szegedy (2015).
  /// - Throws: `TensorError` for a channel of one value in training, or shapes that do not fit.
  public func batchNorm(
    running: RunningStatistics? = nil, weight: Tensor? = nil, bias: Tensor? = nil,
    isTraining: Bool = false, momentum: Double = 0.1, epsilon: Double = 1e-5
  ) throws -> Tensor {
    let channels = try channelCount("batch_norm", least: 2)
    try requireEpsilon(epsilon, "batch_norm")
    try running?.check(channels, "batch_norm")
    guard isTraining else {
      guard let running else {
        throw TensorError(
          .value, "batch_norm", argument: "running_mean",
          "running statistics are needed when not training")
      }
      return try normalized(by: running, weight: weight, bias: bias, epsilon: epsilon, "batch_norm")
    }
    let count = elementCount / channels
    guard count > 1 else {
      throw TensorError(
        .shape, "batch_norm", expected: "more than one value for each channel in training",
        got: "\(shape)")
    }
    let plan = NormalizationPlan(
      operation: "batch_norm", layout: .channels(channels),
      view: [shape[0], channels, count / shape[0]], epsilon: epsilon)
    let (result, statistics) = try normalized(plan, weight: weight, bias: bias)
    try running?.update(
      mean: statistics.mean, variance: statistics.variance, count: count, momentum)
    return result
  }

  /// (x − μ) / √(v + ε) · weight + bias with given statistics of the channels, which are constants.
  func normalized(
    by statistics: RunningStatistics, weight: Tensor?, bias: Tensor?, epsilon: Double,
    _ operation: String
  ) throws -> Tensor {
    // Parameters stretch over the positions that follow the channels.
    var broadcast = Shape(shape[1])
    for _ in 2..<rank { broadcast.append(1) }
    func spread(_ tensor: Tensor, _ name: String) throws -> Tensor {
      guard tensor.elementCount == shape[1] else {
        throw TensorError(
          .shape, operation, argument: name, expected: "[\(shape[1])]", got: "\(tensor.shape)")
      }
      return tensor.shape == broadcast ? tensor : try tensor.reshape(broadcast)
    }
    let (mean, scale) = try GradientMode.with(false) {
      (
        try statistics.mean.to(dtype),
        try statistics.variance.to(.float64).add(epsilon).rsqrt().to(dtype)
      )
    }
    var result = try sub(spread(mean, "running_mean")).mul(spread(scale, "running_var"))
    if let weight { result = try result.mul(spread(weight, "weight")) }
    if let bias { result = try result.add(spread(bias, "bias")) }
    return result
  }
}
