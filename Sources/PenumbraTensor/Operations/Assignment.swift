/// Writing into a part of a tensor: `x[...] = y`.

extension Tensor {
  /// Copies `value`, broadcast and converted, into the part of this tensor that `part` takes from it.
  ///
  /// The derivative is that of x with the part replaced: zeros there for the old x, and the part of
  /// the gradient for the value.
  ///
  /// - Parameter part: a chain of views (`narrow`, `select`, `permute`, ...); called again on the
  ///   gradient in a backward pass.
  /// - Throws: `TensorError` when the part does not share this tensor's memory, the value does not
  ///   fit, or (while operations are recorded) this is a leaf that wants a gradient or a view.
  @discardableResult
  public func assign(_ value: Tensor, at part: @escaping (Tensor) throws -> Tensor) throws -> Tensor
  {
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
    let isRecorded = try isRecordedChange(by: value, "assign")
    let source = try value.to(dtype).expand(to: target.shape)
    Backend.copy(source.storage === storage ? try source.copied() : source, into: target)
    guard isRecorded else {
      storage.markChanged()
      return self
    }
    // Recorded with the graph that was, and only then marked as another.
    let after = try alias().recorded("assign", self, source) { gradient, into in
      try into(0) {
        try gradient.clone().assign(Tensor.scalar(0, dtype: gradient.dtype), at: part)
      }
      try into(1) { try part(gradient) }
    }
    storage.markChanged(recorded: true)
    node = after.node
    nodeVersion = storage.graphVersion
    return self
  }
}
