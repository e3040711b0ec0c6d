/// Elementwise functions of one tensor: each row is a name, a kernel and a derivative.

internal import CKernels

/// One elementwise function, with its derivative written in tensor operations.
final class UnaryFunction: Sendable {
  /// The gradient of the input from the output's gradient `g`, the input `x` and the output `y`.
  typealias Derivative = @Sendable (_ g: Tensor, _ x: Tensor, _ y: Tensor) throws -> Tensor

  /// What computes the values: a vector loop of CKernels, or a function of one number.
  enum Kernel: Sendable {
    case vector(UnaryOp)
    case scalar(@Sendable (Double) -> Double)
  }

  let name: StaticString
  let kernel: Kernel
  /// Whether the derivative uses the output; else it uses the input, or nothing.
  let savesOutput: Bool
  /// Nil where the function is piecewise constant.
  let derivative: Derivative?

  init(
    _ name: StaticString, _ op: UnaryOp, savesOutput: Bool = false, _ derivative: Derivative?
  ) {
    self.name = name
    kernel = .vector(op)
    self.savesOutput = savesOutput
    self.derivative = derivative
  }

  /// A function without a vector loop, computed in double precision for both float types.
  init(
    _ name: StaticString, savesOutput: Bool = false, scalar: @escaping @Sendable (Double) -> Double,
    derivative: Derivative?
  ) {
    self.name = name
    kernel = .scalar(scalar)
    self.savesOutput = savesOutput
    self.derivative = derivative
  }

  static let abs = UnaryFunction("abs", PN_ABS) { g, x, _ in try g.mul(x.sign()) }
  static let sign = UnaryFunction("sign", PN_SIGN, nil)
  static let square = UnaryFunction("square", PN_SQUARE) { g, x, _ in try g.mul(x.mul(2)) }
  static let sqrt = UnaryFunction("sqrt", PN_SQRT, savesOutput: true) { g, _, y in
    try g.div(y.mul(2))
  }
  static let rsqrt = UnaryFunction("rsqrt", PN_RSQRT, savesOutput: true) { g, _, y in
    try g.mul(y.square().mul(y).mul(-0.5))
  }
  static let reciprocal = UnaryFunction("reciprocal", PN_RECIPROCAL, savesOutput: true) { g, _, y in
    try g.mul(y.square().mul(-1))
  }
  static let exp = UnaryFunction("exp", PN_EXP, savesOutput: true) { g, _, y in try g.mul(y) }
  static let expm1 = UnaryFunction("expm1", PN_EXPM1, savesOutput: true) { g, _, y in
    try g.mul(y.add(1))
  }
  static let log = UnaryFunction("log", PN_LOG) { g, x, _ in try g.div(x) }
  static let log1p = UnaryFunction("log1p", PN_LOG1P) { g, x, _ in try g.div(x.add(1)) }
  static let sin = UnaryFunction("sin", PN_SIN) { g, x, _ in try g.mul(x.cos()) }
  static let cos = UnaryFunction("cos", PN_COS) { g, x, _ in try g.mul(x.sin().mul(-1)) }
  static let tanh = UnaryFunction("tanh", PN_TANH, savesOutput: true) { g, _, y in
    try y.tanhBackward(g)
  }
  static let sigmoid = UnaryFunction("sigmoid", PN_SIGMOID, savesOutput: true) { g, _, y in
    try y.sigmoidBackward(g)
  }
  static let erf = UnaryFunction("erf", PN_ERF) { g, x, _ in
    // 2/√π exp(−x²)
    try g.mul(x.square().mul(-1).exp().mul(1.1283791670955126))
  }
  static let softplus = UnaryFunction("softplus", PN_SOFTPLUS) { g, x, _ in try g.mul(x.sigmoid()) }
  static let floor = UnaryFunction("floor", PN_FLOOR, nil)
  static let ceil = UnaryFunction("ceil", PN_CEIL, nil)
  static let round = UnaryFunction("round", PN_ROUND, nil)
  static let trunc = UnaryFunction("trunc", PN_TRUNC, nil)
}

