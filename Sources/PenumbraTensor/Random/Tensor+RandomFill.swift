/// Random numbers in place: the tensor's elements in row-major order, whatever its strides.

extension Tensor {
  /// Replaces every element by what `draw` makes for this shape and type.
  ///
  /// - Throws: `TensorError` for an expanded tensor, a leaf that wants a gradient or a view while
  ///   operations are recorded, and what `draw` throws.
  @discardableResult
  public func fillRandomly(
    _ operation: StaticString, _ draw: (Shape, DType) throws -> Tensor
  ) throws -> Tensor {
    try replace(operation) { () throws -> Tensor in
      try GradientMode.with(false) { try draw(shape, dtype) }
    }
  }
}
