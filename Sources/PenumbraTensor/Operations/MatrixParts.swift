/// Parts of matrices that factorisations and their derivatives are made of; batches throughout.

extension Tensor {
  /// Each matrix transposed: [..., m, n] → [..., n, m].
  var transposedMatrix: Tensor { get throws { try transpose(-1, -2) } }

  /// The dimensions before the matrices'.
  var batchShape: Shape {
    var lead = shape
    lead.remove(at: rank - 1)
    lead.remove(at: rank - 2)
    return lead
  }

  /// Number of matrices.
  var matrixCount: Int { batchShape.elementCount }

  /// The diagonal of two dimensions, as the last dimension; a view.
  ///
  /// [..., m, ..., n, ...] → [..., min(m, n)]
  func diagonalView(_ first: Int, _ second: Int, _ operation: StaticString) throws -> Tensor {
    let (a, b) = (try dimension(first, "\(operation)"), try dimension(second, "\(operation)"))
    var (target, steps) = (Shape(), Strides())
    for index in 0..<rank where index != a && index != b {
      target.append(shape[index])
      steps.append(strides[index])
    }
    target.append(min(shape[a], shape[b]))
    steps.append(strides[a] + strides[b])
    let result = window(offset: offset, shape: target, strides: steps)
    guard Tensor.isRecording(self) else { return result }
    let own = shape
    return try result.recorded("diagonal", self) { gradient, into in
      try into(0) { try gradient.diagonalEmbedded(in: own, a, b) }
    }
  }

  /// Zeros of `target` with this tensor's last dimension on the diagonal of two of its dimensions.
  private func diagonalEmbedded(in target: Shape, _ a: Int, _ b: Int) throws -> Tensor {
    let result = try Tensor.zeros(target, dtype: dtype)
    let part = try GradientMode.with(false) { try result.diagonalView(a, b, "diagonal") }
    Backend.copy(self, into: part)
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("diagonal", self) { gradient, into in
      try into(0) { try gradient.diagonalView(a, b, "diagonal") }
    }
  }

  /// The diagonal of each matrix: [..., m, n] → [..., min(m, n)].
  func matrixDiagonal() throws -> Tensor { try diagonalView(-2, -1, "diagonal") }

  /// Square matrices with the last dimension as diagonal: [..., n] → [..., n, n].
  func diagonalMatrices() throws -> Tensor {
    try diagonalEmbedded(in: shape.appending(shape[rank - 1]), rank - 1, rank)
  }

  /// Each matrix with zeros above its diagonal `diagonal` (0 the main one, 1 the one above it).
  func lowerTriangle(_ diagonal: Int = 0) throws -> Tensor {
    try maskedFill(triangleMask { $1 > $0 + diagonal }, 0)
  }

  /// Each matrix with zeros below its diagonal `diagonal`.
  func upperTriangle(_ diagonal: Int = 0) throws -> Tensor {
    try maskedFill(triangleMask { $1 < $0 + diagonal }, 0)
  }

  /// Where (row, column) is to be struck out; [m, n].
  private func triangleMask(_ isStruck: (Int, Int) -> Bool) throws -> Tensor {
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    let mask = try Tensor(uninitialized: Shape(rows, columns), .bool, "tril")
    for row in 0..<(columns == 0 ? 0 : rows) {
      for column in 0..<columns {
        mask.bytes[row * columns + column] = isStruck(row, column) ? 1 : 0
      }
    }
    return mask
  }

  /// (X + Xᵀ) / 2
  func symmetrized() throws -> Tensor { try add(transposedMatrix).mul(0.5) }

  /// The identity beside this tensor's matrices, [n, n].
  func identityBeside() throws -> Tensor { try Tensor.eye(shape[rank - 1], dtype: dtype) }

  /// - Throws: `TensorError` unless this is a float tensor [..., m, n].
  func requireMatrices(_ operation: String, argument: String? = nil) throws {
    guard rank >= 2 else {
      throw TensorError(
        .shape, operation, argument: argument, expected: "[..., m, n]", got: "\(shape)")
    }
    guard dtype.isFloating else {
      throw TensorError(
        .dtype, operation, argument: argument, expected: "a float32 or float64 tensor",
        got: dtype.name)
    }
    guard shape[rank - 2] <= Int32.max, shape[rank - 1] <= Int32.max else {
      throw TensorError(
        .shape, operation, argument: argument, expected: "sides below 2^31", got: "\(shape)")
    }
  }

  /// - Throws: `TensorError` unless this is a float tensor [..., n, n].
  func requireSquare(_ operation: String, argument: String? = nil) throws {
    guard rank >= 2, shape[rank - 2] == shape[rank - 1] else {
      throw TensorError(
        .shape, operation, argument: argument, expected: "square matrices [..., n, n]",
        got: "\(shape)")
    }
    try requireMatrices(operation, argument: argument)
  }

  /// - Throws: `TensorError` where an element is NaN or infinite; LAPACK's iterations need numbers.
  func requireFinite(_ operation: String) throws {
    guard try GradientMode.with(false, { try isFinite().all() }) else {
      throw TensorError(
        .value, operation, argument: "input", expected: "finite values",
        got: "a matrix with NaN or infinite elements")
    }
  }

  /// "the matrix", or "the matrix 3 of the batch" counted from 1.
  func matrixName(_ failure: FactorFailure) -> String {
    rank == 2 ? "the matrix" : "the matrix \(failure.matrix + 1) of the batch"
  }
}

extension Dimensions {
  /// These and one more; there must be room.
  func appending(_ last: Int) -> Dimensions {
    var result = self
    result.append(last)
    return result
  }
}
