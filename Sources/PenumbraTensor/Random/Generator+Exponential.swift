/// Exponentially distributed numbers.

extension Generator {
  /// Fills a new tensor with numbers of density rate · e^(−rate x), x ≥ 0.
  ///
  /// - Throws: `TensorError` when the rate is not positive and finite.
  public func exponential(_ shape: Shape, rate: Double = 1, dtype: DType = .float32) throws
    -> Tensor
  {
    guard rate > 0, rate.isFinite else {
      throw TensorError(
        .value, "exponential", argument: "rate", expected: "a positive number", got: "\(rate)")
    }
    guard dtype.isFloating else {
      throw TensorError(
        .dtype, "exponential", argument: "dtype", expected: "float32 or float64", got: dtype.name)
    }
    // −log(1 − u)/rate for u in [0, 1); 53 bits reach far into the tail in either type.
    return try GradientMode.with(false) {
      try uniform(shape, dtype: .float64).mul(-1).log1p().mul(-1 / rate).to(dtype)
    }
  }
}
