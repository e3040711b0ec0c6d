/// Tests of floats: nearness, signs, infinities; and numbers in place of what is none.

extension Tensor {
  /// Where |self − other| ≤ atol + rtol |other|. Equal infinities are close.
  ///
  /// - Parameter equalNaN: whether NaN is close to NaN.
  /// - Throws: `TensorError` for a negative tolerance.
  public func isClose(
    to other: Tensor, rtol: Double = 1e-5, atol: Double = 1e-8, equalNaN: Bool = false
  ) throws -> Tensor {
    for (name, value) in [("rtol", rtol), ("atol", atol)] where !(value >= 0) {
      throw TensorError(
        .value, "isclose", argument: name, expected: "a number ≥ 0", got: "\(value)")
    }
    return try GradientMode.with(false) {
      var dtype = DType.promoted(self, other)
      var result = try eq(other)
      if !dtype.isFloating { dtype = .float64 }
      let (a, b) = (try to(dtype), try other.to(dtype))
      let difference = try a.sub(b).abs()
      let near = try difference.le(b.abs().mul(rtol).add(atol))
      result = try result.logicalOr(near.logicalAnd(difference.isFinite()))
      return equalNaN ? try result.logicalOr(a.isNaN().logicalAnd(b.isNaN())) : result
    }
  }

  /// Whether all elements are close; see `isClose`.
  public func allClose(
    to other: Tensor, rtol: Double = 1e-5, atol: Double = 1e-8, equalNaN: Bool = false
  ) throws -> Bool {
    try isClose(to: other, rtol: rtol, atol: atol, equalNaN: equalNaN).all()
  }

  /// Where it is +∞.
  public func isPositiveInfinity() throws -> Tensor { try eq(.infinity) }
  /// Where it is −∞.
  public func isNegativeInfinity() throws -> Tensor { try eq(-.infinity) }

  /// Where the sign is minus, also that of −0.
  public func signBit() throws -> Tensor {
    guard dtype.isFloating else { return try lt(0) }
    return try GradientMode.with(false) {
      try Tensor.ones(Shape(), dtype: dtype).copySign(self).lt(0)
    }
  }

  /// With numbers in place of NaN and of the infinities, whose standard is the greatest finite value
  /// of the type. The derivative is 0 at the places that changed.
  public func nanToNum(
    _ nan: Double = 0, positive: Double? = nil, negative: Double? = nil
  ) throws -> Tensor {
    guard dtype.isFloating else { return try copied() }
    let greatest =
      dtype == .float32
      ? Double(Float.greatestFiniteMagnitude) : Double.greatestFiniteMagnitude
    return try maskedFill(isNaN(), nan)
      .maskedFill(isPositiveInfinity(), positive ?? greatest)
      .maskedFill(isNegativeInfinity(), negative ?? -greatest)
  }
}
