/// Normal numbers held between two bounds.

internal import Glibc

extension Generator {
  /// Normal numbers given that low ≤ x ≤ high; either bound may be infinite.
  ///
  /// By inversion of the distribution function in the tail that is nearer, and beyond 30 standard
  /// deviations, where that function vanishes, by rejection (Robert 1995).
  ///
  /// - Throws: `TensorError` when std is not positive or low is not below high; (graph) when a
  ///   derivative is wanted.
  public func truncatedNormal(
    mean: DistributionParameter = 0, std: DistributionParameter = 1, low: DistributionParameter,
    high: DistributionParameter, size: Shape? = nil, dtype: DType? = nil
  ) throws -> Tensor {
    let draw = try Draw(
      "truncated_normal",
      [
        .init("mean", mean, .finite), .init("std", std, .positive), .init("low", low, .notNaN),
        .init("high", high, .notNaN),
      ], size: size, dtype: dtype)
    try draw.requireNoGradient([0, 1, 2, 3])
    var isOrdered = true
    let isDouble = draw.dtype == .float64
    let result = try sample(draw) { stream, p in
      guard p.2 < p.3 else {
        isOrdered = false
        return .nan
      }
      let (a, b) = ((p.2 - p.0) / p.1, (p.3 - p.0) / p.1)
      // In the lower tail, where the distribution function is precise.
      let value = a > 0 ? -stream.truncatedNormal(-b, -a) : stream.truncatedNormal(a, b)
      let x = min(max(p.0 + p.1 * value, p.2), p.3)
      return isDouble ? x : Generator.rounded(x, p.2, p.3)
    }
    guard isOrdered else {
      throw TensorError(
        .value, "truncated_normal", argument: "low", expected: "numbers below high",
        got: "one that is not")
    }
    return result
  }

  /// The nearest Float that is not outside the bounds, where there is one.
  private static func rounded(_ x: Double, _ low: Double, _ high: Double) -> Double {
    let value = Float(x)
    if Double(value) > high { return Double(value.nextDown) }
    if Double(value) < low { return Double(value.nextUp) }
    return Double(value)
  }
}

extension ElementStream {
  /// A standard normal number between a and b, a ≤ 0 or b ≤ 0.
  fileprivate mutating func truncatedNormal(_ a: Double, _ b: Double) -> Double {
    guard b < -30 else {
      let (from, to) = (NormalDistribution.cumulative(a), NormalDistribution.cumulative(b))
      return min(max(NormalDistribution.quantile(from + (to - from) * uniform()), a), b)
    }
    // So far out, all of the mass lies within the rounding of b.
    guard b > -1e150 else { return b }
    // x² is exponential beyond b², but for a factor b/x that is nearly 1.
    let span = -expm1((b * b - a * a) / 2)
    for _ in 0..<ElementStream.tries {
      let x = -(b * b - 2 * log1p(-uniform() * span)).squareRoot()
      if uniform() <= b / x { return max(x, a) }
    }
    return b
  }
}
