/// Convolutions and their derivatives: three bilinear maps that are each other's derivatives.
///
/// With y = C(x, w), the gradients are x̄ = Cᵀ(ȳ, w) and w̄ = W(x, ȳ). Since ⟨C(x, w), y⟩ is linear in
/// each of x, w and y, the derivatives of all three are these three again, to any order.

extension Tensor {
  /// The cross-correlation with `weight`, as in PyTorch's conv1d, conv2d and conv3d:
  /// y[n, o, i] = bias[o] + Σ_c Σ_k weight[o, c, k] x[n, c, i·stride + k·dilation − padding]
  ///
  /// self: [N, in, size...] or [in, size...], weight: [out, in/groups, kernel...], bias: [out]
  /// → [N, out, ⌊(size + 2 padding − dilation (kernel − 1) − 1)/stride⌋ + 1, ...]
  ///
  /// - Parameters:
  ///   - dimensions: the number of spatial dimensions, 1 to 3.
  ///   - stride, dilation: one number for all spatial dimensions, or one for each.
  ///   - groups: output channel block g sees input channel block g only.
  /// - Throws: `TensorError` when the shapes do not fit or the tensors are not floats of one type.
  /// - Complexity: N · out · in/groups · kernel · output places.
  public func convolution(
    _ dimensions: Int, _ weight: Tensor, _ bias: Tensor? = nil, stride: Dimensions = Dimensions(1),
    padding: ConvolutionPadding = .valid, dilation: Dimensions = Dimensions(1), groups: Int = 1
  ) throws -> Tensor {
    let numbers = try Tensor.spatialNumbers(dimensions, ["conv1d", "conv2d", "conv3d"])
    try checkConvolution(weight, bias, numbers, channelAxis: 0, groups: groups)
    let geometry = try ConvolutionGeometry(
      forward: rank == dimensions + 2 ? self : try unsqueeze(0), weight, numbers, stride: stride,
      padding: padding, dilation: dilation, groups: groups)
    return try inBatch(dimensions) { try $0.correlated(weight, bias, geometry) }
  }

  /// The transposed convolution, the gradient of `convolution` with respect to its input, as in
  /// PyTorch's conv_transpose1d, conv_transpose2d and conv_transpose3d.
  ///
  /// self: [N, in, size...] or [in, size...], weight: [in, out/groups, kernel...], bias: [out]
  /// → [N, out, (size − 1) stride − 2 padding + dilation (kernel − 1) + outputPadding + 1, ...]
  ///
  /// - Parameter outputPadding: less than the stride or the dilation: makes the result so much
  ///   longer at its end.
  /// - Throws: `TensorError` when the shapes do not fit or the tensors are not floats of one type.
  /// - Complexity: N · in · out/groups · kernel · input places.
  public func transposedConvolution(
    _ dimensions: Int, _ weight: Tensor, _ bias: Tensor? = nil, stride: Dimensions = Dimensions(1),
    padding: Dimensions = Dimensions(0), outputPadding: Dimensions = Dimensions(0),
    dilation: Dimensions = Dimensions(1), groups: Int = 1
  ) throws -> Tensor {
    let numbers = try Tensor.spatialNumbers(
      dimensions, ["conv_transpose1d", "conv_transpose2d", "conv_transpose3d"])
    try checkConvolution(weight, bias, numbers, channelAxis: 1, groups: groups)
    let geometry = try ConvolutionGeometry(
      transposed: rank == dimensions + 2 ? self : try unsqueeze(0), weight, numbers,
      stride: stride, padding: padding, outputPadding: outputPadding, dilation: dilation,
      groups: groups)
    return try inBatch(dimensions) { try $0.correlationInput(weight, bias, geometry) }
  }

  /// C(x, w) + bias. self: x
  private func correlated(_ weight: Tensor, _ bias: Tensor?, _ geometry: ConvolutionGeometry) throws
    -> Tensor
  {
    let result = try Tensor(uninitialized: geometry.outputShape, dtype, "conv")
    try Backend.convolution(
      .output, x: contiguousValues(), w: weight.contiguousValues(), y: result,
      bias: bias?.contiguousValues(), geometry)
    guard Tensor.isRecording(self, weight) || bias.map(Tensor.isRecording) == true else {
      return result
    }
    let (x, w, hasBias) = (Saved(self), Saved(weight), bias != nil)
    let record: Node.Backward = { gradient, into in
      try into(0) { try gradient.correlationInput(w.value(into), nil, geometry) }
      try into.correlation(1, geometry, x.value(into), gradient)
      if hasBias { try into.channelSum(2, gradient) }
    }
    guard let bias else { return try result.recorded("conv", self, weight, record) }
    return try result.recorded("conv", self, weight, bias, record)
  }

