/// Smooth activations beyond tanh, sigmoid and softplus.

internal import Glibc

extension UnaryFunction {
  // A derivative of its own: the quotient rule's terms cancel for large x.
  static let softSign = UnaryFunction("softsign", scalar: quotient) { g, x, _ in
    try g.div(x.abs().add(1).square())
  }
  static let tanhShrink = UnaryFunction("tanhshrink", scalar: Cancellation.tanhShrink) { g, x, _ in
    try g.mul(x.tanh().square())
  }

  @Sendable private static func quotient(_ x: Double) -> Double { x / (1 + x.magnitude) }
}

extension Tensor {
  /// scale · elu(x, α) with the constants that keep mean 0 and variance 1 (Klambauer et al. 2017).
  public func selu() throws -> Tensor {
    let x = try floated()
    return try x.elu(alpha: 1.6732632423543772).mul(1.0507009873554805)
  }

  /// x where x > 0, α (e^(x/α) − 1) elsewhere.
  ///
  /// - Throws: `TensorError` when α is 0.
  public func celu(alpha: Double = 1) throws -> Tensor {
    guard alpha != 0, !alpha.isNaN else {
      throw TensorError(
        .value, "celu", argument: "alpha", expected: "a number other than 0", got: "\(alpha)")
    }
    let x = try floated()
    return try Tensor.select(x.gt(0), x, x.clamp(maximum: 0).div(alpha).expm1().mul(alpha))
  }

  /// x/(1 + |x|)
  public func softSign() throws -> Tensor { try apply(.softSign) }

  /// x − tanh x, accurate near 0
  public func tanhShrink() throws -> Tensor { try apply(.tanhShrink) }

  /// x tanh(softplus x)
  public func mish() throws -> Tensor {
    let x = try floated()
    return try x.mul(x.softplus().tanh())
  }

  /// log σ(x) = −softplus(−x)
  public func logSigmoid() throws -> Tensor { try negative().softplus().negative() }

  /// gelu's approximation x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))) (Hendrycks and Gimpel 2016).
  public func geluTanh() throws -> Tensor {
    let x = try floated()
    // 1 + tanh z = 2 σ(2z), which keeps the digits of the left tail.
    let z = try x.mul(x.square().mul(0.044715).add(1)).mul(2 * (2 / Double.pi).squareRoot())
    return try x.mul(z.sigmoid())
  }

  /// log(1 + e^(βx))/β; x itself where βx is beyond the threshold.
  ///
  /// - Throws: `TensorError` unless β is a number other than 0.
  public func softplus(beta: Double, threshold: Double = .infinity) throws -> Tensor {
    guard beta.isFinite, beta != 0 else {
      throw TensorError(
        .value, "softplus", argument: "beta", expected: "a number other than 0", got: "\(beta)")
    }
    let x = try floated()
    let scaled = try x.mul(beta)
    let smooth = try scaled.softplus().div(beta)
    return threshold < .infinity ? try Tensor.select(scaled.gt(threshold), x, smooth) : smooth
  }
}
