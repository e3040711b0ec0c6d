/// Pooling to a given size, and to one value for each channel.

public import PenumbraTensor

/// The mean or the greatest element of `size` windows that cover the input evenly
///
/// x: [n, c, extents...] → [n, c, size...]; window i goes from ⌊i · extent/size⌋ to ⌈(i + 1) · extent/size⌉.
/// PyTorch's AdaptiveAvgPool1d to 3d and AdaptiveMaxPool1d to 3d.
public final class AdaptivePool: Module {
  public enum Kind: String, Sendable {
    case average = "Avg"
    case greatest = "Max"
  }

  public let kind: Kind
  public let dimensions: Int
  public let size: Dimensions

  /// - Parameters:
  ///   - dimensions: the number of spatial dimensions, 1 to 3.
  ///   - size: one number for all dimensions, or one for each.
  /// - Throws: `TensorError` for a size below 1.
  public init(_ kind: Kind, _ dimensions: Int, size: Dimensions) throws {
    let layer = try SpatialLayer("Adaptive\(kind.rawValue)Pool", dimensions)
    (self.kind, self.dimensions) = (kind, dimensions)
    self.size = try layer.spread(size, "size", atLeast: 1)
  }

  public override var typeName: String { "Adaptive\(kind.rawValue)Pool\(dimensions)d" }
  public override var configuration: String { "size=" + SpatialLayer.text(size) }

  public override func forward(_ input: Tensor) throws -> Tensor {
    switch kind {
    case .average: try input.adaptiveAveragePool(dimensions, size: size)
    case .greatest: try input.adaptiveMaxPool(dimensions, size: size).values
    }
  }

  public override var copies: Copies { .folded }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try AdaptivePool(kind, dimensions, size: size)
  }
}

/// The mean, the sum or the greatest of each channel: [n, c, ...] → [n, c]
///
/// Sums keep what small objects contribute in large images (the discriminators of Miyato et al., 2018).
public final class GlobalPool: Module {
  public enum Kind: String, Sendable {
    case average = "Avg"
    case greatest = "Max"
    case sum = "Sum"
  }

  public let kind: Kind

  public init(_ kind: Kind) { self.kind = kind }

  public override var typeName: String { "Global\(kind.rawValue)Pool" }

  public override func forward(_ input: Tensor) throws -> Tensor {
    guard input.rank >= 3 else {
      throw TensorError(
        .shape, typeName, argument: "input", expected: "[n, c, positions...]", got: "\(input.shape)"
      )
    }
    let places = Array(2..<input.rank)
    switch kind {
    case .average: return try input.mean(places)
    case .greatest: return try input.maximum(over: places)
    case .sum: return try input.sum(places)
    }
  }

  public override var copies: Copies { .folded }
  public override func duplicated(_ copier: ModuleCopier) throws -> Module { GlobalPool(kind) }
}
