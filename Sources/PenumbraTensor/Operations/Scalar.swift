/// Arithmetic with a plain number: the number takes the tensor's type.

extension Tensor {
  /// self + value
  public func add(_ value: Double) throws -> Tensor { try affine("add", 1, value) }
  /// self − value
  public func sub(_ value: Double) throws -> Tensor { try affine("sub", 1, -value) }
  /// self · value
  public func mul(_ value: Double) throws -> Tensor { try affine("mul", value, 0) }
  /// value − self
  public func subtracted(from value: Double) throws -> Tensor { try affine("sub", -1, value) }
  /// self / value
  public func div(_ value: Double) throws -> Tensor {
    try div(operand(value, allowsInteger: false))
  }
  /// self ^ value
  public func pow(_ value: Double) throws -> Tensor {
    switch value {
    case 1: try clone()
    case 2: try square()
    case 0.5: try sqrt()
    case -1: try reciprocal()
    default: try pow(operand(value))
    }
  }
  /// The greater of each element and `value`.
  public func maximum(_ value: Double) throws -> Tensor { try maximum(operand(value)) }
  /// The smaller of each element and `value`.
  public func minimum(_ value: Double) throws -> Tensor { try minimum(operand(value)) }

  /// Each element held between two bounds; either may be left out.
  /// The derivative is 1 inside (bounds included) and 0 outside.
  public func clamp(minimum low: Double? = nil, maximum high: Double? = nil) throws -> Tensor {
    let held = try GradientMode.with(false) {
      var result = self
      if let low { result = try result.maximum(low) }
      if let high { result = try result.minimum(high) }
      return result === self ? try copied() : result
    }
    guard Tensor.isRecording(self) else { return held }
    let x = Saved(self)
    return try held.recorded("clamp", self) { gradient, into in
      try into(0) {
        let x = try x.value(into)
        var inside = try x.ge(low ?? -.infinity)
        if let high { inside = try inside.logicalAnd(x.le(high)) }
        return try gradient.mul(inside.to(gradient.dtype))
      }
    }
  }

  /// A scalar tensor of this tensor's type, or of float32 where an integer type cannot hold it.
  package func operand(_ value: Double, allowsInteger: Bool = true) throws -> Tensor {
    if dtype.isFloating { return try Tensor.scalar(value, dtype: dtype) }
    guard allowsInteger, value.rounded(.towardZero) == value else {
      return try Tensor.scalar(value, dtype: .float32)
    }
    return try operand(Int64(saturating: value))
  }

  /// A whole number as a scalar tensor whose type leaves this tensor's category as it is: beside
  /// bytes without dimensions it is a byte, which wraps.
  package func operand(_ value: Int64) throws -> Tensor {
    if dtype.isFloating { return try Tensor.scalar(Double(value), dtype: dtype) }
    let whole = try Tensor([value], Shape())
    return dtype == .uint8 && rank == 0 ? try whole.to(.uint8) : whole
  }

  /// A number to compare with: as it is, though the tensor's own type could not hold it.
  func comparand(_ value: Double) throws -> Tensor {
    if dtype.isFloating { return try Tensor.scalar(value, dtype: dtype) }
    guard value.rounded(.towardZero) == value else { return try Tensor.scalar(value) }
    return try Tensor([Int64(saturating: value)], Shape())
  }

  /// scale · self + shift. Integer tensors go through the general operations.
  private func affine(_ name: StaticString, _ scale: Double, _ shift: Double) throws -> Tensor {
    guard dtype.isFloating else {
      let scaled = scale == 1 ? self : try mul(operand(scale))
      return shift == 0 && scale != 1 ? scaled : try scaled.add(operand(shift))
    }
    let source = try contiguousValues()
    let result = try Tensor(uninitialized: shape, dtype, name)
    Backend.affine(scale, shift, source, into: result)
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded(name, self) { gradient, into in
      // An added number leaves the gradient as it is.
      try into(0) { scale == 1 ? gradient : try gradient.mul(scale) }
    }
  }
}
