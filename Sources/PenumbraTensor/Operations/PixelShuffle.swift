/// Channels rearranged into finer pixels, and back.

extension Tensor {
  /// Channels spread over blocks of factor × factor pixels (PyTorch's pixel_shuffle):
  /// y[..., c, h r + i, w r + j] = x[..., (c r + i) r + j, h, w] with r = `factor`
  ///
  /// self: [..., C r², H, W] → [..., C, H r, W r]
  /// - Throws: `TensorError` when r² does not divide the channels.
  public func pixelShuffle(_ factor: Int) throws -> Tensor {
    let square = try checkShuffle(factor, "pixel_shuffle")
    let (channels, height, width) = (shape[rank - 3], shape[rank - 2], shape[rank - 1])
    guard channels % square == 0 else {
      throw TensorError(
        .shape, "pixel_shuffle", argument: "input",
        expected: "[..., C, H, W] with C divisible by \(square)", got: "\(shape)")
    }
    let (newHeight, overflow) = height.multipliedReportingOverflow(by: factor)
    let (newWidth, overflow2) = width.multipliedReportingOverflow(by: factor)
    guard !overflow, !overflow2 else {
      throw TensorError(.memory, "pixel_shuffle", "a factor of \(factor) is too large")
    }
    let blocks = try reshape([leadCount, channels / square, factor, factor, height, width])
    return try blocks.permute([0, 1, 4, 2, 5, 3])
      .reshape(withImage(channels / square, newHeight, newWidth))
  }

  /// Blocks of factor × factor pixels gathered into channels; the inverse of `pixelShuffle`.
  ///
  /// self: [..., C, H r, W r] → [..., C r², H, W]
  /// - Throws: `TensorError` when r does not divide height and width.
  public func pixelUnshuffle(_ factor: Int) throws -> Tensor {
    let square = try checkShuffle(factor, "pixel_unshuffle")
    let (channels, height, width) = (shape[rank - 3], shape[rank - 2], shape[rank - 1])
    guard height % factor == 0, width % factor == 0 else {
      throw TensorError(
        .shape, "pixel_unshuffle", argument: "input",
        expected: "[..., C, H, W] with H and W divisible by \(factor)", got: "\(shape)")
    }
    let (newChannels, overflow) = channels.multipliedReportingOverflow(by: square)
    guard !overflow else {
      throw TensorError(.memory, "pixel_unshuffle", "a factor of \(factor) is too large")
    }
    let blocks = try reshape([
      leadCount, channels, height / factor, factor, width / factor, factor,
    ])
    return try blocks.permute([0, 1, 3, 5, 2, 4])
      .reshape(withImage(newChannels, height / factor, width / factor))
  }

  /// The product of all dimensions but the last three.
  private var leadCount: Int {
    var count = 1
    for index in 0..<(rank - 3) { count *= shape[index] }
    return count
  }

  private func withImage(_ channels: Int, _ height: Int, _ width: Int) -> Shape {
    var result = shape
    (result[rank - 3], result[rank - 2], result[rank - 1]) = (channels, height, width)
    return result
  }

  /// The factor's square.
  private func checkShuffle(_ factor: Int, _ operation: StaticString) throws -> Int {
    guard rank >= 3 else {
      throw TensorError(
        .shape, "\(operation)", argument: "input", expected: "[..., C, H, W]", got: "\(shape)")
    }
    let (square, overflow) = factor.multipliedReportingOverflow(by: factor)
    guard factor >= 1, !overflow else {
      throw TensorError(
        .value, "\(operation)", argument: "factor",
        expected: overflow ? "a square below 2^63" : "at least 1",
        got: "\(factor)")
    }
    return square
  }
}
