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

  /// The diagonal of each matrix: [..., m, n] → [..., min(m, n)].
  func matrixDiagonal() throws -> Tensor { try diagonal(0, -2, -1) }

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
