/// The windows of a pooling operation: what each output looks at, dimension by dimension.

/// The elements start, start + step, ... below end of one dimension that belong to one output.
struct PoolingSpan {
  var start: Int
  var end: Int
  var step = 1
  /// How many elements a mean divides by along this dimension; padding may count.
  var size: Int

  /// How many elements there are.
  var count: Int { (end - start + step - 1) / step }
}

/// The extents of a pooling operation over the last one to three dimensions, and its windows.
struct PoolingWindow {
  let dimensions: Int
  /// As three dimensions, with extents 1 in front.
  let input: Shape
  private(set) var output = Shape(repeating: 1, rank: 3)
  private var rule: Rule

  private enum Rule {
    case sliding(SlidingWindow, countsPadding: Bool)
    case adaptive
  }

  /// Windows of `kernel` places, `stride` apart.
  ///
  /// - Throws: `TensorError` when a number is out of range or no window fits.
  init(
    _ x: Tensor, _ numbers: SpatialNumbers, kernel: Dimensions, stride: Dimensions?,
    padding: Dimensions, dilation: Dimensions, ceilMode: Bool, countsPadding: Bool
  ) throws {
    dimensions = numbers.dimensions
    input = numbers.extents(x.shape, from: x.rank - numbers.dimensions)
    var window = SlidingWindow()
    window.input = input
    window.kernel = try numbers.spread(kernel, "kernel", atLeast: 1, neutral: 1)
    window.stride = try numbers.spread(stride ?? kernel, "stride", atLeast: 1, neutral: 1)
    window.low = try numbers.spread(padding, "padding", atLeast: 0, neutral: 0)
    window.dilation = try numbers.spread(dilation, "dilation", atLeast: 1, neutral: 1)
    for index in (3 - dimensions)..<3 {
      let (low, reach) = (window.low[index], window.reach(index))
      guard low <= reach / 2 else {
        throw TensorError(
          .value, "\(numbers.operation)", argument: "padding",
          expected: "at most half of the dilated kernel (\(reach))", got: "\(low)")
      }
      let (stride, free) = (window.stride[index], input[index] + 2 * low - reach)
      guard input[index] > 0, free >= 0 || (ceilMode && free > -stride) else {
        throw TensorError(
          .shape, "\(numbers.operation)", argument: "kernel",
          expected: "at most the padded input, \(input[index] + 2 * low) in spatial dimension "
            + "\(index - 2 + dimensions)", got: "\(reach)")
      }
      var count = (free + (ceilMode ? stride - 1 : 0)) / stride + 1
      // The last window begins within the input or the padding before it.
      if ceilMode, (count - 1) * stride >= input[index] + low { count -= 1 }
      window.output[index] = count
    }
    output = window.output
    rule = .sliding(window, countsPadding: countsPadding)
  }

  /// `size` windows that cover the input evenly: ⌊i·in/out⌋ to ⌈(i + 1)·in/out⌉.
  ///
  /// - Throws: `TensorError` when a size is negative or the input empty.
  init(_ x: Tensor, _ numbers: SpatialNumbers, adaptive size: Dimensions) throws {
    dimensions = numbers.dimensions
    input = numbers.extents(x.shape, from: x.rank - numbers.dimensions)
    output = try numbers.spread(size, "size", atLeast: 0, neutral: 1)
    rule = .adaptive
    for index in (3 - dimensions)..<3 {
      // So that i · in does not overflow.
      guard input[index] > 0, input[index] < 1 << 31 else {
        throw TensorError(
          .shape, "\(numbers.operation)", argument: "input",
          expected: "1 to 2147483647 places in spatial dimension \(index - 2 + dimensions)",
          got: "\(input[index])")
      }
    }
  }

  /// The shape of the result for an input of the given shape.
  func resultShape(_ shape: Shape) -> Shape {
    var result = shape
    for index in 0..<dimensions {
      result[shape.rank - dimensions + index] = output[3 - dimensions + index]
    }
    return result
  }

  /// What each output along one of the three dimensions looks at.
  func spans(_ index: Int) -> [PoolingSpan] {
    switch rule {
    case .adaptive:
      let (input, output) = (input[index], output[index])
      return (0..<output).map { position in
        let start = position * input / output
        let end = ((position + 1) * input + output - 1) / output
        return PoolingSpan(start: start, end: end, size: end - start)
      }
    case .sliding(let window, let countsPadding):
      let (input, step) = (window.input[index], window.dilation[index])
      return (0..<window.output[index]).map { position in
        var start = position * window.stride[index] - window.low[index]
        let end = start + window.reach(index)
        let padded = min(end, input + window.low[index]) - start
        if start < 0 { start += (-start + step - 1) / step * step }
        return PoolingSpan(
          start: start, end: min(end, input), step: step,
          size: countsPadding ? padded : min(end, input) - start)
      }
    }
  }
}
