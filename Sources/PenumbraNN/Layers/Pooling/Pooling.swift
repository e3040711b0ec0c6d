/// Pooling layers.

public import PenumbraTensor

/// The greatest element of each window: [n, c, size...] → [n, c, ...]. PyTorch's MaxPool1d to 3d.
public final class MaxPool: Module {
  public let dimensions: Int
  public let kernel: Dimensions
  public let stride: Dimensions
  public let padding: Dimensions
  public let dilation: Dimensions
  public let ceilMode: Bool

  /// - Parameters:
  ///   - dimensions: the number of spatial dimensions, 1 to 3.
  ///   - kernel, stride, padding, dilation: one number for all dimensions, or one for each; the
  ///     stride is the kernel's size unless given.
  ///   - ceilMode: whether a last window that is not full counts.
  /// - Throws: `TensorError` for a number that is too small.
  public init(
    _ dimensions: Int, kernel: Dimensions, stride: Dimensions? = nil,
    padding: Dimensions = Dimensions(0), dilation: Dimensions = Dimensions(1),
    ceilMode: Bool = false
  ) throws {
    let layer = try SpatialLayer("MaxPool", dimensions)
    self.dimensions = dimensions
    self.kernel = try layer.spread(kernel, "kernel", atLeast: 1)
    self.stride = try layer.spread(stride ?? kernel, "stride", atLeast: 1)
    self.padding = try layer.spread(padding, "padding", atLeast: 0)
    self.dilation = try layer.spread(dilation, "dilation", atLeast: 1)
    self.ceilMode = ceilMode
  }

  public override var typeName: String { "MaxPool\(dimensions)d" }

  public override var configuration: String {
    let parts =
      ["kernel=" + SpatialLayer.text(kernel), "stride=" + SpatialLayer.text(stride)]
      + SpatialLayer.part("padding", padding, unless: 0)
      + SpatialLayer.part("dilation", dilation, unless: 1)
    return (parts + (ceilMode ? ["ceil_mode=true"] : [])).joined(separator: ", ")
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try input.maxPool(
      dimensions, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
      ceilMode: ceilMode
    ).values
  }

  public override var copies: Copies { .folded }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try MaxPool(
      dimensions, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
      ceilMode: ceilMode)
  }
}

/// The mean of each window: [n, c, size...] → [n, c, ...]. PyTorch's AvgPool1d to 3d.
public final class AveragePool: Module {
  public let dimensions: Int
  public let kernel: Dimensions
  public let stride: Dimensions
  public let padding: Dimensions
  public let ceilMode: Bool
  public let countsPadding: Bool

  /// - Parameters:
  ///   - dimensions: the number of spatial dimensions, 1 to 3.
  ///   - kernel, stride, padding: one number for all dimensions, or one for each; the stride is the
  ///     kernel's size unless given.
  ///   - ceilMode: whether a last window that is not full counts.
  ///   - countsPadding: whether the padding counts as zeros.
  /// - Throws: `TensorError` for a number that is too small.
  public init(
    _ dimensions: Int, kernel: Dimensions, stride: Dimensions? = nil,
    padding: Dimensions = Dimensions(0), ceilMode: Bool = false, countsPadding: Bool = true
  ) throws {
    let layer = try SpatialLayer("AvgPool", dimensions)
    self.dimensions = dimensions
    self.kernel = try layer.spread(kernel, "kernel", atLeast: 1)
    self.stride = try layer.spread(stride ?? kernel, "stride", atLeast: 1)
    self.padding = try layer.spread(padding, "padding", atLeast: 0)
    (self.ceilMode, self.countsPadding) = (ceilMode, countsPadding)
  }

  public override var typeName: String { "AvgPool\(dimensions)d" }

  public override var configuration: String {
    let parts =
      ["kernel=" + SpatialLayer.text(kernel), "stride=" + SpatialLayer.text(stride)]
      + SpatialLayer.part("padding", padding, unless: 0)
    return
      (parts + (ceilMode ? ["ceil_mode=true"] : [])
      + (countsPadding ? [] : ["count_include_pad=false"])).joined(separator: ", ")
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try input.averagePool(
      dimensions, kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode,
      countsPadding: countsPadding)
  }

  public override var copies: Copies { .folded }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try AveragePool(
      dimensions, kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode,
      countsPadding: countsPadding)
  }
}
