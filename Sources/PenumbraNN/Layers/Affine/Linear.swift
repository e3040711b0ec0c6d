/// The affine layer.

public import PenumbraTensor

/// y = x Wᵀ + b
///
/// x: [..., in], weight: [out, in], bias: [out] → [..., out]. Both start uniform in ±1/√in,
/// PyTorch's default.
public final class Linear: Module {
  public let inputs: Int
  public let outputs: Int
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
    (inputs, outputs) = (shape[1], shape[0])
    super.init()
    try register("weight", weight)
    if let bias { try register("bias", bias) }
  }

  public override var configuration: String {
    "in=\(inputs), out=\(outputs)" + (bias == nil ? ", bias=false" : "")
  }

  public override func multiplyAdds(input: Shape, output: Shape) -> Double? {
    Double(output.elementCount) * Double(inputs)
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try forward(input, activation: nil)
  }

  /// f(x Wᵀ + b)
  func forward(_ input: Tensor, activation: LinearActivation?) throws -> Tensor {
    try input.linear(weight.tensor, bias?.tensor, activation: activation)
  }

  /// x: [K, ..., in], weight: [K, out, in], bias: [K, out] → [K, ..., out]
  public override func forward(copies input: Tensor) throws -> Tensor {
    guard input.rank >= 2, input.shape[input.rank - 1] == inputs else {
      throw TensorError(
        .shape, "Linear", argument: "input", expected: "[copies, ..., \(inputs)]",
        got: "\(input.shape)")
    }
    let count = input.shape[0]
    let rows = input.elementCount / max(count * inputs, 1)
    let flat = input.rank == 3 ? input : try input.reshape([count, rows, inputs])
    let columns = try weight.tensor.transpose(1, 2)
    let product =
      try bias.map { try $0.tensor.unsqueeze(1).baddbmm(flat, columns) } ?? flat.matmul(columns)
    guard input.rank != 3 else { return product }
    var target = input.shape
    target[target.rank - 1] = outputs
    return try product.reshape(target)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Linear(weight: copier(weight), bias: bias.map { try copier($0) })
  }
}
