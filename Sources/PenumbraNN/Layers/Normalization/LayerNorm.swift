/// Layer normalisation.

public import PenumbraTensor

/// y = (x − μ) / √(v + ε) · weight + bias, with each example's own mean and biased variance over
/// the last dimensions.
///
/// x: [..., shape], weight and bias: shape. Ba, Kiros & Hinton (2016).
public final class LayerNorm: Module, NormalizationLayer {
  public let shape: Shape
  public let epsilon: Double
  private let weight: Slot?
  private let bias: Slot?

  /// - Parameter shape: the extents of the last dimensions, over which is normalised.
  /// - Throws: `TensorError` for an empty shape or a negative ε.
  public convenience init(
    _ shape: Shape, epsilon: Double = 1e-5, affine: Bool = true, dtype: DType = .float32
  ) throws {
    guard shape.rank > 0, shape.elementCount > 0 else {
      throw TensorError(
        .shape, "LayerNorm", argument: "shape", expected: "at least one dimension, none empty",
        got: "\(shape)")
    }
    try requireNonNegative(epsilon, "LayerNorm", "eps")
    try self.init(
      shape, epsilon, weight: affine ? .parameter(.ones(shape, dtype: dtype)) : nil,
      bias: affine ? .parameter(.zeros(shape, dtype: dtype)) : nil)
  }

  private init(_ shape: Shape, _ epsilon: Double, weight: Slot?, bias: Slot?) throws {
    (self.shape, self.epsilon, self.weight, self.bias) = (shape, epsilon, weight, bias)
    super.init()
    if let weight { try register("weight", weight) }
    if let bias { try register("bias", bias) }
  }

  public override var configuration: String {
    "\(shape), eps=\(epsilon)" + (weight == nil ? ", affine=false" : "")
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    guard input.shape.array.suffix(shape.rank) == shape.array[...] else {
      throw TensorError(
        .shape, "LayerNorm", argument: "input",
        expected: "[..., \(shape.array.map(String.init).joined(separator: ", "))]",
        got: "\(input.shape)")
    }
    return try input.layerNorm(
      shape, weight: weight?.tensor, bias: bias?.tensor, epsilon: epsilon)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try LayerNorm(
      shape, epsilon, weight: weight.map { try copier($0) }, bias: bias.map { try copier($0) })
  }
}
