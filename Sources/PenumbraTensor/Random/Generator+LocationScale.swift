/// Distributions that are a standard one moved, stretched or mapped: differentiable in their parameters.
///
/// Each is composed of differentiable operations on standard numbers ε that depend on the generator
/// alone, so a sample is a function of its parameters (Kingma & Welling 2014, "reparametrisation").

internal import Glibc

extension Generator {
  /// Normal numbers mean + std·ε.
  ///
  /// - Throws: `TensorError` for a negative std, or shapes that do not broadcast to `size`.
  public func normal(
    mean: DistributionParameter, std: DistributionParameter, size: Shape? = nil,
    dtype: DType? = nil
  ) throws -> Tensor {
    let draw = try Draw(
      "normal", [.init("mean", mean, .finite), .init("std", std, .nonNegative)], size: size,
      dtype: dtype)
    if case (.number(let mean), .number(let std)) = (mean, std) {
      return try normal(draw.shape, mean: mean, std: std, dtype: draw.dtype)
    }
    let epsilon = try normal(draw.shape, dtype: draw.dtype)
    return try epsilon.mul(draw.parameter(1)).add(draw.parameter(0))
  }

  /// Numbers e^(mean + std·ε) whose logarithm is normal.
  public func logNormal(
    mean: DistributionParameter, std: DistributionParameter, size: Shape? = nil,
    dtype: DType? = nil
  ) throws -> Tensor {
    let draw = try Draw(
      "log_normal", [.init("mean", mean, .finite), .init("std", std, .nonNegative)], size: size,
      dtype: dtype)
    let epsilon = try normal(draw.shape, dtype: draw.dtype)
    return try epsilon.mul(draw.parameter(1)).add(draw.parameter(0)).exp()
  }

  /// Uniform numbers low + (high − low)·ε, low ≤ x < high.
  ///
  /// - Throws: `TensorError` when a low is above its high.
  public func uniform(
    low: DistributionParameter, high: DistributionParameter, size: Shape? = nil,
    dtype: DType? = nil
  ) throws -> Tensor {
    let draw = try Draw(
      "uniform", [.init("low", low, .finite), .init("high", high, .finite)], size: size,
      dtype: dtype)
    if case (.number(let low), .number(let high)) = (low, high) {
      try Generator.checkOrder(low, high, "uniform")
      return try uniform(draw.shape, low: low, high: high, dtype: draw.dtype)
    }
    let (from, to) = (try draw.parameter(0), try draw.parameter(1))
    guard try from.le(to).all() else {
      throw TensorError(
        .value, "uniform", argument: "low", expected: "numbers ≤ high", got: "a greater one")
    }
    let epsilon = try uniform(draw.shape, dtype: draw.dtype)
    return try epsilon.mul(to.sub(from)).add(from)
  }

  static func checkOrder(_ low: Double, _ high: Double, _ operation: String) throws {
    guard low <= high, (high - low).isFinite else {
      throw TensorError(
        .value, operation, argument: "low", expected: "a number ≤ high", got: "\(low) and \(high)")
    }
  }

  /// Numbers of density rate·e^(−rate·x), x ≥ 0: ε/rate.
  public func exponential(
    rate: DistributionParameter, size: Shape? = nil, dtype: DType? = nil
  ) throws -> Tensor {
    let draw = try Draw("exponential", [.init("rate", rate, .positive)], size: size, dtype: dtype)
    return try exponential(draw.shape, dtype: draw.dtype).div(draw.parameter(0))
  }

  /// Numbers of density e^(−|x − location|/scale)/(2·scale).
  public func laplace(
    location: DistributionParameter, scale: DistributionParameter, size: Shape? = nil,
    dtype: DType? = nil
  ) throws -> Tensor {
    try moved("laplace", location, scale, size, dtype) { stream in
      let u = stream.uniform() - 0.5
      return u < 0 ? log1p(2 * u) : -log1p(-2 * u)
    }
  }

  /// Numbers of density 1/(π·scale·(1 + ((x − location)/scale)²)).
  public func cauchy(
    location: DistributionParameter, scale: DistributionParameter, size: Shape? = nil,
    dtype: DType? = nil
  ) throws -> Tensor {
    try moved("cauchy", location, scale, size, dtype) { stream in
      // tan πv from the nearer of 0 and ±½, so that the tails are as fine as the middle.
      let u = stream.uniform()
      let v = u - 0.5
      return abs(v) < 0.25 ? tan(.pi * v) : (v < 0 ? -1 / tan(.pi * u) : 1 / tan(.pi * (1 - u)))
    }
  }

  /// Numbers whose distribution function is exp(−e^(−(x − location)/scale)): the argmax of
  /// logits plus such numbers is a draw from their softmax.
  public func gumbel(
    location: DistributionParameter, scale: DistributionParameter, size: Shape? = nil,
    dtype: DType? = nil
  ) throws -> Tensor {
    try moved("gumbel", location, scale, size, dtype) { stream in -log(-log(stream.uniform())) }
  }

  /// Numbers of distribution function 1 − e^(−(x/scale)^shape): scale·ε^(1/shape).
  public func weibull(
    scale: DistributionParameter, shape: DistributionParameter, size: Shape? = nil,
    dtype: DType? = nil
  ) throws -> Tensor {
    let draw = try Draw(
      "weibull", [.init("scale", scale, .positive), .init("concentration", shape, .positive)],
      size: size, dtype: dtype)
    let epsilon = try standard(draw) { stream in -log(stream.uniform()) }
    return try epsilon.pow(draw.parameter(1).reciprocal()).mul(draw.parameter(0))
  }

  /// location + scale·ε
  private func moved(
    _ operation: StaticString, _ location: DistributionParameter, _ scale: DistributionParameter,
    _ size: Shape?, _ dtype: DType?, _ epsilon: (inout ElementStream) -> Double
  ) throws -> Tensor {
    let draw = try Draw(
      operation, [.init("location", location, .finite), .init("scale", scale, .positive)],
      size: size, dtype: dtype)
    return try standard(draw, epsilon).mul(draw.parameter(1)).add(draw.parameter(0))
  }
}
