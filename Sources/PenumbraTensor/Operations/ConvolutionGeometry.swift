/// The sizes of a convolution, checked once; its three maps share them.

/// What stands around the input of a convolution: zeros.
public enum ConvolutionPadding: Sendable, Equatable {
  /// No zeros.
  case valid
  /// As many zeros as keep the size; where their number is odd, the one more comes last.
  case same
  /// So many zeros on either side of each dimension; one number stands for all dimensions.
  case zeros(Dimensions)
}

/// A correlation of x with w and what its derivatives need to know of it:
/// y[n, o, i] = Σ_c Σ_k w[o, c, k] x[n, c, i·stride + k·dilation − low]
///
/// x: [batch, inChannels, input...], w: [outChannels, inChannels/groups, kernel...],
/// y: [batch, outChannels, output...]. The spatial extents are those of three dimensions; a
/// convolution over fewer has extents 1 in front.
struct ConvolutionGeometry: Hashable, Sendable {
  /// How many of the three spatial dimensions are the tensors' own.
  let dimensions: Int
  var batch = 0
  var groups = 1
  var inChannels = 0
  var outChannels = 0
  /// Zeros before the input; those after it follow from the extents.
  var window: SlidingWindow

  var inputShape: Shape { shape(batch, inChannels, window.input) }
  var outputShape: Shape { shape(batch, outChannels, window.output) }
  var weightShape: Shape { shape(outChannels, inChannels / max(groups, 1), window.kernel) }

  private func shape(_ first: Int, _ second: Int, _ spatial: Shape) -> Shape {
    var result = Shape(first, second)
    for index in (3 - dimensions)..<3 { result.append(spatial[index]) }
    return result
  }
}

/// A window that slides over one to three dimensions: kernel tap k at output i reads
/// i·stride + k·dilation − low.
struct SlidingWindow: Hashable, Sendable {
  var input = Shape(repeating: 1, rank: 3)
  var output = Shape(repeating: 1, rank: 3)
  var kernel = Shape(repeating: 1, rank: 3)
  var stride = Shape(repeating: 1, rank: 3)
  var dilation = Shape(repeating: 1, rank: 3)
  var low = Shape(repeating: 0, rank: 3)

  /// Extent of the dilated kernel along a dimension.
  func reach(_ index: Int) -> Int { (kernel[index] - 1) * dilation[index] + 1 }

  /// Places behind the input that the last window covers; negative where it leaves some out.
  func high(_ index: Int) -> Int {
    (output[index] - 1) * stride[index] + reach(index) - input[index] - low[index]
  }

  /// The outputs whose tap `k` lies within the input, in one dimension.
  @inline(__always)
  func outputs(_ index: Int, tap k: Int) -> Range<Int> {
    let shift = low[index] - k * dilation[index]
    let step = stride[index]
    // i·step ≥ shift and i·step < input + shift
    let first = shift <= 0 ? 0 : (shift + step - 1) / step
    let end = input[index] + shift
    let last = end <= 0 ? 0 : min(output[index], (end + step - 1) / step)
    return min(first, last)..<last
  }
}

/// Numbers for each spatial dimension as a user gave them: one for all, or one for each.
struct SpatialNumbers {
  let operation: StaticString
  let dimensions: Int

  /// The greatest stride, padding or dilation, so that sums of them cannot overflow.
  static let greatest = Int(Int32.max)

  /// Three numbers, of which the last `dimensions` are the given ones and the others `neutral`.
  func spread(_ given: Dimensions, _ name: String, atLeast least: Int, neutral: Int) throws
    -> Dimensions
  {
    guard given.rank == 1 || given.rank == dimensions else {
      throw TensorError(
        .shape, "\(operation)", argument: name,
        expected: dimensions == 1 ? "one number" : "one number or \(dimensions)",
        got: "\(given.rank)")
    }
    var result = Dimensions(repeating: neutral, rank: 3)
    for index in 0..<dimensions {
      let value = given[given.rank == 1 ? 0 : index]
      guard value >= least, value <= SpatialNumbers.greatest else {
        throw TensorError(
          .value, "\(operation)", argument: name,
          expected: value < least ? "at least \(least)" : "at most \(SpatialNumbers.greatest)",
          got: "\(value)")
      }
      result[3 - dimensions + index] = value
    }
    return result
  }

  /// The last dimensions of a shape, from `first` on, as three.
  func extents(_ shape: Shape, from first: Int) -> Shape {
    var result = Shape(repeating: 1, rank: 3)
    for index in 0..<dimensions { result[3 - dimensions + index] = shape[first + index] }
    return result
  }

  /// (kernel − 1) · dilation + 1, or nil where that is beyond all memory.
  func reach(_ kernel: Int, _ dilation: Int) -> Int? {
    let (product, overflow) = max(kernel - 1, 0).multipliedReportingOverflow(by: dilation)
    return overflow || product > 1 << 60 ? nil : product + 1
  }
}

