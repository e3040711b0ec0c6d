/// Channels turned into pixels, and back.

public import PenumbraTensor

/// [..., c r², h, w] → [..., c, h r, w r]; or back, with `inverse`. Shi et al. (2016).
public final class PixelShuffle: Module {
  public let factor: Int
  public let isInverse: Bool

  /// - Throws: `TensorError` for a factor below 1.
  public init(_ factor: Int, inverse: Bool = false) throws {
    (self.factor, isInverse) = (factor, inverse)
    super.init()
    try requirePositive(factor, typeName, "factor")
  }

  public override var typeName: String { isInverse ? "PixelUnshuffle" : "PixelShuffle" }
  public override var configuration: String { "\(factor)" }

  public override func forward(_ input: Tensor) throws -> Tensor {
    isInverse ? try input.pixelUnshuffle(factor) : try input.pixelShuffle(factor)
  }

  public override var copies: Copies { .folded }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try PixelShuffle(factor, inverse: isInverse)
  }
}
