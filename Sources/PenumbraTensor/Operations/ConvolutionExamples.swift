/// The weight gradients of single examples in a convolution: summed over places before anything else.

extension Gradients {
  /// Gradient of a convolution's weight, W(x, y).
  func correlation(
    _ index: Int, _ geometry: ConvolutionGeometry, _ x: @autoclosure () throws -> Tensor,
    _ y: @autoclosure () throws -> Tensor
  ) throws {
    guard wants(index) else { return }
    let (x, y) = (try x(), try y())
    try examples(index, geometry.exampleGradients(x, y)) { try x.correlationWeight(y, geometry) }
  }
}

extension ConvolutionGeometry {
  /// Example i contributes W(x[i], y[i]).
  func exampleGradients(_ x: Tensor, _ y: Tensor) -> ExampleGradients {
    let isWhole = groups == 1
    return ExampleGradients(
      "conv", count: batch, inputs: [x, y], factors: isWhole ? { try factors($0) } : nil
    ) { inputs, range in try rows(inputs, range) }
  }

  private func rows(_ inputs: [Tensor], _ range: Range<Int>) throws -> Tensor {
    var single = self
    single.batch = 1
    let (x, y) = (inputs[0], inputs[1])
    let (count, weight) = (range.count, weightShape)
    let result = try Tensor(
      uninitialized: Shape(count, weight.elementCount), x.dtype, "per-example gradients")
    for (row, example) in range.enumerated() {
      try Backend.convolution(
        .weight, x: x.part(example, single.inputShape),
        w: result.part(row, weight), y: y.part(example, single.outputShape), bias: nil, single)
    }
    return result
  }

  /// left: y as [places, n, out], right: the windows of x as [places, n, in · kernel].
  private func factors(_ inputs: [Tensor]) throws -> (left: Tensor, right: Tensor) {
    let (x, places) = (inputs[0], window.output.elementCount)
    let taps = inChannels * window.kernel.elementCount
    let columns = try Tensor(uninitialized: [batch, taps, places], x.dtype, "im2col")
    for example in 0..<batch where columns.elementCount > 0 {
      try Interruption.check("im2col")
      Backend.unfold(
        window, inChannels, x, example * inChannels * window.input.elementCount, into: columns,
        example * taps * places)
    }
    let y = try inputs[1].reshape([batch, outChannels, places])
    return (try y.permute([2, 0, 1]).contiguous(), try columns.permute([2, 0, 1]).contiguous())
  }
}

extension Tensor {
  /// The `index`-th part of this shape of a contiguous tensor.
  fileprivate func part(_ index: Int, _ shape: Shape) -> Tensor {
    window(
      offset: offset + index * shape.elementCount, shape: shape,
      strides: shape.contiguousStrides)
  }
}
