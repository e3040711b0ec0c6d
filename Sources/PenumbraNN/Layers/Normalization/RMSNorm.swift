/// Normalisation by the root of the mean square.

public import PenumbraTensor

/// y = x / √(mean x² + ε) · weight, with the mean over the last dimensions
///
/// x: [..., shape], weight: shape. ε is the type's rounding unless given. Zhang & Sennrich (2019).
public final class RMSNorm: Module, NormalizationLayer {
  public let shape: Shape
  public let epsilon: Double?
  private let weight: Slot?

  /// - Parameter shape: the extents of the last dimensions, over which the mean is taken.
  /// - Throws: `TensorError` for an empty shape or a negative ε.
  public convenience init(
    _ shape: Shape, epsilon: Double? = nil, affine: Bool = true, dtype: DType = .float32
  ) throws {
    guard shape.rank > 0, shape.elementCount > 0 else {
      throw TensorError(
        .shape, "RMSNorm", argument: "shape", expected: "at least one dimension, none empty",
        got: "\(shape)")
    }
    if let epsilon { try requireNonNegative(epsilon, "RMSNorm", "eps") }
    try self.init(
      shape, epsilon, weight: affine ? .parameter(.ones(shape, dtype: dtype)) : nil)
  }

  private init(_ shape: Shape, _ epsilon: Double?, weight: Slot?) throws {
    (self.shape, self.epsilon, self.weight) = (shape, epsilon, weight)
    super.init()
    if let weight { try register("weight", weight) }
  }

  public override var configuration: String {
    "\(shape)" + (epsilon.map { ", eps=\($0)" } ?? "") + (weight == nil ? ", affine=false" : "")
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    guard input.shape.array.suffix(shape.rank) == shape.array[...] else {
      throw TensorError(
        .shape, "RMSNorm", argument: "input",
        expected: "[..., \(shape.array.map(String.init).joined(separator: ", "))]",
        got: "\(input.shape)")
    }
    return try input.rmsNorm(shape, weight: weight?.tensor, epsilon: epsilon)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try RMSNorm(shape, epsilon, weight: weight.map { try copier($0) })
  }
}
