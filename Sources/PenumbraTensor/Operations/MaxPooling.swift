/// The greatest element of each window, and where it stood.

extension Tensor {
  /// The greatest element of each window, and its row-major position among the spatial dimensions
  /// (PyTorch's max_pool1d to max_pool3d).
  ///
  /// self: [N, C, size...] or [C, size...]
  /// → the same with sizes ⌊(size + 2 padding − dilation (kernel − 1) − 1)/stride⌋ + 1
  /// (rounded up with `ceilMode`). Of equal elements the first counts; NaN counts as the greatest.
  /// The derivative goes to the chosen element alone.
  ///
  /// - Parameters:
  ///   - dimensions: the number of spatial dimensions, 1 to 3.
  ///   - stride: the kernel's size unless given.
  ///   - padding: places outside that are never chosen; at most half of the kernel.
  /// - Throws: `TensorError` when no window fits or a number is out of range.
  /// - Complexity: output elements × kernel places.
  public func maxPool(
    _ dimensions: Int, kernel: Dimensions, stride: Dimensions? = nil,
    padding: Dimensions = Dimensions(0), dilation: Dimensions = Dimensions(1),
    ceilMode: Bool = false
  ) throws -> (values: Tensor, indices: Tensor) {
    let numbers = try Tensor.spatialNumbers(
      dimensions, ["max_pool1d", "max_pool2d", "max_pool3d"])
    try checkSpatial(numbers)
    return try greatest(
      PoolingWindow(
        self, numbers, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
        ceilMode: ceilMode, countsPadding: false), numbers)
  }

  /// The greatest elements of `size` windows that cover the input evenly, from ⌊i·in/out⌋ to
  /// ⌈(i + 1)·in/out⌉, and their positions (PyTorch's adaptive_max_pool1d to adaptive_max_pool3d).
  ///
  /// self: [N, C, size...] or [C, size...] → [N, C, size...] of the given size
  public func adaptiveMaxPool(_ dimensions: Int, size: Dimensions) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let numbers = try Tensor.spatialNumbers(
      dimensions, ["adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d"])
    try checkSpatial(numbers)
    return try greatest(PoolingWindow(self, numbers, adaptive: size), numbers)
  }

  private func greatest(_ window: PoolingWindow, _ numbers: SpatialNumbers) throws -> (
    values: Tensor, indices: Tensor
  ) {
    guard dtype != .bool else {
      throw TensorError(
        .dtype, "\(numbers.operation)", argument: "input", expected: "numbers", got: dtype.name)
    }
    try Interruption.check("\(numbers.operation)")
    let target = window.resultShape(shape)
    let values = try Tensor(uninitialized: target, dtype, numbers.operation)
    let indices = try Tensor(uninitialized: target, .int64, numbers.operation)
    if values.elementCount > 0 {
      let spans = (window.spans(0), window.spans(1), window.spans(2))
      for list in [spans.0, spans.1, spans.2] where list.contains(where: { $0.start >= $0.end }) {
        throw TensorError(
          .value, "\(numbers.operation)", argument: "dilation",
          "a window would hold no element of the input")
      }
      try Backend.maxPool(spans, window, contiguousValues(), into: values, indices)
    }
    guard Tensor.isRecording(self) else { return (values, indices) }
    let (own, places, dimensions) = (shape, Saved(indices), window.dimensions)
    let result = try values.recorded("max_pool", self) { gradient, into in
      try into(0) { try gradient.planesScattered(places.value(into), to: own, dimensions) }
    }
    return (result, indices)
  }

  /// Zeros of `target` to which each element is added at its place among the spatial dimensions.
  private func planesScattered(_ places: Tensor, to target: Shape, _ dimensions: Int) throws
    -> Tensor
  {
    let result = try Tensor.zeros(target, dtype: dtype)
    Backend.scatterPlanes(try contiguousValues(), places, into: result, dimensions)
    guard Tensor.isRecording(self) else { return result }
    let saved = Saved(places)
    return try result.recorded("max_pool", self) { gradient, into in
      try into(0) { try gradient.planesGathered(saved.value(into), dimensions) }
    }
  }

  /// The elements at the given places among the spatial dimensions.
  private func planesGathered(_ places: Tensor, _ dimensions: Int) throws -> Tensor {
    let result = try Tensor(uninitialized: places.shape, dtype, "max_pool")
    Backend.gatherPlanes(try contiguousValues(), places, into: result, dimensions)
    guard Tensor.isRecording(self) else { return result }
    let (saved, own) = (Saved(places), shape)
    return try result.recorded("max_pool", self) { gradient, into in
      try into(0) { try gradient.planesScattered(saved.value(into), to: own, dimensions) }
    }
  }
}
