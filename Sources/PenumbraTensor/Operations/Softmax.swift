/// Softmax, its logarithm, and the cross entropy of class scores.

extension Tensor {
  /// eˣ / Σ eˣ along a dimension.
  public func softmax(_ dimension: Int = -1) throws -> Tensor {
    try normalized("softmax", log: false, dimension) { y, gradient, axis in
      try y.mul(gradient.sub(gradient.mul(y).sum([axis], keepDimensions: true)))
    }
  }

  /// x − log Σ eˣ along a dimension.
  public func logSoftmax(_ dimension: Int = -1) throws -> Tensor {
    try normalized("log_softmax", log: true, dimension) { y, gradient, axis in
      try gradient.sub(y.exp().mul(gradient.sum([axis], keepDimensions: true)))
    }
  }

  /// e⁻ˣ / Σ e⁻ˣ along a dimension.
  public func softmin(_ dimension: Int = -1) throws -> Tensor {
    try requireFloating("softmin")
    return try negative().softmax(dimension)
  }

  private func normalized(
    _ name: StaticString, log: Bool, _ dimension: Int,
    _ derivative: @escaping (_ y: Tensor, _ gradient: Tensor, _ axis: Int) throws -> Tensor
  ) throws -> Tensor {
    try requireFloating("\(name)")
    let axis = try self.dimension(dimension, "\(name)")
    guard axis == rank - 1 else {
      return try transpose(axis, -1).normalized(name, log: log, -1, derivative).transpose(axis, -1)
    }
    let source = try contiguousValues()
    let result = try Tensor(uninitialized: shape, dtype, name)
    let columns = shape[axis]
    if elementCount > 0 {
      Backend.softmaxRows(
        log: log, source, rows: elementCount / columns, columns: columns, into: result)
    }
    guard Tensor.isRecording(self) else { return result }
    let y = SavedOutput(result)
    return try result.recorded(name, self) { gradient, into in
      try into(0) { try derivative(y.value(into), gradient, axis) }
    }
  }

  /// −mean_i log softmax(scores)[i, label_i]
  ///
  /// - Parameter labels: int64 [n], counted from 0; scores: [n, classes].
  public func crossEntropy(_ labels: Tensor) throws -> Tensor {
    guard rank == 2, labels.rank == 1, labels.shape[0] == shape[0] else {
      throw TensorError(
        .shape, "cross_entropy", expected: "scores [n, classes] and labels [n]",
        got: "\(shape) and \(labels.shape)")
    }
    let picked = try logSoftmax(1).gather(1, labels.unsqueeze(1))
    return try picked.mean().mul(-1)
  }
}
