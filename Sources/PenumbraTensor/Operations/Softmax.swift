/// Softmax and its logarithm.

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
    if rank == 0 {
      return try asVector { try $0.normalized(name, log: log, dimension, derivative) }
    }
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
}
