/// Writing into a part of a tensor: `x[...] = y`.

extension Tensor {
  /// Copies `value`, broadcast and converted, into the part of this tensor that `part` takes from it.
  ///
  /// The derivative is that of x with the part replaced: zeros there for the old x, and the part of
  /// the gradient for the value.
  ///
  /// - Parameter part: a chain of views (`narrow`, `select`, `permute`, ...).
  /// - Throws: `TensorError` when the part does not share this tensor's memory, the value does not
  ///   fit, or (while operations are recorded) this is a leaf that wants a gradient or a view of one.
  @discardableResult
  public func assign(_ value: Tensor, at part: (Tensor) throws -> Tensor) throws -> Tensor {
    try checkWritable("assign")
    let target = try GradientMode.with(false) { try part(alias()) }
    guard target.storage === storage, target.dtype == dtype else {
      throw TensorError(
        .value, "assign", "the place to write to is a copy, not a part of the tensor")
    }
    try target.checkWritable("assign")
    guard dtype.isFloating || !value.dtype.isFloating else {
      throw TensorError(
        .dtype, "assign", expected: "a value that \(dtype) can hold", got: value.dtype.name)
    }
    let source = try value.to(dtype).expand(to: target.shape)
    let origin = source.graphNode
    let isRecorded = try isRecordedChange(by: origin, "assign")
    guard !isRecorded || !target.mayOverlap else {
      throw TensorError(
        .shape, "assign", "the elements of the place to write to share places in memory")
    }
    Backend.copy(source.storage === storage ? try source.copied() : source, into: target)
    storage.markChanged()
    if isRecorded { try (base ?? self).recordChange(of: target, by: origin, "assign") }
    return self
  }
}
