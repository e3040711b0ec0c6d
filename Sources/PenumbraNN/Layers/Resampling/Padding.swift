/// Borders around images.

public import PenumbraTensor

/// x: [n, c, extents...] with borders of zeros or another constant, of mirrored, repeated or wrapped
/// elements. PyTorch's ZeroPad, ConstantPad, ReflectionPad, ReplicationPad and CircularPad.
public final class Padding: Module {
  public let dimensions: Int
  /// Before and after the last dimension, then the last but one, and so on.
  public let amounts: [Int]
  public let mode: PaddingMode
  public let value: Double

  /// - Parameters:
  ///   - dimensions: the number of spatial dimensions, 1 to 3.
  ///   - amounts: one number for all sides, or two for each dimension, the last dimension first;
  ///     negative ones cut off.
  ///   - value: of a constant border.
  /// - Throws: `TensorError` for another number of amounts.
  public init(
    _ dimensions: Int, _ amounts: [Int], mode: PaddingMode = .constant, value: Double = 0
  ) throws {
    let layer = try SpatialLayer(Padding.stem(mode, value), dimensions)
    guard amounts.count == 1 || amounts.count == 2 * dimensions else {
      throw TensorError(
        .shape, layer.name, argument: "padding",
        expected: "one number or \(2 * dimensions)", got: "\(amounts.count)")
    }
    (self.dimensions, self.mode, self.value) = (dimensions, mode, value)
    self.amounts =
      amounts.count == 1 ? Array(repeating: amounts[0], count: 2 * dimensions) : amounts
  }

  private static func stem(_ mode: PaddingMode, _ value: Double) -> String {
    switch mode {
    case .constant: value == 0 ? "ZeroPad" : "ConstantPad"
    case .reflect: "ReflectionPad"
    case .replicate: "ReplicationPad"
    case .circular: "CircularPad"
    }
  }

  public override var typeName: String { "\(Padding.stem(mode, value))\(dimensions)d" }

  public override var configuration: String {
    let text =
      amounts.allSatisfy { $0 == amounts[0] }
      ? "\(amounts[0])" : "[" + amounts.map(String.init).joined(separator: ", ") + "]"
    return text + (mode == .constant && value != 0 ? ", value=\(Module.text(value))" : "")
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    guard input.rank == dimensions + 1 || input.rank == dimensions + 2 else {
      let size = ["length", "height, width", "depth, height, width"][dimensions - 1]
      throw TensorError(
        .shape, typeName, argument: "input", expected: "[n, c, \(size)] or [c, \(size)]",
        got: "\(input.shape)")
    }
    return try input.pad(amounts, mode: mode, value: value)
  }

  public override var copies: Copies { .folded }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Padding(dimensions, amounts, mode: mode, value: value)
  }
}
