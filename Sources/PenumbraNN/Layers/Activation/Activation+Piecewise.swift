/// Activations made of straight pieces.

internal import PenumbraTensor

extension Activation {
  /// x held between low and high; the derivative is 0 outside and at the ends
  ///
  /// - Throws: `TensorError` unless low < high.
  public static func hardtanh(low: Double = -1, high: Double = 1) throws -> Activation {
    guard low < high else {
      throw TensorError(
        .value, "Hardtanh", expected: "min < max", got: "\(text(low)) and \(text(high))")
    }
    return Activation("Hardtanh", "min=\(text(low)), max=\(text(high))") {
      try $0.hardTanh(low, high)
    }
  }

  /// min(max(x, 0), 6)
  public static func relu6() -> Activation { Activation("ReLU6") { try $0.relu6() } }

  /// min(max(x + 3, 0), 6) / 6
  public static func hardsigmoid() -> Activation {
    Activation("Hardsigmoid") { try $0.hardSigmoid() }
  }

  /// x · hardsigmoid(x)
  public static func hardswish() -> Activation { Activation("Hardswish") { try $0.hardSwish() } }

  /// x − λ where x > λ, x + λ where x < −λ, 0 between
  public static func softshrink(lambda: Double = 0.5) throws -> Activation {
    try requireNonNegative(lambda, "Softshrink", "lambda")
    return Activation("Softshrink", "lambda=\(text(lambda))") { try $0.softShrink(lambda) }
  }

  /// x where |x| > λ, 0 elsewhere
  public static func hardshrink(lambda: Double = 0.5) throws -> Activation {
    try requireNonNegative(lambda, "Hardshrink", "lambda")
    return Activation("Hardshrink", "lambda=\(text(lambda))") { try $0.hardShrink(lambda) }
  }

  /// x where x > limit, value elsewhere
  public static func threshold(_ limit: Double, _ value: Double) -> Activation {
    Activation("Threshold", "threshold=\(text(limit)), value=\(text(value))") {
      try $0.threshold(limit, value)
    }
  }
}
