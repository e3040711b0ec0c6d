/// Sums, means, spreads and products over none, one or several dimensions.

internal import CKernels

extension Tensor {
  /// The sum over the given dimensions (all by default). Integers and booleans are summed as int64.
  public func sum(_ dimensions: [Int]? = nil, keepDimensions: Bool = false) throws -> Tensor {
    guard dtype.isFloating || dtype == .int64 else {
      return try to(.int64).sum(dimensions, keepDimensions: keepDimensions)
    }
    let plan = try ReductionPlan(self, dimensions, "sum")
    let result = try reduce(PN_SUM, plan, keepDimensions: keepDimensions, "sum")
    guard Tensor.isRecording(self) else { return result }
    let own = shape
    return try result.recorded("sum", self) { gradient, into in
      try into(0) { try gradient.spread(plan.fullShape, own) }
    }
  }

  /// The mean over the given dimensions (all by default).
  ///
  /// - Throws: `TensorError` for integers, as PyTorch does.
  public func mean(_ dimensions: [Int]? = nil, keepDimensions: Bool = false) throws -> Tensor {
    try requireFloating("mean")
    let count = try dimensions.map { try ReductionPlan(self, $0, "mean").columns } ?? elementCount
    return try sum(dimensions, keepDimensions: keepDimensions).mul(1 / Double(count))
  }

  /// The variance; divides by n − `correction`.
  public func variance(
    _ dimensions: [Int]? = nil, correction: Double = 1, keepDimensions: Bool = false
  ) throws -> Tensor {
    try requireFloating("var")
    let plan = try ReductionPlan(self, dimensions, "var")
    let centred = try sub(mean(dimensions, keepDimensions: true))
    let total = try centred.square().sum(dimensions, keepDimensions: keepDimensions)
    return try total.mul(1 / max(0, Double(plan.columns) - correction))
  }

  /// The square root of `variance`; its derivative at 0 is taken as 0.
  public func standardDeviation(
    _ dimensions: [Int]? = nil, correction: Double = 1, keepDimensions: Bool = false
  ) throws -> Tensor {
    let variance = try variance(
      dimensions, correction: correction, keepDimensions: keepDimensions)
    guard Tensor.isRecording(variance) else { return try variance.sqrt() }
    let isZero = try variance.eq(0)
    return try variance.maskedFill(isZero, 1).sqrt().maskedFill(isZero, 0)
  }

  /// The product over the given dimensions (all by default).
  public func product(_ dimensions: [Int]? = nil, keepDimensions: Bool = false) throws -> Tensor {
    guard dtype.isFloating || dtype == .int64 else {
      return try to(.int64).product(dimensions, keepDimensions: keepDimensions)
    }
    let plan = try ReductionPlan(self, dimensions, "prod")
    if Tensor.isRecording(self), try eq(0).any() {
      return try pairwiseProduct(plan, keepDimensions)
    }
    let result = try reduce(PN_PROD, plan, keepDimensions: keepDimensions, "prod")
    guard Tensor.isRecording(self) else { return result }
    let (x, y) = (Saved(self), SavedOutput(result))
    return try result.recorded("prod", self) { gradient, into in
      try into(0) {
        let (x, y) = (try x.value(into), try y.value(into))
        return try gradient.mul(y).spread(plan.fullShape, x.shape).div(x)
      }
    }
  }

  /// The product by halves, whose derivatives divide by nothing and so hold at zeros.
  private func pairwiseProduct(_ plan: ReductionPlan, _ keepDimensions: Bool) throws -> Tensor {
    let kept = (0..<rank).filter { !plan.reduced.contains($0) }
    var rest = try permute(kept + plan.reduced).reshape(Shape(plan.rows, plan.columns))
    while rest.shape[1] > 1 {
      let half = rest.shape[1] / 2
      let product = try rest.narrow(1, start: 0, count: half)
        .mul(rest.narrow(1, start: half, count: half))
      let isOdd = rest.shape[1] % 2 == 1
      rest =
        try isOdd
        ? Tensor.cat([product, rest.narrow(1, start: 2 * half, count: 1)], 1) : product
    }
    return try rest.reshape(keepDimensions ? plan.fullShape : plan.keptShape)
  }

  /// log Σ eˣ over one dimension, without overflow.
  public func logSumExp(_ dimension: Int, keepDimensions: Bool = false) throws -> Tensor {
    try logSumExp([dimension], keepDimensions: keepDimensions)
  }

  /// log Σ eˣ over the given dimensions, without overflow; −∞ for no elements.
  public func logSumExp(_ dimensions: [Int], keepDimensions: Bool = false) throws -> Tensor {
    try requireFloating("logsumexp")
    let plan = try ReductionPlan(self, dimensions, "logsumexp")
    guard plan.columns > 0 else {
      return try sum(dimensions, keepDimensions: keepDimensions).log()
    }
    let peak = try GradientMode.with(false) {
      let peak = try detached().maximum(over: plan.reduced, keepDimensions: true)
      return try peak.maskedFill(peak.isInfinite(), 0)
    }
    let total = try sub(peak).exp().sum(plan.reduced, keepDimensions: true).log().add(peak)
    return keepDimensions ? total : try total.reshape(plan.keptShape)
  }
}
