/// Means that leave NaN out, spreads with their means, covariances.

extension Tensor {
  /// The sum of the elements that are not NaN, over the given dimensions (all by default).
  public func nanSum(_ dimensions: [Int]? = nil, keepDimensions: Bool = false) throws -> Tensor {
    let plan = try ReductionPlan(self, dimensions, "nansum")
    let numbers = try dtype.isFloating ? maskedFill(isNaN(), 0) : self
    return try numbers.sum(plan.reduced, keepDimensions: keepDimensions)
  }

  /// The mean of the elements that are not NaN, over the given dimensions (all by default); NaN where
  /// there are none.
  public func nanMean(_ dimensions: [Int]? = nil, keepDimensions: Bool = false) throws -> Tensor {
    try requireFloating("nanmean")
    let plan = try ReductionPlan(self, dimensions, "nanmean")
    let count = try isNaN().logicalNot().sum(plan.reduced, keepDimensions: keepDimensions)
    return try nanSum(plan.reduced, keepDimensions: keepDimensions).div(count.to(dtype))
  }

  /// The variance and the mean; see `variance`.
  public func varianceAndMean(
    _ dimensions: [Int]? = nil, correction: Double = 1, keepDimensions: Bool = false
  ) throws -> (spread: Tensor, mean: Tensor) {
    (
      try variance(dimensions, correction: correction, keepDimensions: keepDimensions),
      try mean(dimensions, keepDimensions: keepDimensions)
    )
  }

  /// The standard deviation and the mean; see `standardDeviation`.
  public func standardDeviationAndMean(
    _ dimensions: [Int]? = nil, correction: Double = 1, keepDimensions: Bool = false
  ) throws -> (spread: Tensor, mean: Tensor) {
    (
      try standardDeviation(dimensions, correction: correction, keepDimensions: keepDimensions),
      try mean(dimensions, keepDimensions: keepDimensions)
    )
  }

  /// The covariances of variables [v, n], n observations of each: [v, v]; the variance, for [n].
  ///
  /// - Parameters:
  ///   - correction: divides by Σ w − correction (Σ w a² / Σ w for importances a).
  ///   - frequencies: int64 [n], how often each observation was made.
  ///   - importances: floats [n] ≥ 0, how much each observation counts.
  public func covariance(
    correction: Double = 1, frequencies: Tensor? = nil, importances: Tensor? = nil
  ) throws -> Tensor {
    guard rank <= 2, dtype != .bool else {
      throw TensorError(
        .shape, "cov", expected: "numbers [v, n] or [n]", got: "\(dtype) \(shape)")
    }
    let source = try dtype.isFloating ? self : to(.float32)
    let x = try source.reshape(rank == 2 ? shape : Shape(1, elementCount))
    let count = x.shape[1]
    var weights: Tensor?
    if let frequencies {
      guard frequencies.dtype == .int64, frequencies.shape == Shape(count),
        try frequencies.ge(0).all()
      else {
        throw TensorError(
          .value, "cov", argument: "fweights", expected: "int64 [\(count)], none negative",
          got: "\(frequencies.dtype) \(frequencies.shape)")
      }
      weights = try frequencies.to(x.dtype)
    }
    if let importances {
      guard importances.dtype.isFloating, importances.shape == Shape(count),
        try importances.ge(0).all()
      else {
        throw TensorError(
          .value, "cov", argument: "aweights", expected: "floats [\(count)], none negative",
          got: "\(importances.dtype) \(importances.shape)")
      }
      let own = try importances.to(x.dtype)
      weights = try weights?.mul(own) ?? own
    }
    guard let weights else {
      let centred = try x.sub(x.mean([1], keepDimensions: true))
      let total = try centred.matmul(centred.transpose(0, 1))
      return try total.div(max(0, Double(count) - correction)).squaredAway(rank)
    }
    let sum = try weights.sum()
    let mean = try x.mul(weights).sum([1], keepDimensions: true).div(sum)
    let centred = try x.sub(mean)
    let loss: Tensor
    if let importances, correction != 0 {
      loss = try weights.mul(importances.to(x.dtype)).sum().div(sum).mul(correction)
    } else {
      loss = try Tensor.scalar(correction, dtype: x.dtype)
    }
    let total = try centred.mul(weights).matmul(centred.transpose(0, 1))
    return try total.div(sum.sub(loss).maximum(0)).squaredAway(rank)
  }

  /// The correlations of variables [v, n]: [v, v] within [−1, 1]; 1 for [n].
  public func correlation() throws -> Tensor {
    guard rank <= 2, dtype != .bool else {
      throw TensorError(
        .shape, "corrcoef", expected: "numbers [v, n] or [n]", got: "\(dtype) \(shape)")
    }
    let covariance = try covariance()
    guard covariance.rank == 2 else { return try covariance.div(covariance) }
    let count = covariance.shape[0]
    let diagonal = try covariance.reshape(Shape(count * count))
      .narrow(0, start: 0, count: count, step: count + 1)
    let deviations = try diagonal.sqrt()
    return try covariance.div(deviations.unsqueeze(1)).div(deviations).clamp(
      minimum: -1, maximum: 1)
  }

  /// [1, 1] as a scalar, where the variables were one row.
  private func squaredAway(_ rank: Int) throws -> Tensor { try rank == 2 ? self : reshape(Shape()) }
}
