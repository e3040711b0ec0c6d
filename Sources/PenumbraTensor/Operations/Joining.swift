/// Putting tensors together.

extension Tensor {
  /// Tensors one after the other along a dimension.
  ///
  /// - Throws: `TensorError` when there is none, or other extents differ.
  public static func cat(_ tensors: [Tensor], _ dimension: Int = 0) throws -> Tensor {
    guard let first = tensors.first else {
      throw TensorError(.value, "cat", expected: "at least one tensor", got: "none")
    }
    guard first.rank > 0 else {
      throw TensorError(.shape, "cat", expected: "tensors with a dimension", got: "a scalar")
    }
    let axis = try first.dimension(dimension, "cat")
    var (target, dtype) = (first.shape, first.dtype)
    target[axis] = 0
    for (index, tensor) in tensors.enumerated() {
      var (expected, got) = (first.shape, tensor.shape)
      if got.rank == expected.rank { (expected[axis], got[axis]) = (-1, -1) }
      guard expected == got else {
        throw TensorError(
          .shape, "cat", argument: "tensor \(index + 1)",
          expected: "the extents of \(first.shape) but for dimension \(axis + 1)",
          got: "\(tensor.shape)")
      }
      target[axis] &+= tensor.shape[axis]
      dtype = DType.promoted(try Tensor.witness(dtype), try Tensor.witness(tensor.dtype))
    }
    let parts = try tensors.map { try $0.to(dtype) }
    let result = try Tensor(uninitialized: target, dtype, "cat")
    var start = 0
    try GradientMode.with(false) {
      for part in parts {
        Backend.copy(part, into: try result.narrow(axis, start: start, count: part.shape[axis]))
        start += part.shape[axis]
      }
    }
    guard parts.contains(where: Tensor.isRecording) else { return result }
    let counts = parts.map { $0.shape[axis] }
    return try result.recorded("cat", inputs: parts) { gradient, into in
      var start = 0
      for (index, count) in counts.enumerated() {
        try into(index) { try gradient.narrow(axis, start: start, count: count) }
        start += count
      }
    }
  }

  /// Tensors of one shape along a new dimension.
  public static func stack(_ tensors: [Tensor], _ dimension: Int = 0) throws -> Tensor {
    let position = dimension < 0 ? dimension + (tensors.first?.rank ?? 0) + 1 : dimension
    return try cat(tensors.map { try $0.unsqueeze(position) }, position)
  }

  /// An empty one-dimensional tensor that stands for its type.
  private static func witness(_ dtype: DType) throws -> Tensor {
    try Tensor(uninitialized: Shape(0), dtype, "cat")
  }
}
