/// The affine layer.

public import PenumbraTensor

/// y = x Wᵀ + b
///
/// x: [..., in], weight: [out, in], bias: [out] → [..., out]. Both start uniform in ±1/√in,
/// PyTorch's default.
public final class Linear: Module {
  public let weight: Slot
  public let bias: Slot?

  /// - Throws: `TensorError` for a size below 1, or when memory is short.
  public convenience init(
    _ input: Int, _ output: Int, bias: Bool = true, dtype: DType = .float32,
    using generator: Generator
  ) throws {
    try requirePositive(input, "Linear", "in")
    try requirePositive(output, "Linear", "out")
    let bound = 1 / Double(input).squareRoot()
    func start(_ shape: Shape) throws -> Slot {
      try .parameter(generator.uniform(shape, low: -bound, high: bound, dtype: dtype))
    }
    let weight = try start([output, input])
    try self.init(weight: weight, bias: bias ? start([output]) : nil)
  }

  /// A layer with the given tensors, which it may share with another.
  ///
  /// - Throws: `TensorError` when the shapes are not [out, in] and [out].
  public init(weight: Slot, bias: Slot?) throws {
    let shape = weight.tensor.shape
    guard shape.rank == 2 else {
      throw TensorError(
        .shape, "Linear", argument: "weight", expected: "[out, in]", got: "\(shape)")
    }
    if let bias, bias.tensor.shape != [shape[0]] {
      throw TensorError(
        .shape, "Linear", argument: "bias", expected: "[\(shape[0])]",
        got: "\(bias.tensor.shape)")
    }
    (self.weight, self.bias) = (weight, bias)
    super.init()
    try register("weight", weight)
    if let bias { try register("bias", bias) }
  }

  public override var configuration: String {
    let shape = weight.tensor.shape
    return "in=\(shape[1]), out=\(shape[0])" + (bias == nil ? ", bias=false" : "")
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try forward(input, activation: nil)
  }

  /// f(x Wᵀ + b)
  func forward(_ input: Tensor, activation: LinearActivation?) throws -> Tensor {
    try input.linear(weight.tensor, bias?.tensor, activation: activation)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Linear(weight: copier(weight), bias: bias.map { try copier($0) })
  }
}
