/// What convolutions and pooling say to arguments that do not fit.

import PenumbraTensor
import TestSupport
import Testing

@Suite struct ConvolutionBadInputTests {
  private let x = Result { try Tensor.ones([2, 4, 5, 5]) }
  private let w = Result { try Tensor.ones([6, 4, 3, 3]) }

  /// Expects an error whose text contains all of `parts`.
  private func refuses(
    _ parts: String..., body: () throws -> Any, location: SourceLocation = #_sourceLocation
  ) {
    do {
      _ = try body()
      Issue.record("no error", sourceLocation: location)
    } catch {
      for part in parts {
        #expect("\(error)".contains(part), sourceLocation: location)
      }
    }
  }

  @Test func shapesThatDoNotFit() throws {
    let (x, w) = (try x.get(), try w.get())
    refuses("conv2d: input: expected [N, C, H, W]", "got [4]") {
      try Tensor.ones([4]).convolution(2, w)
    }
    refuses("conv1d: input") { try x.convolution(1, w) }
    refuses("conv2d: input") { try Tensor.scalar(1).convolution(2, w) }
    refuses("conv2d: weight: expected [out, in/groups, kh, kw]") {
      try x.convolution(2, Tensor.ones([6, 4, 3]))
    }
    refuses("conv2d: weight", "4 input channels in 2 groups") { try x.convolution(2, w, groups: 2) }
    refuses("conv2d: weight", "that 4 groups divide") {
      try x.convolution(2, Tensor.ones([6, 1, 3, 3]), groups: 4)
    }
    refuses("conv2d: bias: expected [6], got [5]") { try x.convolution(2, w, Tensor.ones([5])) }
    refuses("conv2d: weight: expected a kernel of 1 to 5 places in dimension 1", "got 7") {
      try x.convolution(2, w, dilation: [3, 1])
    }
    refuses("conv2d: weight", "got 0") { try x.convolution(2, Tensor.ones([6, 4, 3, 0])) }
    refuses("conv_transpose2d: weight: expected [4, out/groups") {
      try x.transposedConvolution(2, w)
    }
    refuses("conv_transpose2d: bias: expected [6], got [3]") {
      try x.transposedConvolution(2, Tensor.ones([4, 3, 2, 2]), Tensor.ones([3]), groups: 2)
    }
    refuses("conv_transpose2d: padding", "got 0") {
      try x.transposedConvolution(2, Tensor.ones([4, 3, 2, 2]), padding: [3, 4])
    }
    refuses("conv_transpose1d: input: expected at least 1") {
      try Tensor.ones([1, 1, 0]).transposedConvolution(1, Tensor.ones([1, 1, 2]))
    }
    refuses("conv1d: dimensions") { try x.convolution(0, w) }
    refuses("conv1d: dimensions") { try x.convolution(4, w) }
  }

  @Test func numbersOutOfRange() throws {
    let (x, w) = (try x.get(), try w.get())
    refuses("conv2d: stride: expected at least 1, got 0") { try x.convolution(2, w, stride: [0]) }
    refuses("conv2d: stride: expected one number or 2, got 3") {
      try x.convolution(2, w, stride: [1, 1, 1])
    }
    refuses("conv2d: stride: expected one number or 2, got 0") {
      try x.convolution(2, w, stride: [])
    }
    refuses("conv2d: padding: expected at least 0, got -1") {
      try x.convolution(2, w, padding: .zeros([-1]))
    }
    refuses("conv2d: dilation", "got -2") { try x.convolution(2, w, dilation: [1, -2]) }
    refuses("conv2d: groups: expected at least 1, got 0") { try x.convolution(2, w, groups: 0) }
    refuses("conv2d: stride: expected 1 with padding \"same\", got 2") {
      try x.convolution(2, w, stride: [2], padding: .same)
    }
    refuses("conv_transpose2d: output_padding: expected less than the stride or the dilation (2)") {
      try x.transposedConvolution(2, Tensor.ones([4, 1, 2, 2]), stride: [2], outputPadding: [2])
    }
    for huge in [Int.max, Int.min, 1 << 40] {
      refuses("conv2d") { try x.convolution(2, w, stride: [huge]) }
      refuses("conv2d") { try x.convolution(2, w, padding: .zeros([huge])) }
      refuses("conv2d") { try x.convolution(2, w, dilation: [huge]) }
      refuses("conv2d") { try x.convolution(2, w, groups: huge) }
      refuses("conv_transpose2d") { try x.transposedConvolution(2, w, groups: huge) }
      refuses("max_pool2d") { try x.maxPool(2, kernel: [huge]) }
      refuses("avg_pool2d") { try x.averagePool(2, kernel: [2], stride: [huge]) }
      refuses("adaptive_avg_pool2d") { try x.adaptiveAveragePool(2, size: [huge]) }
      refuses("im2col") { try x.imageToColumns(kernel: [huge]) }
      refuses("col2im") { try x.columnsToImage(size: [huge], kernel: [1]) }
      refuses("pixel_shuffle") { try x.pixelShuffle(huge) }
      refuses("pixel_unshuffle") { try x.pixelUnshuffle(huge) }
    }
  }

