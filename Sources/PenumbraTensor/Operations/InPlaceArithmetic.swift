/// Arithmetic in place: one pass over memory where no derivative is recorded.

internal import CKernels

/// The operations that can be written straight into their left operand.
package enum InPlaceArithmetic: Sendable {
  case add, sub, mul, div

  fileprivate var function: (op: BinaryOp, name: StaticString) {
    switch self {
    case .add: (PN_ADD, "add")
    case .sub: (PN_SUB, "sub")
    case .mul: (PN_MUL, "mul")
    case .div: (PN_DIV, "div")
    }
  }
}

extension Tensor {
  /// self ← self ∘ other in this tensor's memory, without a copy of it.
  ///
  /// - Returns: whether that could be done: other types, other layouts, operands that share memory and
  ///   whatever is to be recorded are left to `replace`.
  /// - Throws: `TensorError` for a tensor that cannot be changed in place.
  package func apply(_ arithmetic: InPlaceArithmetic, _ other: Tensor) throws -> Bool {
    guard dtype.isFloating, other.dtype == dtype, isContiguous, !recordsChange(by: other),
      other.storage !== storage || other.isSameWindow(as: self),
      other.shape.broadcasts(to: shape)
    else { return false }
    let function = arithmetic.function
    try checkWritable(function.name)
    try Backend.binary(function.op, self, other, into: self, function.name)
    storage.markChanged()
    return true
  }

  /// The same with a plain number.
  package func apply(_ arithmetic: InPlaceArithmetic, _ value: Double) throws -> Bool {
    guard dtype.isFloating, isContiguous, !recordsChange(by: self) else { return false }
    if case .div = arithmetic { return try apply(.div, operand(value, allowsInteger: false)) }
    try checkWritable(arithmetic.function.name)
    let scale = if case .mul = arithmetic { value } else { 1.0 }
    let shift =
      switch arithmetic {
      case .add: value
      case .sub: -value
      case .mul, .div: 0.0
      }
    Backend.affine(scale, shift, self, into: self)
    storage.markChanged()
    return true
  }

  /// Whether derivatives of a change by `other` may be wanted.
  private func recordsChange(by other: Tensor) -> Bool {
    GradientMode.isEnabled
      && (graphNode != nil || other.graphNode != nil || base?.node != nil)
  }

  private func isSameWindow(as other: Tensor) -> Bool {
    storage === other.storage && offset == other.offset && shape == other.shape
      && strides == other.strides
  }
}

extension Dimensions {
  /// Whether tensors of this shape can be repeated to another one.
  fileprivate func broadcasts(to target: Shape) -> Bool {
    if self == target { return true }
    guard rank <= target.rank else { return false }
    let shift = target.rank - rank
    for index in 0..<rank where self[index] != 1 && self[index] != target[index + shift] {
      return false
    }
    return true
  }
}
