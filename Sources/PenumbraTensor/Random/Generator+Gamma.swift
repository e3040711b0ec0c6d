/// Gamma numbers and what is made of them: beta, Dirichlet, χ², Student's t.

internal import Glibc

extension ElementStream {
  /// The logarithm of a number of density x^(α−1)·e^(−x)/Γ(α).
  ///
  /// Marsaglia & Tsang (2000), "A simple method for generating gamma variables": at most 1.05 tries on
  /// average. For α < 1, G(α) = G(α + 1)·U^(1/α), whose logarithm stays finite where it underflows.
  mutating func logGamma(_ alpha: Double) -> Double {
    let boost = alpha < 1 ? log(uniform()) / alpha : 0
    let d = (alpha < 1 ? alpha + 1 : alpha) - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    for _ in 0..<ElementStream.tries {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      if log(uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return log(d * v) + boost }
    }
    return log(d) + boost
  }
}

extension Generator {
  /// Numbers of density rate^α·x^(α−1)·e^(−rate·x)/Γ(α), α the concentration.
  ///
  /// Values that would underflow are the type's smallest normal number. Differentiable in `rate` and,
  /// to first order, in `concentration` (`GammaDerivative`).
  ///
  /// - Throws: `TensorError` for a parameter that is not positive and finite.
  public func gamma(
    concentration: DistributionParameter, rate: DistributionParameter, size: Shape? = nil,
    dtype: DType? = nil
  ) throws -> Tensor {
    let draw = try Draw(
      "gamma",
      [.init("concentration", concentration, .positive), .init("rate", rate, .positive)],
      size: size, dtype: dtype)
    return try standardGamma(draw).div(draw.parameter(1))
  }

  /// χ² numbers: sums of the squares of `freedom` standard normal ones; 2·G(freedom/2).
  public func chiSquare(
    freedom: DistributionParameter, size: Shape? = nil, dtype: DType? = nil
  ) throws -> Tensor {
    let draw = try Draw("chi2", [.init("df", freedom, .positive)], size: size, dtype: dtype)
    return try standardGamma(draw, scale: 0.5).mul(2)
  }

  /// Student's t: location + scale·ε/√(χ²/freedom).
  public func studentT(
    freedom: DistributionParameter, location: DistributionParameter = 0,
    scale: DistributionParameter = 1, size: Shape? = nil, dtype: DType? = nil
  ) throws -> Tensor {
    let draw = try Draw(
      "student_t",
      [
        .init("df", freedom, .positive), .init("location", location, .finite),
        .init("scale", scale, .positive),
      ], size: size, dtype: dtype)
    let squares = try standardGamma(draw, scale: 0.5).mul(2).div(draw.parameter(0))
    let epsilon = try normal(draw.shape, dtype: draw.dtype)
    return try epsilon.mul(squares.rsqrt()).mul(draw.parameter(2)).add(draw.parameter(1))
  }

  /// Numbers of density x^(a−1)·(1−x)^(b−1)/B(a, b) in [0, 1].
  ///
  /// - Throws: `TensorError` (graph) when a derivative with respect to a or b is wanted.
  public func beta(
    _ a: DistributionParameter, _ b: DistributionParameter, size: Shape? = nil,
    dtype: DType? = nil
  ) throws -> Tensor {
    let draw = try Draw(
      "beta", [.init("a", a, .positive), .init("b", b, .positive)], size: size, dtype: dtype)
    try draw.requireNoGradient([0, 1])
    return try sample(draw) { stream, p in
      let first = stream.logGamma(p.0)
      return 1 / (1 + exp(stream.logGamma(p.1) - first))
    }
  }

  /// Rows of positive numbers with sum 1, of density ∏ x[i]^(α[i]−1) up to a constant.
  ///
  /// - Parameters:
  ///   - concentration: [..., k]: α, one row for each result.
  ///   - size: the result's shape, [..., k]; that of `concentration` when nil.
  /// - Throws: `TensorError` for an α that is not positive, no dimension, or (graph) when a
  ///   derivative with respect to it is wanted.
  public func dirichlet(concentration: Tensor, size: Shape? = nil, dtype: DType? = nil) throws
    -> Tensor
  {
    guard concentration.rank > 0 else {
      throw TensorError(
        .shape, "dirichlet", argument: "concentration", expected: "at least one dimension",
        got: "a scalar")
    }
    let type = dtype ?? (concentration.dtype == .float64 ? .float64 : .float32)
    let draw = try Draw(
      "dirichlet", [.init("concentration", .tensor(concentration), .positive)], size: size,
      dtype: .float64)
    guard draw.shape[draw.shape.rank - 1] == concentration.shape[concentration.rank - 1] else {
      throw TensorError(
        .shape, "dirichlet", argument: "size",
        expected: "\(concentration.shape[concentration.rank - 1]) as its last extent",
        got: "\(draw.shape)")
    }
    guard type.isFloating else {
      throw TensorError(
        .dtype, "dirichlet", argument: "dtype", expected: "float32 or float64", got: type.name)
    }
    try draw.requireNoGradient([0])
    return try GradientMode.with(false) {
      try sample(draw) { stream, p in stream.logGamma(p.0) }.softmax(-1).to(type)
    }
  }

  /// Gamma numbers of rate 1 and concentration `scale` times the draw's first parameter.
  private func standardGamma(_ draw: Draw, scale: Double = 1) throws -> Tensor {
    let least =
      draw.dtype == .float32
      ? Double(Float.leastNormalMagnitude) : Double.leastNormalMagnitude
    let result = try sample(draw) { stream, p in
      let value = exp(stream.logGamma(p.0 * scale))
      return value > least ? value : least
    }
    let alpha = try draw.parameter(0).mul(scale).expand(to: draw.shape)
    guard Tensor.isRecording(alpha) else { return result }
    let slope = try GammaDerivative.slopes(alpha, result)
    return try result.recorded("gamma", alpha) { gradient, into in
      try into(0) { try gradient.mul(slope) }
    }
  }
}
