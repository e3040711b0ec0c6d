/// Functions of two tensors beyond arithmetic: rows of the table of binary functions.

internal import Glibc

extension BinaryFunction {
  static let fmod = BinaryFunction(
    name: "fmod", scalar: { Glibc.fmod($0, $1) },
    first: { g, _, _ in g },
    second: { g, a, b in try g.mul(a.div(b).trunc().mul(-1)) })
  // At ties the first gets the whole gradient, and a NaN none.
  static let fmax = BinaryFunction(
    name: "fmax", scalar: { $0 >= $1 || $1.isNaN ? $0 : $1 },
    first: { g, a, b in try g.mul(a.ge(b).logicalOr(b.isNaN()).to(g.dtype)) },
    second: { g, a, b in try g.mul(a.ge(b).logicalOr(b.isNaN()).logicalNot().to(g.dtype)) })
  static let fmin = BinaryFunction(
    name: "fmin", scalar: { $0 <= $1 || $1.isNaN ? $0 : $1 },
    first: { g, a, b in try g.mul(a.le(b).logicalOr(b.isNaN()).to(g.dtype)) },
    second: { g, a, b in try g.mul(a.le(b).logicalOr(b.isNaN()).logicalNot().to(g.dtype)) })
  static let hypot = BinaryFunction(
    name: "hypot", scalar: { Glibc.hypot($0, $1) },
    first: { g, a, b in try g.mul(a.div(a.hypot(b))) },
    second: { g, a, b in try g.mul(b.div(a.hypot(b))) })
  static let logAddExp = BinaryFunction(
    name: "logaddexp", scalar: Cancellation.logAddExp,
    first: { g, a, b in try g.mul(a.sub(b).sigmoid()) },
    second: { g, a, b in try g.mul(b.sub(a).sigmoid()) })
  static let logAddExp2 = BinaryFunction(
    name: "logaddexp2", scalar: Cancellation.logAddExp2,
    first: { g, a, b in try g.mul(a.sub(b).mul(0.6931471805599453).sigmoid()) },
    second: { g, a, b in try g.mul(b.sub(a).mul(0.6931471805599453).sigmoid()) })
  static let xlogy = BinaryFunction(
    name: "xlogy", scalar: { $0 == 0 && !$1.isNaN ? 0 : $0 * Glibc.log($1) },
    first: { g, a, b in
      // log b, and 0 where a is 0 and the logarithm is none
      try g.xlogy(b).maskedFill(a.eq(0).logicalAnd(b.le(0)), 0)
    },
    second: { g, a, b in try g.mul(a.div(b)) })
  static let copySign = BinaryFunction(
    name: "copysign", scalar: { Double(signOf: $1, magnitudeOf: $0) },
    first: { g, a, b in
      let sides = try GradientMode.with(false) {
        try a.sign().mul(Tensor.ones(Shape(), dtype: b.dtype).copySign(b))
      }
      return try g.mul(sides)
    },
    second: { g, _, _ in try g.mul(0) })
}

extension Tensor {
  /// The remainder with the sign of the dividend, as C's fmod: self − other · trunc(self/other).
  ///
  /// - Throws: `TensorError` for integers divided by zero.
  public func fmod(_ other: Tensor) throws -> Tensor {
    guard !DType.promoted(self, other).isFloating else { return try combine(.fmod, other) }
    // From the divisor's sign to the dividend's.
    let remainder = try remainder(other)
    let differs = try remainder.ne(0).logicalAnd(lt(0).logicalXor(other.lt(0)))
    return try Tensor.select(differs, remainder.sub(other), remainder)
  }

  /// The greater of two; a NaN loses against a number.
  public func fmax(_ other: Tensor) throws -> Tensor {
    DType.promoted(self, other).isFloating ? try combine(.fmax, other) : try maximum(other)
  }

  /// The smaller of two; a NaN loses against a number.
  public func fmin(_ other: Tensor) throws -> Tensor {
    DType.promoted(self, other).isFloating ? try combine(.fmin, other) : try minimum(other)
  }

  /// √(self² + other²) without overflow
  public func hypot(_ other: Tensor) throws -> Tensor { try combine(.hypot, other) }
  /// log(e^self + e^other) without overflow
  public func logAddExp(_ other: Tensor) throws -> Tensor { try combine(.logAddExp, other) }
  /// log₂(2^self + 2^other) without overflow
  public func logAddExp2(_ other: Tensor) throws -> Tensor { try combine(.logAddExp2, other) }
  /// self · log other; 0 where self is 0, unless other is NaN.
  public func xlogy(_ other: Tensor) throws -> Tensor { try combine(.xlogy, other) }
  /// |self| with the sign of other, also of its zeros.
  public func copySign(_ other: Tensor) throws -> Tensor { try combine(.copySign, other) }

  /// 0 below zero, 1 above, `value` at zero. The derivative with respect to self is 0.
  public func heaviside(_ value: Tensor) throws -> Tensor {
    let dtype = DType.promoted(self, value)
    let step = try GradientMode.with(false) { try gt(0).to(dtype) }
    return try Tensor.select(eq(0), value.to(dtype), step)
  }
}

extension Double {
  @inline(__always)
  fileprivate init(signOf sign: Double, magnitudeOf magnitude: Double) {
    self = Double(bitPattern: magnitude.magnitude.bitPattern | sign.bitPattern & (1 << 63))
  }
}
