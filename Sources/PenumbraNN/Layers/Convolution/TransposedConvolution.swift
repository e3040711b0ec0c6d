/// The transposed convolution layer.

public import PenumbraTensor

/// The gradient of `Convolution` with respect to its input: it makes images larger.
///
/// x: [n, in, size...] or [in, size...], weight: [in, out/groups, kernel...], bias: [out]
/// → [n, out, (size − 1) stride − 2 padding + dilation (kernel − 1) + outputPadding + 1, ...].
/// Weight and bias start uniform in ±1/√(out/groups · kernel places): PyTorch's default.
/// PyTorch's ConvTranspose1d, ConvTranspose2d and ConvTranspose3d.
public final class TransposedConvolution: Module {
  public let dimensions: Int
  public let inputChannels: Int
  public let outputChannels: Int
  public let kernel: Dimensions
  public let weight: Slot
  public let bias: Slot?
  public let stride: Dimensions
  public let padding: Dimensions
  public let outputPadding: Dimensions
  public let dilation: Dimensions
  public let groups: Int

  /// - Parameters:
  ///   - dimensions: the number of spatial dimensions, 1 to 3.
  ///   - kernel, stride, padding, dilation: one number for all dimensions, or one for each.
  ///   - outputPadding: less than the stride or the dilation: makes the result so much longer at
  ///     its end.
  ///   - groups: output channel block g sees input channel block g only.
  /// - Throws: `TensorError` for a size below 1, a negative padding, groups that do not divide the
  ///   channels, or when memory is short.
  public convenience init(
    _ dimensions: Int, _ input: Int, _ output: Int, kernel: Dimensions,
    stride: Dimensions = Dimensions(1), padding: Dimensions = Dimensions(0),
    outputPadding: Dimensions = Dimensions(0), dilation: Dimensions = Dimensions(1),
    groups: Int = 1, bias: Bool = true, dtype: DType = .float32, using generator: Generator
  ) throws {
    let layer = try SpatialLayer("ConvTranspose", dimensions)
    try layer.requireChannels(input, output, groups: groups)
    let start = try layer.parameters(
      input, output / groups, kernel: kernel, bias: bias ? output : nil, dtype, using: generator)
    try self.init(
      weight: start.weight, bias: start.bias, stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: dilation, groups: groups)
  }

  /// A layer with the given tensors, which it may share with another.
  ///
  /// - Throws: `TensorError` when the shapes are not [in, out/groups, kernel...] and [out].
  public init(
    weight: Slot, bias: Slot?, stride: Dimensions = Dimensions(1),
    padding: Dimensions = Dimensions(0), outputPadding: Dimensions = Dimensions(0),
    dilation: Dimensions = Dimensions(1), groups: Int = 1
  ) throws {
    let shape = weight.tensor.shape
    let layer = try SpatialLayer("ConvTranspose", weight: shape)
    try layer.requireGroups(groups, dividing: shape[0], "the input channels")
    dimensions = layer.dimensions
    outputChannels = try layer.channels(shape[1], groups: groups)
    (inputChannels, kernel) = (shape[0], SpatialLayer.kernel(of: shape))
    try layer.requireBias(bias?.tensor.shape, outputChannels)
    (self.weight, self.bias, self.groups) = (weight, bias, groups)
    self.stride = try layer.spread(stride, "stride", atLeast: 1)
    self.padding = try layer.spread(padding, "padding", atLeast: 0)
    self.dilation = try layer.spread(dilation, "dilation", atLeast: 1)
    self.outputPadding = try layer.spread(outputPadding, "output_padding", atLeast: 0)
    for index in 0..<dimensions {
      let limit = max(self.stride[index], self.dilation[index])
      guard self.outputPadding[index] < limit else {
        throw TensorError(
          .value, layer.name, argument: "output_padding",
          expected: "less than the stride or the dilation (\(limit))",
          got: "\(self.outputPadding[index])")
      }
    }
    super.init()
    try register("weight", weight)
    if let bias { try register("bias", bias) }
  }

  public override var typeName: String { "ConvTranspose\(dimensions)d" }

  public override var configuration: String {
    var parts = ["in=\(inputChannels)", "out=\(outputChannels)"]
    parts.append("kernel=" + SpatialLayer.text(kernel))
    parts += SpatialLayer.part("stride", stride, unless: 1)
    parts += SpatialLayer.part("padding", padding, unless: 0)
    parts += SpatialLayer.part("output_padding", outputPadding, unless: 0)
    parts += SpatialLayer.part("dilation", dilation, unless: 1)
    if groups != 1 { parts.append("groups=\(groups)") }
    if bias == nil { parts.append("bias=false") }
    return parts.joined(separator: ", ")
  }

  public override func multiplyAdds(input: Shape, output: Shape) -> Double? {
    let places = kernel.array.reduce(Double(outputChannels / groups)) { $0 * Double($1) }
    return Double(input.elementCount) * places
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try SpatialLayer("ConvTranspose", dimensions).requireInput(
      input, channels: inputChannels)
    return try input.transposedConvolution(
      dimensions, weight.tensor, bias?.tensor, stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: dilation, groups: groups)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try TransposedConvolution(
      weight: copier(weight), bias: bias.map { try copier($0) }, stride: stride, padding: padding,
      outputPadding: outputPadding, dilation: dilation, groups: groups)
  }
}
