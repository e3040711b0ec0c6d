/// Larger or smaller images by interpolation.

public import PenumbraTensor

/// x: [n, c, extents...] → [n, c, size...], by the nearest sample, by lines or by cubics
///
/// With `alignsCorners` the outermost samples stay where they are; else samples stand for the areas
/// around them. PyTorch's Upsample.
public final class Upsample: Module {
  /// The new extents, or their ratio to the old ones: one number for all dimensions or one for each.
  public enum Target: Sendable, Equatable {
    case size([Int])
    case scale([Double])
  }

  public let target: Target
  public let mode: InterpolationMode
  public let alignsCorners: Bool

  /// - Throws: `TensorError` for numbers that are not above 0, or more than three.
  public init(_ target: Target, mode: InterpolationMode = .nearest, alignsCorners: Bool = false)
    throws
  {
    (self.target, self.mode, self.alignsCorners) = (target, mode, alignsCorners)
    let (name, count, isPositive) =
      switch target {
      case .size(let size): ("size", size.count, size.allSatisfy { $0 > 0 })
      case .scale(let scale):
        ("scale_factor", scale.count, scale.allSatisfy { $0 > 0 && $0.isFinite })
      }
    guard (1...3).contains(count), isPositive else {
      throw TensorError(
        .value, "Upsample", argument: name, expected: "1 to 3 numbers above 0",
        got: Upsample.text(target))
    }
  }

  private static func text(_ target: Target) -> String {
    switch target {
    case .size(let size): size.map(String.init).joined(separator: ", ")
    case .scale(let scale): scale.map(Module.text).joined(separator: ", ")
    }
  }

  public override var configuration: String {
    let name = if case .size = target { "size" } else { "scale_factor" }
    return "\(name)=\(Upsample.text(target)), mode=\(mode.rawValue)"
      + (alignsCorners ? ", align_corners=true" : "")
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    switch target {
    case .size(let size):
      try input.interpolate(size: size, mode: mode, alignsCorners: alignsCorners)
    case .scale(let scale):
      try input.interpolate(scale: scale, mode: mode, alignsCorners: alignsCorners)
    }
  }

  public override var copies: Copies { .folded }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Upsample(target, mode: mode, alignsCorners: alignsCorners)
  }
}
