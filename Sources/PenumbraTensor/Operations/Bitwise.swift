/// Logic and shifts on the bits of integers; on booleans, logic.

extension Tensor {
  /// The bits that both have.
  public func bitwiseAnd(_ other: Tensor) throws -> Tensor {
    if dtype == .bool, other.dtype == .bool { return try logicalAnd(other) }
    return try bits("bitwise_and", other) { $0 & $1 }
  }
  /// The bits that one or both have.
  public func bitwiseOr(_ other: Tensor) throws -> Tensor {
    if dtype == .bool, other.dtype == .bool { return try logicalOr(other) }
    return try bits("bitwise_or", other) { $0 | $1 }
  }
  /// The bits that exactly one has.
  public func bitwiseXor(_ other: Tensor) throws -> Tensor {
    if dtype == .bool, other.dtype == .bool { return try logicalXor(other) }
    return try bits("bitwise_xor", other) { $0 ^ $1 }
  }
  /// The bits that it does not have; for booleans `logicalNot`.
  public func bitwiseNot() throws -> Tensor {
    try requireBits("bitwise_not")
    return dtype == .bool
      ? try logicalNot() : try bitwiseXor(Tensor([-1] as [Int64], Shape()).to(dtype))
  }

  /// The bits moved to the left, self · 2^other. A count that is negative or not below the type's
  /// width (8 or 64) leaves none.
  public func bitwiseLeftShift(_ other: Tensor) throws -> Tensor {
    let width = try shiftWidth("bitwise_left_shift", other)
    return try bits("bitwise_left_shift", other) { $1 < 0 || $1 >= width ? 0 : $0 &<< $1 }
  }

  /// The bits moved to the right, ⌊self/2^other⌋; the sign of int64 stays. A count that is negative or
  /// not below the type's width leaves 0, or −1 of negative numbers.
  public func bitwiseRightShift(_ other: Tensor) throws -> Tensor {
    let width = try shiftWidth("bitwise_right_shift", other)
    return try bits("bitwise_right_shift", other) {
      $0 &>> ($1 < 0 || $1 >= width ? 63 : $1)
    }
  }

  private func shiftWidth(_ name: StaticString, _ other: Tensor) throws -> Int64 {
    try requireBits(name)
    try other.requireBits(name)
    let dtype = DType.promoted(self, other)
    guard dtype != .bool else {
      throw TensorError(.dtype, "\(name)", expected: "integers", got: dtype.name)
    }
    return dtype == .uint8 ? 8 : 64
  }

  private func bits(
    _ name: StaticString, _ other: Tensor, _ body: (Int64, Int64) -> Int64
  ) throws -> Tensor {
    try requireBits(name)
    try other.requireBits(name)
    let dtype = DType.promoted(self, other)
    // First to the common type, where a byte wraps.
    let (a, b) = (try to(dtype).to(.int64), try other.to(dtype).to(.int64))
    let target = try Shape.broadcast(a.shape, b.shape, name)
    let result = try Tensor(uninitialized: target, .int64, name)
    Backend.mapIntegers(a, b, into: result, body)
    return try result.to(dtype)
  }

  private func requireBits(_ name: StaticString) throws {
    guard !dtype.isFloating else {
      throw TensorError(.dtype, "\(name)", expected: "integers or booleans", got: dtype.name)
    }
  }
}
