/// The mean of each window, and the adjoint of that linear map.

extension Tensor {
  /// The mean of each window (PyTorch's avg_pool1d to avg_pool3d).
  ///
  /// self: [N, C, size...] or [C, size...]
  /// → the same with sizes ⌊(size + 2 padding − kernel)/stride⌋ + 1 (rounded up with `ceilMode`)
  ///
  /// - Parameters:
  ///   - dimensions: the number of spatial dimensions, 1 to 3.
  ///   - stride: the kernel's size unless given.
  ///   - padding: zeros around the input; at most half of the kernel.
  ///   - countsPadding: whether these zeros count as elements.
  ///   - divisor: what the sums are divided by instead; not 0.
  /// - Throws: `TensorError` when no window fits, a number is out of range or the tensor holds
  ///   integers.
  /// - Complexity: output elements × kernel places.
  public func averagePool(
    _ dimensions: Int, kernel: Dimensions, stride: Dimensions? = nil,
    padding: Dimensions = Dimensions(0), ceilMode: Bool = false, countsPadding: Bool = true,
    divisor: Int? = nil
  ) throws -> Tensor {
    let numbers = try Tensor.spatialNumbers(
      dimensions, ["avg_pool1d", "avg_pool2d", "avg_pool3d"])
    try checkSpatial(numbers)
    guard divisor != 0 else {
      throw TensorError(
        .value, "\(numbers.operation)", argument: "divisor_override", expected: "not 0", got: "0")
    }
    return try averaged(
      PoolingWindow(
        self, numbers, kernel: kernel, stride: stride, padding: padding, dilation: Dimensions(1),
        ceilMode: ceilMode, countsPadding: countsPadding), divisor, numbers.operation)
  }

  /// The means of `size` windows that cover the input evenly, from ⌊i·in/out⌋ to ⌈(i + 1)·in/out⌉
  /// (PyTorch's adaptive_avg_pool1d to adaptive_avg_pool3d). Size 1 is global pooling.
  ///
  /// self: [N, C, size...] or [C, size...] → [N, C, size...] of the given size
  public func adaptiveAveragePool(_ dimensions: Int, size: Dimensions) throws -> Tensor {
    let numbers = try Tensor.spatialNumbers(
      dimensions, ["adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d"])
    try checkSpatial(numbers)
    return try averaged(
      PoolingWindow(self, numbers, adaptive: size), nil, numbers.operation)
  }

  private func averaged(_ window: PoolingWindow, _ divisor: Int?, _ operation: StaticString) throws
    -> Tensor
  {
    try requireFloating("\(operation)")
    try Interruption.check("\(operation)")
    let result = try Tensor(uninitialized: window.resultShape(shape), dtype, operation)
    if result.elementCount > 0 {
      try Backend.averagePool(window, divisor, contiguousValues(), into: result)
    }
    guard Tensor.isRecording(self) else { return result }
    let own = shape
    return try result.recorded(operation, self) { gradient, into in
      try into(0) { try gradient.averageSpread(window, divisor, to: own, operation) }
    }
  }

  /// Each element's share given to all elements of its window.
  private func averageSpread(
    _ window: PoolingWindow, _ divisor: Int?, to target: Shape, _ operation: StaticString
  ) throws -> Tensor {
    let result = try Tensor.zeros(target, dtype: dtype)
    if elementCount > 0 {
      try Backend.averagePoolAdjoint(window, divisor, contiguousValues(), into: result)
    }
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded(operation, self) { gradient, into in
      try into(0) { try gradient.averaged(window, divisor, operation) }
    }
  }
}
