/// Gradients held within bounds before an optimiser's step.

public import PenumbraTensor

/// Limits on the accumulated gradients of parameters, which are changed in place.
public enum GradientClipping {
  /// Scales all gradients by min(1, limit / (‖g‖_p + 10⁻⁶)), so that their norm together is at most
  /// `limit`.
  ///
  /// The norm is that of one vector of all elements, summed in float64. Pascanu, Mikolov & Bengio (2013).
  /// - Parameters:
  ///   - p: 2 by default; infinity is the greatest magnitude.
  ///   - throwsIfNonfinite: an infinite or undefined norm is an error; else it spreads to the gradients.
  /// - Returns: the norm before; 0 without gradients.
  /// - Throws: `TensorError` for a negative limit, p ≤ 0, or a norm that is not finite where asked.
  @discardableResult
  public static func clipNorm(
    of parameters: [Tensor], to limit: Double, p: Double = 2, throwsIfNonfinite: Bool = false
  ) throws -> Double {
    let operation: StaticString = "clip_grad_norm_"
    try requireLimit(limit, "\(operation)", "max_norm")
    guard p > 0 else {
      throw TensorError(
        .value, "\(operation)", argument: "norm_type", expected: "a number above 0", got: "\(p)")
    }
    let gradients = parameters.compactMap(\.gradient)
    return try GradientMode.with(false) {
      let norm = try norm(of: gradients, p)
      guard norm.isFinite || !throwsIfNonfinite else {
        throw TensorError(
          .value, "\(operation)",
          "the norm of the gradients is \(norm); "
            + "it cannot be brought to \(limit)")
      }
      let factor = limit / (norm + 1e-6)
      // Not `factor < 1`: an undefined norm spreads, as in PyTorch.
      if !(factor >= 1) {
        for parameter in parameters {
          try change(parameter, operation) { try $0.mul(factor) }
        }
      }
      return norm
    }
  }

  /// Holds every element of the gradients within ±limit.
  ///
  /// - Throws: `TensorError` for a negative limit.
  public static func clipValue(of parameters: [Tensor], to limit: Double) throws {
    let operation: StaticString = "clip_grad_value_"
    try requireLimit(limit, "\(operation)", "clip_value")
    try GradientMode.with(false) {
      for parameter in parameters {
        try change(parameter, operation) { try $0.clamp(minimum: -limit, maximum: limit) }
      }
    }
  }

  private static func norm(of gradients: [Tensor], _ p: Double) throws -> Double {
    var total = 0.0
    for gradient in gradients where gradient.elementCount > 0 {
      let wide = try gradient.to(.float64).abs()
      switch p {
      case .infinity:
        let greatest = try wide.maximum(over: nil).item()
        // NaN stays, whichever side it is on.
        total = total.isNaN || greatest.isNaN ? .nan : max(total, greatest)
      case 2: total += try wide.square().sum().item()
      case 1: total += try wide.sum().item()
      default: total += try wide.pow(p).sum().item()
      }
    }
    switch p {
    case .infinity, 1: return total
    case 2: return total.squareRoot()
    default: return try Tensor.scalar(total, dtype: .float64).pow(1 / p).item()
    }
  }

  /// The gradient in place; one that shares its elements' memory is replaced.
  private static func change(
    _ parameter: Tensor, _ operation: StaticString, _ body: (Tensor) throws -> Tensor
  ) throws {
    guard let gradient = parameter.gradient else { return }
    if gradient.isContiguous {
      try gradient.replace(operation) { try body(gradient) }
    } else {
      try parameter.setGradient(body(gradient))
    }
  }

  private static func requireLimit(_ limit: Double, _ operation: String, _ argument: String) throws
  {
    guard limit >= 0 else {
      throw TensorError(
        .value, operation, argument: argument, expected: "a number of at least 0", got: "\(limit)")
    }
  }
}