extension Tensor {
  /// |x|
  public func abs() throws -> Tensor { try apply(.abs) }
  /// −1, 0 or 1; the derivative is 0.
  public func sign() throws -> Tensor { try apply(.sign) }
  /// x²
  public func square() throws -> Tensor { try apply(.square) }
  /// √x; NaN below 0.
  public func sqrt() throws -> Tensor { try apply(.sqrt) }
  /// 1/√x
  public func rsqrt() throws -> Tensor { try apply(.rsqrt) }
  /// 1/x
  public func reciprocal() throws -> Tensor { try apply(.reciprocal) }
  /// eˣ
  public func exp() throws -> Tensor { try apply(.exp) }
  /// eˣ − 1, accurate near 0
  public func expm1() throws -> Tensor { try apply(.expm1) }
  /// The natural logarithm.
  public func log() throws -> Tensor { try apply(.log) }
  /// log(1 + x), accurate near 0
  public func log1p() throws -> Tensor { try apply(.log1p) }
  public func sin() throws -> Tensor { try apply(.sin) }
  public func cos() throws -> Tensor { try apply(.cos) }
  public func tanh() throws -> Tensor { try apply(.tanh) }
  /// 1/(1 + e⁻ˣ)
  public func sigmoid() throws -> Tensor { try apply(.sigmoid) }
  /// The error function.
  public func erf() throws -> Tensor { try apply(.erf) }
  /// log(1 + eˣ)
  public func softplus() throws -> Tensor { try apply(.softplus) }
  /// Rounding; the derivatives are 0.
  public func floor() throws -> Tensor { try apply(.floor) }
  public func ceil() throws -> Tensor { try apply(.ceil) }
  /// Halves go to the even neighbour.
  public func round() throws -> Tensor { try apply(.round) }
  public func trunc() throws -> Tensor { try apply(.trunc) }
  /// x − trunc(x); the derivative is 1.
  public func frac() throws -> Tensor { try sub(GradientMode.with(false) { try trunc() }) }
  /// −x
  public func negative() throws -> Tensor { try mul(-1) }

  /// Applies a function of the table. Integers stay integers where the function keeps them, else they
  /// become float32.
  func apply(_ function: UnaryFunction) throws -> Tensor {
    guard dtype.isFloating else { return try applyToIntegers(function) }
    let result = try Tensor(uninitialized: shape, dtype, function.name)
    switch function.kernel {
    case .vector(let op): Backend.unary(op, self, into: result)
    case .scalar(let body): Backend.map(self, into: result, body)
    }
    guard Tensor.isRecording(self) else { return result }
    guard let derivative = function.derivative else {
      let own = (shape, dtype)
      return try result.recorded(function.name, self) { _, into in
        try into(0) { try Tensor.zeros(own.0, dtype: own.1) }
      }
    }
    if function.savesOutput {
      let y = SavedOutput(result)
      return try result.recorded(function.name, self) { gradient, into in
        try into(0) {
          let y = try y.value(into)
          return try derivative(gradient, y, y)
        }
      }
    }
    let x = Saved(self)
    return try result.recorded(function.name, self) { gradient, into in
      try into(0) {
        let x = try x.value(into)
        return try derivative(gradient, x, x)
      }
    }
  }

  private func applyToIntegers(_ function: UnaryFunction) throws -> Tensor {
    guard case .vector(let op) = function.kernel else { return try to(.float32).apply(function) }
    switch op {
    case PN_FLOOR, PN_CEIL, PN_ROUND, PN_TRUNC: return try copied()
    case PN_ABS, PN_SIGN, PN_SQUARE:
      let wide = try to(.int64)
      let result = try Tensor(uninitialized: shape, .int64, function.name)
      Backend.unary(op, wide, into: result)
      return try result.to(dtype == .bool ? .int64 : dtype)
    default: return try to(.float32).apply(function)
    }
  }

  /// Whether each element is NaN (0), finite (1), infinite (2).
  private func classify(_ kind: Int32, _ name: StaticString) throws -> Tensor {
    let result = try Tensor(uninitialized: shape, .bool, name)
    if dtype.isFloating {
      Backend.classify(kind, self, into: result)
    } else {
      Backend.fill(result, kind == 1 ? 1 : 0)
    }
    return result
  }

  public func isNaN() throws -> Tensor { try classify(0, "isnan") }
  public func isFinite() throws -> Tensor { try classify(1, "isfinite") }
  public func isInfinite() throws -> Tensor { try classify(2, "isinf") }
}
