/// The checked parameters of an optimiser, and their gradients.

internal import PenumbraTensor

struct ParameterList {
  let tensors: [Tensor]

  /// - Throws: `TensorError` unless there is at least one parameter and each is a contiguous float
  ///   leaf that requires a gradient, given once.
  init(_ parameters: [Tensor], _ operation: String) throws {
    guard !parameters.isEmpty else {
      throw TensorError(.value, operation, "there are no parameters to train")
    }
    var seen: [ObjectIdentifier: Int] = [:]
    for (index, parameter) in parameters.enumerated() {
      let argument = ParameterList.label(index, parameter)
      guard parameter.dtype.isFloating else {
        throw TensorError(
          .dtype, operation, argument: argument, expected: "float32 or float64",
          got: parameter.dtype.name)
      }
      guard parameter.isLeaf else {
        throw TensorError(
          .graph, operation, argument: argument,
          "is the result of an operation; only leaves can be trained")
      }
      guard parameter.requiresGradient else {
        throw TensorError(
          .graph, operation, argument: argument,
          "does not require a gradient; call requires_grad_(true) on it")
      }
      guard parameter.isContiguous else {
        throw TensorError(
          .shape, operation, argument: argument, "is not contiguous; train contiguous() of it")
      }
      if let first = seen.updateValue(index, forKey: ObjectIdentifier(parameter)) {
        throw TensorError(
          .value, operation, argument: argument, "is parameter \(first + 1) again")
      }
    }
    tensors = parameters
  }

  /// How messages name a parameter.
  static func label(_ index: Int, _ parameter: Tensor) -> String {
    "parameter \(index + 1) \(parameter.shape)"
  }

  /// The gradients as contiguous values of their parameters' types; nil where there is none.
  ///
  /// - Throws: `TensorError` (shape) for a gradient, set by hand, of another shape.
  func gradients(_ operation: String) throws -> [Tensor?] {
    try tensors.enumerated().map { index, parameter in
      guard let gradient = parameter.gradient else { return nil }
      guard gradient.shape == parameter.shape else {
        throw TensorError(
          .shape, operation, argument: ParameterList.label(index, parameter),
          expected: "a gradient of the same shape", got: "\(gradient.shape)")
      }
      guard gradient.requiresGradient || gradient.dtype != parameter.dtype || !gradient.isContiguous
      else { return gradient }
      return try GradientMode.with(false) {
        try gradient.detached().to(parameter.dtype).contiguous()
      }
    }
  }

  /// Zeros like a parameter.
  func zeros(_ index: Int) throws -> Tensor {
    try Tensor.zeros(tensors[index].shape, dtype: tensors[index].dtype)
  }
}
