/// What losses share: how element losses become one number, and checks of their arguments.

/// How element losses become one number.
public enum LossReduction: String, Sendable, CaseIterable {
  case mean, sum, none

  /// The losses reduced; of nothing the mean is NaN.
  func apply(_ losses: Tensor) throws -> Tensor {
    switch self {
    case .mean: try losses.mean()
    case .sum: try losses.sum()
    case .none: losses
    }
  }
}

extension Tensor {
  /// - Throws: `TensorError` unless `target` has exactly this shape.
  func requireSameShape(_ target: Tensor, _ operation: String, _ argument: String = "target") throws
  {
    guard target.shape == shape else {
      throw TensorError(
        .shape, operation, argument: argument, expected: "\(shape)", got: "\(target.shape)")
    }
  }

  /// A pair of floats of one dtype; a target of integers takes the input's dtype.
  func lossOperands(_ target: Tensor, _ operation: String) throws -> (Tensor, Tensor) {
    try requireFloating(operation)
    let common = DType.promoted(self, target)
    return (try to(common), try target.to(common))
  }

  /// max(x, 0), whose derivative at 0 is 1, as that of a hinge is in PyTorch.
  func hinged() throws -> Tensor { try clamp(minimum: 0) }
}

/// - Throws: `TensorError` unless `value` is finite and at least 0, or above it when `isPositive`.
func requireLossNumber(
  _ value: Double, _ operation: String, _ argument: String, isPositive: Bool = false
) throws {
  guard value.isFinite, isPositive ? value > 0 : value >= 0 else {
    throw TensorError(
      .value, operation, argument: argument,
      expected: isPositive ? "a number above 0" : "a number of at least 0", got: "\(value)")
  }
}
