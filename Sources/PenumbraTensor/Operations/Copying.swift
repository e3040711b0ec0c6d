/// Copies and conversions.

extension Tensor {
  /// This tensor in row-major memory: itself, or a copy that is part of the graph.
  public func contiguous() throws -> Tensor { isContiguous ? self : try clone() }

  /// A copy that is part of the graph.
  public func clone() throws -> Tensor {
    let result = try copied()
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("clone", self) { gradient, into in try into(0) { gradient } }
  }

  /// The elements in another type; itself where the type is the same.
  @inline(__always)
  public func to(_ target: DType) throws -> Tensor {
    target == dtype ? self : try converted(target)
  }

  private func converted(_ target: DType) throws -> Tensor {
    let result = try Tensor(uninitialized: shape, target, "to")
    Backend.copy(self, into: result)
    guard Tensor.isRecording(self), target.isFloating else { return result }
    let source = dtype
    return try result.recorded("to", self) { gradient, into in
      try into(0) { try gradient.to(source) }
    }
  }

  /// A contiguous copy outside the graph.
  package func copied() throws -> Tensor {
    let result = try Tensor(uninitialized: shape, dtype, "clone")
    Backend.copy(self, into: result)
    return result
  }

  /// The values in row-major memory, outside the graph; a copy only where necessary.
  @inline(__always)
  package func contiguousValues() throws -> Tensor { isContiguous ? self : try copied() }
}
