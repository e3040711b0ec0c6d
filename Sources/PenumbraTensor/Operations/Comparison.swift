/// Comparisons, logic and selection by masks.

internal import CKernels

extension Tensor {
  public func eq(_ other: Tensor) throws -> Tensor { try compare("eq", PN_EQ, other) }
  public func ne(_ other: Tensor) throws -> Tensor { try compare("ne", PN_NE, other) }
  public func lt(_ other: Tensor) throws -> Tensor { try compare("lt", PN_LT, other) }
  public func le(_ other: Tensor) throws -> Tensor { try compare("le", PN_LE, other) }
  public func gt(_ other: Tensor) throws -> Tensor { try compare("gt", PN_GT, other) }
  public func ge(_ other: Tensor) throws -> Tensor { try compare("ge", PN_GE, other) }
  public func eq(_ value: Double) throws -> Tensor { try eq(comparand(value)) }
  public func ne(_ value: Double) throws -> Tensor { try ne(comparand(value)) }
  public func lt(_ value: Double) throws -> Tensor { try lt(comparand(value)) }
  public func le(_ value: Double) throws -> Tensor { try le(comparand(value)) }
  public func gt(_ value: Double) throws -> Tensor { try gt(comparand(value)) }
  public func ge(_ value: Double) throws -> Tensor { try ge(comparand(value)) }

  /// An elementwise comparison, as a bool tensor.
  private func compare(_ name: StaticString, _ op: CompareOp, _ other: Tensor) throws -> Tensor {
    var dtype = DType.promoted(self, other)
    if !dtype.isFloating { dtype = .int64 }
    let (a, b) = try GradientMode.with(false) { (try to(dtype), try other.to(dtype)) }
    let result = try Tensor(
      uninitialized: try Shape.broadcast(a.shape, b.shape, name), .bool, name)
    Backend.compare(op, a, b, into: result)
    return result
  }

  /// Both; operands count as true where they are not zero.
  public func logicalAnd(_ other: Tensor) throws -> Tensor { try logical("logical_and", 0, other) }
  /// Either or both.
  public func logicalOr(_ other: Tensor) throws -> Tensor { try logical("logical_or", 1, other) }
  /// One but not both.
  public func logicalXor(_ other: Tensor) throws -> Tensor { try logical("logical_xor", 2, other) }
  /// Where it is zero.
  public func logicalNot() throws -> Tensor { try eq(0) }

  private func logical(_ name: StaticString, _ kind: Int32, _ other: Tensor) throws -> Tensor {
    let (a, b) = try GradientMode.with(false) { (try to(.bool), try other.to(.bool)) }
    let result = try Tensor(
      uninitialized: try Shape.broadcast(a.shape, b.shape, name), .bool, name)
    Backend.logical(kind, a, b, into: result)
    return result
  }

  /// `a` where the mask is true, `b` elsewhere; all three broadcast.
  public static func select(_ mask: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    guard mask.dtype == .bool else {
      throw TensorError(
        .dtype, "where", argument: "argument 1", expected: "a bool tensor", got: mask.dtype.name)
    }
    let dtype = DType.promoted(a, b)
    let (x, y) = (try a.to(dtype), try b.to(dtype))
    let target = try Shape.broadcast(
      try Shape.broadcast(x.shape, y.shape, "where"), mask.shape, "where")
    let result = try Tensor(uninitialized: target, dtype, "where")
    Backend.select(mask, x, y, into: result)
    guard Tensor.isRecording(x, y) else { return result }
    let (shapeX, shapeY) = (x.shape, y.shape)
    let saved = Saved(mask)
    return try result.recorded("where", x, y) { gradient, into in
      let zero = try Tensor.scalar(0, dtype: gradient.dtype)
      try into.broadcast(0, to: shapeX) { try select(saved.value(into), gradient, zero) }
      try into.broadcast(1, to: shapeY) { try select(saved.value(into), zero, gradient) }
    }
  }

  /// `value` where the mask is true, this tensor elsewhere.
  public func maskedFill(_ mask: Tensor, _ value: Double) throws -> Tensor {
    try Tensor.select(mask, Tensor.scalar(value, dtype: dtype), self)
  }

  /// The element of a scalar tensor where the mask is true, this tensor elsewhere.
  ///
  /// - Throws: `TensorError` unless `value` has no dimension and a type that this dtype can hold.
  public func maskedFill(_ mask: Tensor, with value: Tensor) throws -> Tensor {
    guard value.rank == 0, dtype.isFloating || !value.dtype.isFloating else {
      throw TensorError(
        .shape, "masked_fill", argument: "value",
        expected: "a number, or a tensor without dimensions that \(dtype) can hold",
        got: "\(value.dtype) \(value.shape)")
    }
    return try Tensor.select(mask, value.to(dtype), self)
  }

  /// Whether shapes, types and all elements are the same; NaN equals nothing.
  public func isEqual(to other: Tensor) throws -> Bool {
    guard shape == other.shape, dtype == other.dtype else { return false }
    return try eq(other).all()
  }

  /// Whether every element is non-zero.
  public func all() throws -> Bool { try ne(0).to(.int64).sum().item() == Double(elementCount) }
  /// Whether some element is non-zero.
  public func any() throws -> Bool { try ne(0).to(.int64).sum().item() > 0 }
}