  /// Cᵀ(y, w) + bias, the gradient with respect to x. self: y
  private func correlationInput(
    _ weight: Tensor, _ bias: Tensor?, _ geometry: ConvolutionGeometry
  ) throws -> Tensor {
    let result = try Tensor(uninitialized: geometry.inputShape, dtype, "conv_transpose")
    try Backend.convolution(
      .input, x: result, w: weight.contiguousValues(), y: contiguousValues(),
      bias: bias?.contiguousValues(), geometry)
    guard Tensor.isRecording(self, weight) || bias.map(Tensor.isRecording) == true else {
      return result
    }
    let (y, w, hasBias) = (Saved(self), Saved(weight), bias != nil)
    let record: Node.Backward = { gradient, into in
      try into(0) { try gradient.correlated(w.value(into), nil, geometry) }
      try into.correlation(1, geometry, gradient, y.value(into))
      if hasBias { try into.channelSum(2, gradient) }
    }
    guard let bias else { return try result.recorded("conv_transpose", self, weight, record) }
    return try result.recorded("conv_transpose", self, weight, bias, record)
  }

  /// W(x, y), the gradient with respect to w. self: x
  func correlationWeight(_ y: Tensor, _ geometry: ConvolutionGeometry) throws -> Tensor {
    let result = try Tensor(uninitialized: geometry.weightShape, dtype, "conv")
    try Backend.convolution(
      .weight, x: contiguousValues(), w: result, y: y.contiguousValues(), bias: nil, geometry)
    guard Tensor.isRecording(self, y) else { return result }
    let (x, factor) = (Saved(self), Saved(y))
    return try result.recorded("conv_weight", self, y) { gradient, into in
      try into(0) { try factor.value(into).correlationInput(gradient, nil, geometry) }
      try into(1) { try x.value(into).correlated(gradient, nil, geometry) }
    }
  }
}

extension Gradients {
  /// Gradient of a bias [channels]: the sum over places, then over examples, which an observer sees.
  fileprivate func channelSum(_ index: Int, _ gradient: Tensor) throws {
    guard wants(index) else { return }
    let rows = try gradient.sum(Array(2..<gradient.rank))
    try rowSum(index, rows, to: Shape(gradient.shape[1]))
  }
}

extension Tensor {
  /// What the operation over `dimensions` spatial dimensions is called.
  static func spatialNumbers(_ dimensions: Int, _ names: [StaticString]) throws -> SpatialNumbers {
    guard dimensions >= 1, dimensions <= names.count else {
      throw TensorError(
        .value, "\(names[0])", argument: "dimensions", expected: "1 to \(names.count)",
        got: "\(dimensions)")
    }
    return SpatialNumbers(operation: names[dimensions - 1], dimensions: dimensions)
  }

  /// `body` of [N, C, size...]; of one example [C, size...] as a batch of one.
  func inBatch(_ dimensions: Int, _ body: (Tensor) throws -> Tensor) throws -> Tensor {
    if rank == dimensions + 2 { return try body(self) }
    return try body(unsqueeze(0)).squeeze(0)
  }

  /// Checks that this is [N, C, size...] or [C, size...].
  func checkSpatial(_ numbers: SpatialNumbers) throws {
    guard rank == numbers.dimensions + 1 || rank == numbers.dimensions + 2 else {
      let size = ["L", "H, W", "D, H, W"][numbers.dimensions - 1]
      throw TensorError(
        .shape, "\(numbers.operation)", argument: "input",
        expected: "[N, C, \(size)] or [C, \(size)]", got: "\(shape)")
    }
  }

  /// Checks ranks, dtypes and the bias. `channelAxis`: the weight's dimension of output channels.
  private func checkConvolution(
    _ weight: Tensor, _ bias: Tensor?, _ numbers: SpatialNumbers, channelAxis: Int, groups: Int
  ) throws {
    let operation = numbers.operation
    try checkSpatial(numbers)
    guard weight.rank == numbers.dimensions + 2 else {
      let kernel = ["k", "kh, kw", "kd, kh, kw"][numbers.dimensions - 1]
      throw TensorError(
        .shape, "\(operation)", argument: "weight",
        expected: channelAxis == 0 ? "[out, in/groups, \(kernel)]" : "[in, out/groups, \(kernel)]",
        got: "\(weight.shape)")
    }
    try requireFloating("\(operation)")
    guard groups >= 1 else {
      throw TensorError(
        .value, "\(operation)", argument: "groups", expected: "at least 1", got: "\(groups)")
    }
    guard weight.dtype == dtype, bias.map({ $0.dtype == dtype }) != false else {
      throw TensorError(
        .dtype, "\(operation)", argument: weight.dtype == dtype ? "bias" : "weight",
        expected: dtype.name, got: (weight.dtype == dtype ? bias ?? weight : weight).dtype.name)
    }
    guard let bias else { return }
    let (channels, overflow) = weight.shape[channelAxis].multipliedReportingOverflow(
      by: channelAxis == 0 ? 1 : groups)
    guard !overflow, bias.shape == Shape(channels) else {
      throw TensorError(
        .shape, "\(operation)", argument: "bias", expected: "[\(channels)]", got: "\(bias.shape)")
    }
  }
}
