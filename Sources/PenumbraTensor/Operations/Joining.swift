/// Putting tensors together.

extension Tensor {
  /// Tensors one after the other along a dimension. Empty tensors of shape [0] fit anywhere.
  ///
  /// - Throws: `TensorError` when there is none, or other extents differ.
  /// - Complexity: O(n) for n elements, copied in runs.
  public static func cat(_ tensors: [Tensor], _ dimension: Int = 0) throws -> Tensor {
    guard let first = tensors.first(where: { $0.shape != Shape(0) }) ?? tensors.first else {
      throw TensorError(.value, "cat", expected: "at least one tensor", got: "none")
    }
    guard first.rank > 0 else {
      throw TensorError(.shape, "cat", expected: "tensors with a dimension", got: "a scalar")
    }
    let axis = try first.dimension(dimension, "cat")
    var (target, dtype) = (first.shape, first.dtype)
    target[axis] = 0
    var used: [Tensor] = []
    for (index, tensor) in tensors.enumerated() {
      dtype = DType.promoted(try Tensor.witness(dtype), try Tensor.witness(tensor.dtype))
      if tensor.shape == Shape(0), first.rank > 1 { continue }
      var (expected, got) = (first.shape, tensor.shape)
      if got.rank == expected.rank { (expected[axis], got[axis]) = (-1, -1) }
      guard expected == got else {
        throw TensorError(
          .shape, "cat", argument: "tensor \(index + 1)",
          expected: "the extents of \(first.shape) but for dimension \(axis + 1)",
          got: "\(tensor.shape)")
      }
      let (sum, overflow) = target[axis].addingReportingOverflow(tensor.shape[axis])
      target[axis] = overflow ? .max : sum
      used.append(tensor)
    }
    let parts = try used.map { try $0.to(dtype) }
    let result = try Tensor(uninitialized: target, dtype, "cat")
    var start = 0
    try GradientMode.with(false) {
      for part in parts {
        Backend.copy(part, into: try result.narrow(axis, start: start, count: part.shape[axis]))
        start += part.shape[axis]
      }
    }
    guard parts.contains(where: Tensor.isRecording) else { return result }
    start = 0
    let ranges = parts.map { part in
      defer { start += part.shape[axis] }
      return start..<(start + part.shape[axis])
    }
    let partition = Partition("cat", axis, ranges)
    return try result.recorded("cat", inputs: parts) { gradient, into in
      for (index, part) in try partition.parts(of: gradient).enumerated() {
        try into(index) { part }
      }
    }
  }

  /// Tensors of one shape along a new dimension.
  public static func stack(_ tensors: [Tensor], _ dimension: Int = 0) throws -> Tensor {
    guard let first = tensors.first else {
      throw TensorError(.value, "stack", expected: "at least one tensor", got: "none")
    }
    for (index, tensor) in tensors.enumerated() where tensor.shape != first.shape {
      throw TensorError(
        .shape, "stack", argument: "tensor \(index + 1)", expected: "\(first.shape)",
        got: "\(tensor.shape)")
    }
    let position = dimension < 0 ? dimension + first.rank + 1 : dimension
    return try cat(tensors.map { try $0.unsqueeze(position) }, position)
  }

  /// Tensors side by side: along the second dimension, or the first of vectors and scalars.
  public static func hstack(_ tensors: [Tensor]) throws -> Tensor {
    let parts = try tensors.map { try $0.atLeast(1) }
    return try cat(parts, parts.first?.rank == 1 ? 0 : 1)
  }

  /// Tensors one below the other: along the first dimension, vectors as rows.
  public static func vstack(_ tensors: [Tensor]) throws -> Tensor {
    try cat(tensors.map { try $0.atLeast(2) }, 0)
  }

  /// Tensors one behind the other: along the third dimension.
  public static func dstack(_ tensors: [Tensor]) throws -> Tensor {
    try cat(tensors.map { try $0.atLeast(3) }, 2)
  }

  /// Matrices (vectors as rows, scalars as [1, 1]) one below and to the right of the other, zeros
  /// elsewhere.
  public static func blockDiagonal(_ tensors: [Tensor]) throws -> Tensor {
    var (width, start) = (0, 0)
    let blocks = try tensors.enumerated().map { index, tensor in
      guard tensor.rank <= 2 else {
        throw TensorError(
          .shape, "block_diag", argument: "tensor \(index + 1)", expected: "at most 2 dimensions",
          got: "shape \(tensor.shape)")
      }
      let block = try tensor.atLeast(2)
      let (sum, overflow) = width.addingReportingOverflow(block.shape[1])
      width = overflow ? .max : sum
      return block
    }
    let rows = try blocks.map { block in
      let (height, own) = (block.shape[0], block.shape[1])
      defer { start += own }
      return try cat(
        [
          zeros(Shape(height, start), dtype: block.dtype), block,
          zeros(Shape(height, width - start - own), dtype: block.dtype),
        ], 1)
    }
    return try vstack(rows)
  }

  /// Vectors (and scalars) as the columns of a matrix, and matrices side by side.
  public static func columnStack(_ tensors: [Tensor]) throws -> Tensor {
    try hstack(
      tensors.map { tensor in
        tensor.rank < 2 ? try tensor.reshape(Shape(tensor.elementCount, 1)) : tensor
      })
  }

  /// An empty one-dimensional tensor that stands for its type.
  private static func witness(_ dtype: DType) throws -> Tensor {
    try Tensor(uninitialized: Shape(0), dtype, "cat")
  }
}