extension ConvolutionGeometry {
  /// The geometry of a convolution of `x` (with its batch) by `weight`.
  ///
  /// - Throws: `TensorError` naming the argument that does not fit.
  init(
    forward x: Tensor, _ weight: Tensor, _ numbers: SpatialNumbers, stride: Dimensions,
    padding: ConvolutionPadding, dilation: Dimensions, groups: Int
  ) throws {
    let operation = numbers.operation
    dimensions = numbers.dimensions
    window = SlidingWindow()
    guard weight.shape[0] % groups == 0 else {
      throw TensorError(
        .shape, "\(operation)", argument: "weight",
        expected: "a number of output channels that \(groups) groups divide",
        got: "\(weight.shape)")
    }
    guard x.shape[1] % groups == 0, x.shape[1] / groups == weight.shape[1] else {
      throw TensorError(
        .shape, "\(operation)", argument: "weight",
        expected: "[out, in/groups, ...] for \(x.shape[1]) input channels in \(groups) group"
          + (groups == 1 ? "" : "s"), got: "\(weight.shape)")
    }
    (batch, self.groups) = (x.shape[0], groups)
    (inChannels, outChannels) = (x.shape[1], weight.shape[0])
    window.kernel = numbers.extents(weight.shape, from: 2)
    window.input = numbers.extents(x.shape, from: 2)
    window.stride = try numbers.spread(stride, "stride", atLeast: 1, neutral: 1)
    window.dilation = try numbers.spread(dilation, "dilation", atLeast: 1, neutral: 1)
    var highs = Dimensions(repeating: 0, rank: 3)
    if case .zeros(let given) = padding {
      window.low = try numbers.spread(given, "padding", atLeast: 0, neutral: 0)
      highs = window.low
    }
    for index in (3 - dimensions)..<3 {
      let reach = numbers.reach(window.kernel[index], window.dilation[index])
      if padding == .same {
        guard window.stride[index] == 1 else {
          throw TensorError(
            .value, "\(operation)", argument: "stride", expected: "1 with padding \"same\"",
            got: "\(window.stride[index])")
        }
        window.low[index] = ((reach ?? 1) - 1) / 2
        highs[index] = (reach ?? 1) - 1 - window.low[index]
      }
      let padded = window.input[index] + window.low[index] + highs[index]
      guard let reach, reach <= padded, window.kernel[index] > 0 else {
        throw TensorError(
          .shape, "\(operation)", argument: "weight",
          expected: "a kernel of 1 to \(padded) places in dimension \(index - 2 + dimensions)"
            + " (input with padding)",
          got: reach.map { window.kernel[index] > 0 ? "\($0)" : "0" } ?? "more than can be counted")
      }
      window.output[index] = (padded - reach) / window.stride[index] + 1
    }
  }

  /// The geometry whose gradient with respect to the input is the transposed convolution of `y` (with
  /// its batch) by `weight` [in, out/groups, kernel...].
  init(
    transposed y: Tensor, _ weight: Tensor, _ numbers: SpatialNumbers, stride: Dimensions,
    padding: Dimensions, outputPadding: Dimensions, dilation: Dimensions, groups: Int
  ) throws {
    let operation = numbers.operation
    dimensions = numbers.dimensions
    window = SlidingWindow()
    guard weight.shape[0] == y.shape[1], y.shape[1] % groups == 0 else {
      throw TensorError(
        .shape, "\(operation)", argument: "weight",
        expected: "[\(y.shape[1]), out/groups, ...], the first divided by \(groups) group"
          + (groups == 1 ? "" : "s"), got: "\(weight.shape)")
    }
    let (channels, overflow) = weight.shape[1].multipliedReportingOverflow(by: groups)
    guard !overflow else {
      throw TensorError(.memory, "\(operation)", "\(groups) groups of channels are too many")
    }
    (batch, self.groups) = (y.shape[0], groups)
    (inChannels, outChannels) = (channels, weight.shape[0])
    window.kernel = numbers.extents(weight.shape, from: 2)
    window.output = numbers.extents(y.shape, from: 2)
    window.stride = try numbers.spread(stride, "stride", atLeast: 1, neutral: 1)
    window.dilation = try numbers.spread(dilation, "dilation", atLeast: 1, neutral: 1)
    window.low = try numbers.spread(padding, "padding", atLeast: 0, neutral: 0)
    let more = try numbers.spread(outputPadding, "output_padding", atLeast: 0, neutral: 0)
    for index in (3 - dimensions)..<3 {
      let place = index - 2 + dimensions
      let limit = max(window.stride[index], window.dilation[index])
      guard more[index] < limit else {
        throw TensorError(
          .value, "\(operation)", argument: "output_padding",
          expected: "less than the stride or the dilation (\(limit))", got: "\(more[index])")
      }
      let steps = (window.output[index] - 1).multipliedReportingOverflow(by: window.stride[index])
      guard let reach = numbers.reach(window.kernel[index], window.dilation[index]),
        !steps.overflow, steps.partialValue < 1 << 60
      else {
        throw TensorError(.memory, "\(operation)", "dimension \(place) of the result is too large")
      }
      guard window.kernel[index] > 0, window.output[index] > 0 else {
        throw TensorError(
          .shape, "\(operation)", argument: window.kernel[index] > 0 ? "input" : "weight",
          expected: "at least 1 in spatial dimension \(place)", got: "0")
      }
      window.input[index] = steps.partialValue + reach + more[index] - 2 * window.low[index]
      guard window.input[index] > 0 else {
        throw TensorError(
          .shape, "\(operation)", argument: "padding",
          expected: "a result of at least 1 place in spatial dimension \(place)",
          got: "\(window.input[index])")
      }
    }
  }
}
