/// Norms of vectors, over none, one or several dimensions.

extension Tensor {
  /// (Σ |x|^p)^(1/p): 2 is the Euclidean norm, ∞ the greatest and −∞ the smallest |x|, 0 the number
  /// of elements that are not zero.
  ///
  /// Derivatives at 0 are taken as 0; equal extremes share theirs. Sums neither overflow nor vanish
  /// where the norm itself does not.
  ///
  /// - Throws: `TensorError` for an integer tensor, for p = NaN, and for p = ±∞ of no elements.
  public func norm(
    _ dimensions: [Int]? = nil, order p: Double = 2, keepDimensions keep: Bool = false
  ) throws -> Tensor {
    try requireFloating("norm")
    guard !p.isNaN else {
      throw TensorError(.value, "norm", argument: "p", expected: "a number", got: "\(p)")
    }
    let plan = try ReductionPlan(self, dimensions, "norm")
    if p.isInfinite { try requireElements(plan.columns, "norm") }
    switch p {
    case 0: return try ne(0).to(dtype).sum(plan.reduced, keepDimensions: keep)
    case 1: return try abs().sum(plan.reduced, keepDimensions: keep)
    case .infinity: return try abs().maximum(over: plan.reduced, keepDimensions: keep)
    case -.infinity: return try abs().minimum(over: plan.reduced, keepDimensions: keep)
    default: break
    }
    let result = try GradientMode.with(false) {
      try detached().powerNorm(plan, p, keepDimensions: keep)
    }
    guard Tensor.isRecording(self) else { return result }
    let (x, y) = (Saved(self), SavedOutput(result))
    return try result.recorded("norm", self) { gradient, into in
      try into(0) {
        let (x, y) = (try x.value(into), try y.value(into))
        let isZero = try y.eq(0)
        if p == 2 {
          let scale = try gradient.div(y.maskedFill(isZero, .infinity))
          return try x.mul(scale.spread(plan.fullShape, x.shape))
        }
        // sign(x) (|x| / y)^(p − 1), with 1 in the place of zeros, where powers have no derivative
        let whole = try y.maskedFill(isZero, 1).spread(plan.fullShape, x.shape)
        let missing = try x.eq(0)
        let ratio = try x.abs().maskedFill(missing, 1).div(whole)
        let slope = try ratio.pow(p - 1).mul(x.sign())
        return try slope.mul(gradient.maskedFill(isZero, 0).spread(plan.fullShape, x.shape))
      }
    }
  }

  /// The norm's value; where the sum of powers is no ordinary number, of elements divided by their
  /// greatest.
  private func powerNorm(_ plan: ReductionPlan, _ p: Double, keepDimensions: Bool) throws -> Tensor
  {
    let sum = try powers(p).sum(plan.reduced, keepDimensions: keepDimensions)
    let tiny: Double = dtype == .float32 ? 1e-30 : 1e-280
    let isOrdinary = try sum.isFinite().logicalAnd(sum.gt(tiny)).all()
    if isOrdinary || plan.columns == 0 {
      return try p == 2 ? sum.sqrt() : sum.pow(1 / p)
    }
    // For p < 0 the smallest element leads.
    let size = try abs()
    let lead =
      try p > 0
      ? size.maximum(over: plan.reduced, keepDimensions: true)
      : size.minimum(over: plan.reduced, keepDimensions: true)
    let unit = try lead.maskedFill(lead.eq(0).logicalOr(lead.isFinite().logicalNot()), 1)
    let scaled = try size.div(unit).powers(p).sum(plan.reduced, keepDimensions: keepDimensions)
    return try scaled.pow(1 / p).mul(unit.reshape(scaled.shape))
  }

  private func powers(_ p: Double) throws -> Tensor { try p == 2 ? square() : abs().pow(p) }

  /// The norm of the difference to another tensor; see `norm`.
  public func distance(to other: Tensor, order p: Double = 2) throws -> Tensor {
    try sub(other).norm(order: p)
  }

  /// Each slice of a dimension whose norm exceeds `limit`, scaled down to it.
  ///
  /// - Throws: `TensorError` unless p > 0 and limit ≥ 0, and for fewer than two dimensions.
  public func renormalized(_ p: Double, _ dimension: Int, limit: Double) throws -> Tensor {
    try requireFloating("renorm")
    let axis = try self.dimension(dimension, "renorm")
    guard rank >= 2 else {
      throw TensorError(.shape, "renorm", expected: "at least 2 dimensions", got: "\(shape)")
    }
    guard p > 0 else {
      throw TensorError(.value, "renorm", argument: "p", expected: "a number > 0", got: "\(p)")
    }
    guard limit >= 0 else {
      throw TensorError(
        .value, "renorm", argument: "maxnorm", expected: "a number ≥ 0", got: "\(limit)")
    }
    let norms = try norm((0..<rank).filter { $0 != axis }, order: p, keepDimensions: true)
    let isLong = try norms.gt(limit)
    let factor = try norms.maskedFill(isLong.logicalNot(), 1).add(1e-7).reciprocal().mul(limit)
    return try mul(factor.maskedFill(isLong.logicalNot(), 1))
  }
}
