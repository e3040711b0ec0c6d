/// Functions of statistics and analysis: error functions, log Γ and its derivatives, logit, sinc.

internal import Glibc

extension UnaryFunction {
  static let erfc = UnaryFunction("erfc", scalar: Glibc.erfc) { g, x, _ in
    // −2/√π exp(−x²)
    try g.mul(x.square().mul(-1).exp().mul(-1.1283791670955126))
  }
  static let erfinv = UnaryFunction(
    "erfinv", savesOutput: true, scalar: InverseErrorFunction.value
  ) { g, _, y in
    // √π/2 exp(y²)
    try g.mul(y.square().exp().mul(0.886226925452758))
  }
  static let lgamma = UnaryFunction("lgamma", scalar: logGamma) { g, x, _ in
    try g.mul(x.digamma())
  }
  static let logit = UnaryFunction("logit", scalar: Cancellation.logit) { g, x, _ in
    try g.div(x.mul(x.subtracted(from: 1)))
  }

  /// ψ⁽ⁿ⁾, whose derivative is the next.
  static func polygamma(_ order: Int) -> UnaryFunction {
    UnaryFunction(
      "polygamma", scalar: { Polygamma.value(order, $0) },
      derivative: { g, x, _ in try g.mul(x.polygamma(order + 1)) })
  }

  /// dⁿ/dxⁿ sin πx / πx, whose derivative is the next.
  static func sinc(_ order: Int) -> UnaryFunction {
    let scale = Glibc.pow(Double.pi, Double(order))
    return UnaryFunction(
      "sinc", scalar: { scale * Cancellation.sinc(order, Double.pi * $0) },
      derivative: { g, x, _ in try g.mul(x.apply(.sinc(order + 1))) })
  }

  /// log |Γ(x)|; the sign of Γ is dropped.
  @Sendable private static func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }
}

extension Tensor {
  /// 1 − erf x, accurate where erf x is near 1
  public func erfc() throws -> Tensor { try apply(.erfc) }
  /// The y with erf y = x; ±∞ at ±1, NaN outside.
  public func erfinv() throws -> Tensor { try apply(.erfinv) }
  /// log |Γ(x)|
  public func lgamma() throws -> Tensor { try apply(.lgamma) }
  /// The derivative of log Γ.
  public func digamma() throws -> Tensor { try apply(.polygamma(0)) }
  /// sin πx / πx; 1 at 0. All derivatives are exact, also at 0.
  public func sinc() throws -> Tensor { try apply(.sinc(0)) }

  /// The derivative of order n + 1 of log Γ.
  ///
  /// - Throws: `TensorError` for a negative order or one beyond 170, where n! overflows.
  public func polygamma(_ order: Int) throws -> Tensor {
    guard (0...Polygamma.maximumOrder).contains(order) else {
      throw TensorError(
        .value, "polygamma", argument: "n", expected: "0 to \(Polygamma.maximumOrder)",
        got: "\(order)")
    }
    return try apply(.polygamma(order))
  }

  /// log(x/(1 − x)), the inverse of the sigmoid; NaN outside [0, 1].
  ///
  /// - Parameter margin: x is first held within [margin, 1 − margin], so that 0 and 1 stay finite;
  ///   the derivative is 0 where it was outside.
  public func logit(margin: Double? = nil) throws -> Tensor {
    guard let margin else { return try apply(.logit) }
    guard margin >= 0, margin <= 0.5 else {
      throw TensorError(
        .value, "logit", argument: "eps", expected: "a number from 0 to 0.5", got: "\(margin)")
    }
    return try floated().clamp(minimum: margin, maximum: 1 - margin).apply(.logit)
  }
}
