/// Exponentials and logarithms to other bases, and the trigonometric and hyperbolic functions with
/// their inverses: rows of the table of elementwise functions.

internal import Glibc

extension UnaryFunction {
  private static let logOf2 = 0.6931471805599453
  private static let logOf10 = 2.302585092994046

  static let exp2 = UnaryFunction("exp2", savesOutput: true, scalar: Glibc.exp2) {
    g, _, y in try g.mul(y.mul(logOf2))
  }
  static let log2 = UnaryFunction("log2", scalar: Glibc.log2) { g, x, _ in
    try g.div(x.mul(logOf2))
  }
  static let log10 = UnaryFunction("log10", scalar: Glibc.log10) { g, x, _ in
    try g.div(x.mul(logOf10))
  }
  static let tan = UnaryFunction("tan", savesOutput: true, scalar: Glibc.tan) { g, _, y in
    try g.mul(y.square().add(1))
  }
  // 1 − x² as a product keeps its digits where |x| is near 1.
  static let asin = UnaryFunction("asin", scalar: Glibc.asin) { g, x, _ in
    try g.mul(x.subtracted(from: 1).mul(x.add(1)).rsqrt())
  }
  static let acos = UnaryFunction("acos", scalar: Glibc.acos) { g, x, _ in
    try g.mul(x.subtracted(from: 1).mul(x.add(1)).rsqrt().mul(-1))
  }
  static let atan = UnaryFunction("atan", scalar: Glibc.atan) { g, x, _ in
    try g.div(x.square().add(1))
  }
  static let sinh = UnaryFunction("sinh", scalar: Glibc.sinh) { g, x, _ in
    try g.mul(x.cosh())
  }
  static let cosh = UnaryFunction("cosh", scalar: Glibc.cosh) { g, x, _ in
    try g.mul(x.sinh())
  }
  // √(1 + x²) without overflow
  static let asinh = UnaryFunction("asinh", scalar: Glibc.asinh) { g, x, _ in
    try g.div(x.hypot(x.operand(1 as Double)))
  }
  static let acosh = UnaryFunction("acosh", scalar: Glibc.acosh) { g, x, _ in
    try g.mul(x.sub(1).rsqrt().mul(x.add(1).rsqrt()))
  }
  static let atanh = UnaryFunction("atanh", scalar: Glibc.atanh) { g, x, _ in
    try g.div(x.subtracted(from: 1).mul(x.add(1)))
  }
}

extension Tensor {
  /// 2ˣ
  public func exp2() throws -> Tensor { try apply(.exp2) }
  /// The logarithm to base 2.
  public func log2() throws -> Tensor { try apply(.log2) }
  /// The logarithm to base 10.
  public func log10() throws -> Tensor { try apply(.log10) }
  public func tan() throws -> Tensor { try apply(.tan) }
  /// The angle in [−π/2, π/2] whose sine is x; NaN outside [−1, 1].
  public func asin() throws -> Tensor { try apply(.asin) }
  /// The angle in [0, π] whose cosine is x; NaN outside [−1, 1].
  public func acos() throws -> Tensor { try apply(.acos) }
  /// The angle in (−π/2, π/2) whose tangent is x.
  public func atan() throws -> Tensor { try apply(.atan) }
  /// (eˣ − e⁻ˣ)/2
  public func sinh() throws -> Tensor { try apply(.sinh) }
  /// (eˣ + e⁻ˣ)/2
  public func cosh() throws -> Tensor { try apply(.cosh) }
  /// log(x + √(x² + 1)), accurate near 0
  public func asinh() throws -> Tensor { try apply(.asinh) }
  /// log(x + √(x² − 1)); NaN below 1.
  public func acosh() throws -> Tensor { try apply(.acosh) }
  /// log((1 + x)/(1 − x))/2; NaN outside [−1, 1].
  public func atanh() throws -> Tensor { try apply(.atanh) }

  /// The angle in degrees of one in radians: x · 180/π.
  public func rad2deg() throws -> Tensor { try floated().mul(180 / Double.pi) }
  /// The angle in radians of one in degrees: x · π/180.
  public func deg2rad() throws -> Tensor { try floated().mul(Double.pi / 180) }

  /// This tensor, integers as float32.
  func floated() throws -> Tensor { dtype.isFloating ? self : try to(.float32) }
}