  /// Numbers within range whose product no memory holds.
  @Test func resultsBeyondMemory() throws {
    let one = try Tensor.ones([1, 1, 1])
    let greatest = Int(Int32.max)
    refuses("conv") {
      try Tensor.ones([1, 1, 1, 1]).convolution(
        2, Tensor.ones([1, 1, 1, 1]), padding: .zeros([greatest]))
    }
    refuses("conv_transpose") {
      try Tensor.ones([1, 1, 2, 2, 2]).transposedConvolution(
        3, Tensor.ones([1, 1, 1, 1, 1]), stride: [greatest])
    }
    // Strides of 0 make extents that no memory is behind.
    let wide = try one.expand(to: [1, 1, 1 << 50])
    refuses("conv") { try one.convolution(1, wide, dilation: [greatest]) }
    refuses("conv") { try wide.convolution(1, one) }
    refuses("conv") { try one.transposedConvolution(1, wide, stride: [greatest]) }
    refuses("conv") { try wide.transposedConvolution(1, one, stride: [greatest]) }
    refuses("pool") { try wide.maxPool(1, kernel: [1]) }
    refuses("pool") { try wide.averagePool(1, kernel: [1]) }
    refuses("adaptive_max_pool1d: input") { try wide.adaptiveMaxPool(1, size: [2]) }
    refuses("adaptive_avg_pool3d") {
      try Tensor.ones([1, 1, 1, 1]).adaptiveAveragePool(3, size: [greatest])
    }
    refuses("im2col") {
      try Tensor.ones([1, 1, 1]).imageToColumns(kernel: [greatest], padding: [greatest / 2 + 1])
    }
    // Much padding that no element is behind still has an answer.
    let mean = try Tensor.ones([1, 1, 1, 1]).averagePool(
      3, kernel: [greatest - 1], padding: [greatest / 2])
    #expect(mean.elementCount == 1)
    #expect(
      try Tensor.ones([0, 1]).unsqueeze(2).adaptiveAveragePool(1, size: [greatest]).elementCount
        == 0)
  }

  @Test func typesThatDoNotFit() throws {
    let (x, w) = (try x.get(), try w.get())
    for dtype in [DType.int64, .uint8, .bool] {
      let other = try x.to(dtype)
      refuses("conv2d", dtype.name) { try other.convolution(2, w) }
      refuses("conv_transpose2d", dtype.name) {
        try other.transposedConvolution(2, Tensor.ones([4, 1, 1, 1]))
      }
      refuses("avg_pool2d", dtype.name) { try other.averagePool(2, kernel: [2]) }
      refuses("adaptive_avg_pool2d", dtype.name) { try other.adaptiveAveragePool(2, size: [2]) }
      refuses("im2col", dtype.name) { try other.imageToColumns(kernel: [2]) }
      refuses("col2im", dtype.name) { try other.columnsToImage(size: [2], kernel: [2]) }
    }
    refuses("max_pool2d: input: expected numbers, got bool") {
      try x.to(.bool).maxPool(2, kernel: [2])
    }
    refuses("conv2d: weight: expected float32, got float64") {
      try x.convolution(2, w.to(.float64))
    }
    refuses("conv2d: bias: expected float32, got float64") {
      try x.convolution(2, w, Tensor.ones([6], dtype: .float64))
    }
  }

  @Test func windowsThatDoNotFit() throws {
    let x = try x.get()
    refuses("max_pool2d: kernel: expected at most the padded input, 5", "got 6") {
      try x.maxPool(2, kernel: [6])
    }
    refuses("max_pool2d: kernel: expected at least 1, got 0") { try x.maxPool(2, kernel: [0]) }
    refuses("avg_pool2d: padding: expected at most half of the dilated kernel (3), got 2") {
      try x.averagePool(2, kernel: [3], padding: [2])
    }
    refuses("avg_pool2d: divisor_override: expected not 0") {
      try x.averagePool(2, kernel: [2], divisor: 0)
    }
    refuses("max_pool1d", "a window would hold no element") {
      try Tensor.ones([1, 1]).maxPool(1, kernel: [2], padding: [1], dilation: [2])
    }
    refuses("max_pool1d: kernel", "got 2") { try Tensor.ones([1, 0]).maxPool(1, kernel: [2]) }
    refuses("max_pool2d: input") { try Tensor.ones([5, 5]).maxPool(2, kernel: [1]) }
    refuses("adaptive_max_pool2d: size: expected at least 0, got -1") {
      try x.adaptiveMaxPool(2, size: [-1])
    }
    refuses("im2col: kernel: expected at most the padded image, 5", "got 6") {
      try x.imageToColumns(kernel: [6])
    }
    refuses("col2im: input: expected [N, C · 4, 16], got [4, 15]") {
      try Tensor.ones([4, 15]).columnsToImage(size: [5], kernel: [2])
    }
    refuses("col2im: input") { try Tensor.ones([4]).columnsToImage(size: [5], kernel: [2]) }
    refuses("pixel_shuffle: input: expected [..., C, H, W] with C divisible by 9") {
      try x.pixelShuffle(3)
    }
    refuses("pixel_shuffle: factor: expected at least 1, got 0") { try x.pixelShuffle(0) }
    refuses("pixel_shuffle: input") { try Tensor.ones([4, 4]).pixelShuffle(2) }
    refuses("pixel_unshuffle: input: expected [..., C, H, W] with H and W divisible by 2") {
      try x.pixelUnshuffle(2)
    }
  }
}
