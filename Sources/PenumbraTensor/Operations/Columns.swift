/// Sliding windows as columns, and columns added back into an image: PyTorch's unfold and fold.

extension Tensor {
  /// The windows of an image as columns (torch.nn.functional.unfold):
  /// y[n, (c, k), i] = x[n, c, i·stride + k·dilation − padding], 0 outside
  ///
  /// self: [N, C, H, W] or [C, H, W] → [N, C · kernel places, output places]; both kernel and
  /// output places in row-major order.
  /// - Throws: `TensorError` when no window fits, a number is out of range or the tensor holds
  ///   integers.
  public func imageToColumns(
    kernel: Dimensions, stride: Dimensions = Dimensions(1), padding: Dimensions = Dimensions(0),
    dilation: Dimensions = Dimensions(1)
  ) throws -> Tensor {
    let numbers = SpatialNumbers(operation: "im2col", dimensions: 2)
    try checkSpatial(numbers)
    try requireFloating("im2col")
    let window = try SlidingWindow(
      numbers, input: numbers.extents(shape, from: rank - 2), kernel: kernel, stride: stride,
      padding: padding, dilation: dilation)
    return try inBatch(2) { try $0.unfolded(window) }
  }

  /// Columns added up where they came from (torch.nn.functional.fold); the adjoint of
  /// `imageToColumns`: places that several windows cover hold the sum.
  ///
  /// self: [N, C · kernel places, output places] or without N → [N, C, H, W]
  ///
  /// - Parameter size: H and W.
  /// - Throws: `TensorError` when the columns are not those of such an image.
  public func columnsToImage(
    size: Dimensions, kernel: Dimensions, stride: Dimensions = Dimensions(1),
    padding: Dimensions = Dimensions(0), dilation: Dimensions = Dimensions(1)
  ) throws -> Tensor {
    let numbers = SpatialNumbers(operation: "col2im", dimensions: 2)
    try requireFloating("col2im")
    let window = try SlidingWindow(
      numbers, input: numbers.spread(size, "size", atLeast: 1, neutral: 1), kernel: kernel,
      stride: stride, padding: padding, dilation: dilation)
    let (taps, places) = (window.kernel.multiplied(), window.output.multiplied())
    guard rank == 2 || rank == 3, let taps, let places, shape[rank - 2] % taps == 0,
      shape[rank - 1] == places
    else {
      throw TensorError(
        .shape, "col2im", argument: "input",
        expected: "[N, C · \(taps.map(String.init) ?? "∞"), \(places.map(String.init) ?? "∞")]",
        got: "\(shape)")
    }
    return try inBatch(1) { try $0.folded(window, channels: shape[rank - 2] / taps) }
  }

  private func unfolded(_ window: SlidingWindow) throws -> Tensor {
    let (batch, channels) = (shape[0], shape[1])
    guard let taps = window.kernel.multiplied(channels), let places = window.output.multiplied()
    else { throw TensorError(.memory, "im2col", "the columns are too many") }
    let result = try Tensor(uninitialized: [batch, taps, places], dtype, "im2col")
    let source = try contiguousValues()
    if result.elementCount > 0 {
      for example in 0..<batch {
        try Interruption.check("im2col")
        Backend.unfold(
          window, channels, source, example * channels * window.input.elementCount, into: result,
          example * taps * places)
      }
    }
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("im2col", self) { gradient, into in
      try into(0) { try gradient.folded(window, channels: channels) }
    }
  }

  private func folded(_ window: SlidingWindow, channels: Int) throws -> Tensor {
    let (batch, source) = (shape[0], try contiguousValues())
    let result = try Tensor.zeros(
      [batch, channels, window.input[1], window.input[2]], dtype: dtype)
    if elementCount > 0 {
      for example in 0..<batch {
        try Interruption.check("col2im")
        Backend.fold(
          window, channels, source, example * shape[1] * shape[2], into: result,
          example * channels * window.input.elementCount)
      }
    }
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("col2im", self) { gradient, into in
      try into(0) { try gradient.unfolded(window) }
    }
  }
}

extension SlidingWindow {
  /// Windows on an image of known extents.
  ///
  /// - Throws: `TensorError` when none fits.
  fileprivate init(
    _ numbers: SpatialNumbers, input: Shape, kernel: Dimensions, stride: Dimensions,
    padding: Dimensions, dilation: Dimensions
  ) throws {
    self.input = input
    self.kernel = try numbers.spread(kernel, "kernel", atLeast: 1, neutral: 1)
    self.stride = try numbers.spread(stride, "stride", atLeast: 1, neutral: 1)
    self.dilation = try numbers.spread(dilation, "dilation", atLeast: 1, neutral: 1)
    low = try numbers.spread(padding, "padding", atLeast: 0, neutral: 0)
    for index in (3 - numbers.dimensions)..<3 {
      let padded = input[index] + 2 * low[index]
      guard let reach = numbers.reach(self.kernel[index], self.dilation[index]), reach <= padded
      else {
        throw TensorError(
          .shape, "\(numbers.operation)", argument: "kernel",
          expected: "at most the padded image, \(padded) in spatial dimension "
            + "\(index - 2 + numbers.dimensions)", got: "\(self.reach(index))")
      }
      output[index] = (padded - reach) / self.stride[index] + 1
    }
  }
}

extension Dimensions {
  /// The product with `factor`, or nil where it overflows.
  fileprivate func multiplied(_ factor: Int = 1) -> Int? {
    var result = factor
    for index in 0..<rank {
      let (product, overflow) = result.multipliedReportingOverflow(by: self[index])
      if overflow { return nil }
      result = product
    }
    return result
  }
}
