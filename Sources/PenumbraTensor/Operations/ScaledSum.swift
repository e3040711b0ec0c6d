/// Sums with a factor, and quotients rounded to whole numbers: the options of add, sub and div.

/// How a quotient becomes a whole number; the raw values are PyTorch's names.
public enum DivisionRounding: String, Sendable, CaseIterable {
  /// Towards −∞, or towards 0.
  case floor, trunc
}

extension Tensor {
  /// self + α other, with broadcasting.
  ///
  /// - Throws: `TensorError` for an α that is no integer where neither operand is a float.
  public func addScaled(_ other: Tensor, by alpha: Double) throws -> Tensor {
    try add(scaledOperand(other, alpha, "add"))
  }

  /// self − α other, with broadcasting; see `addScaled`.
  public func subScaled(_ other: Tensor, by alpha: Double) throws -> Tensor {
    try sub(scaledOperand(other, alpha, "sub"))
  }

  private func scaledOperand(_ other: Tensor, _ alpha: Double, _ name: String) throws -> Tensor {
    if alpha == 1 { return other }
    guard dtype.isFloating || other.dtype.isFloating || alpha == alpha.rounded() else {
      throw TensorError(
        .value, name, argument: "alpha", expected: "an integer beside integer tensors",
        got: "\(alpha)")
    }
    return try (dtype.isFloating && !other.dtype.isFloating ? other.to(dtype) : other).mul(alpha)
  }

  /// self / other rounded to whole numbers, with broadcasting; of integers an integer. Its derivatives
  /// are 0.
  ///
  /// - Throws: `TensorError` where an integer is divided by 0.
  public func divided(by other: Tensor, rounding: DivisionRounding) throws -> Tensor {
    switch rounding {
    case .floor: return try floorDivide(other)
    case .trunc:
      if dtype.isFloating || other.dtype.isFloating { return try div(other).trunc() }
      return try sub(fmod(other)).floorDivide(other)
    }
  }
}
