/// The convolution layer.

public import PenumbraTensor

/// y[n, o, i] = bias[o] + Σ_c Σ_k weight[o, c, k] x[n, c, i·stride + k·dilation − padding]
///
/// x: [n, in, size...] or [in, size...], weight: [out, in/groups, kernel...], bias: [out]
/// → [n, out, ⌊(size + 2 padding − dilation (kernel − 1) − 1)/stride⌋ + 1, ...]. Weight and bias start
/// uniform in ±1/√(in/groups · kernel places): PyTorch's default, Kaiming's for slope √5.
/// PyTorch's Conv1d, Conv2d and Conv3d.
public final class Convolution: Module {
  public let dimensions: Int
  public let inputChannels: Int
  public let outputChannels: Int
  public let kernel: Dimensions
  public let weight: Slot
  public let bias: Slot?
  public let stride: Dimensions
  public let padding: ConvolutionPadding
  public let dilation: Dimensions
  public let groups: Int

  /// - Parameters:
  ///   - dimensions: the number of spatial dimensions, 1 to 3.
  ///   - kernel, stride, padding, dilation: one number for all dimensions, or one for each.
  ///   - groups: output channel block g sees input channel block g only.
  /// - Throws: `TensorError` for a size below 1, a negative padding, groups that do not divide the
  ///   channels, or when memory is short.
  public convenience init(
    _ dimensions: Int, _ input: Int, _ output: Int, kernel: Dimensions,
    stride: Dimensions = Dimensions(1), padding: ConvolutionPadding = .valid,
    dilation: Dimensions = Dimensions(1), groups: Int = 1, bias: Bool = true,
    dtype: DType = .float32, using generator: Generator
  ) throws {
    let layer = try SpatialLayer("Conv", dimensions)
    try layer.requireChannels(input, output, groups: groups)
    let start = try layer.parameters(
      output, input / groups, kernel: kernel, bias: bias ? output : nil, dtype, using: generator)
    try self.init(
      weight: start.weight, bias: start.bias, stride: stride, padding: padding,
      dilation: dilation, groups: groups)
  }

  /// A layer with the given tensors, which it may share with another.
  ///
  /// - Throws: `TensorError` when the shapes are not [out, in/groups, kernel...] and [out].
  public init(
    weight: Slot, bias: Slot?, stride: Dimensions = Dimensions(1),
    padding: ConvolutionPadding = .valid, dilation: Dimensions = Dimensions(1), groups: Int = 1
  ) throws {
    let shape = weight.tensor.shape
    let layer = try SpatialLayer("Conv", weight: shape)
    try layer.requireGroups(groups, dividing: shape[0], "the output channels")
    try layer.requireBias(bias?.tensor.shape, shape[0])
    dimensions = layer.dimensions
    inputChannels = try layer.channels(shape[1], groups: groups)
    (outputChannels, kernel) = (shape[0], SpatialLayer.kernel(of: shape))
    (self.weight, self.bias, self.groups) = (weight, bias, groups)
    self.stride = try layer.spread(stride, "stride", atLeast: 1)
    self.dilation = try layer.spread(dilation, "dilation", atLeast: 1)
    if case .zeros(let zeros) = padding {
      self.padding = .zeros(try layer.spread(zeros, "padding", atLeast: 0))
    } else {
      self.padding = padding
    }
    guard padding != .same || self.stride.array.allSatisfy({ $0 == 1 }) else {
      throw TensorError(
        .value, layer.name, argument: "stride", expected: "1 with padding \"same\"",
        got: SpatialLayer.text(self.stride))
    }
    super.init()
    try register("weight", weight)
    if let bias { try register("bias", bias) }
  }

  public override var typeName: String { "Conv\(dimensions)d" }

  public override var configuration: String {
    var parts = ["in=\(inputChannels)", "out=\(outputChannels)"]
    parts.append("kernel=" + SpatialLayer.text(kernel))
    parts += SpatialLayer.part("stride", stride, unless: 1)
    switch padding {
    case .valid: break
    case .same: parts.append("padding=same")
    case .zeros(let zeros): parts += SpatialLayer.part("padding", zeros, unless: 0)
    }
    parts += SpatialLayer.part("dilation", dilation, unless: 1)
    if groups != 1 { parts.append("groups=\(groups)") }
    if bias == nil { parts.append("bias=false") }
    return parts.joined(separator: ", ")
  }

  public override func multiplyAdds(input: Shape, output: Shape) -> Double? {
    let places = kernel.array.reduce(Double(inputChannels / groups)) { $0 * Double($1) }
    return Double(output.elementCount) * places
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try SpatialLayer("Conv", dimensions).requireInput(
      input, channels: inputChannels)
    return try input.convolution(
      dimensions, weight.tensor, bias?.tensor, stride: stride, padding: padding,
      dilation: dilation, groups: groups)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Convolution(
      weight: copier(weight), bias: bias.map { try copier($0) }, stride: stride, padding: padding,
      dilation: dilation, groups: groups)
  }
}
