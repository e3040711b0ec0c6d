/// The bilinear layer.

public import PenumbraTensor

/// y_o = x₁ᵀ W_o x₂ + b_o
///
/// (x₁, x₂) with x₁: [..., in₁] and x₂: [..., in₂], weight: [out, in₁, in₂], bias: [out] → [..., out]. Both
/// parameters start uniform in ±1/√in₁, PyTorch's default. The products x₁ᵢ x₂ⱼ of every example
/// are held in memory: in₁ · in₂ numbers each.
public final class Bilinear: Module {
  public let inputs: (Int, Int)
  public let outputs: Int
  private let weight: Slot
  private let bias: Slot?

  /// - Throws: `TensorError` for a size below 1, or when memory is short.
  public convenience init(
    _ first: Int, _ second: Int, _ output: Int, bias: Bool = true, dtype: DType = .float32,
    using generator: Generator
  ) throws {
    try requirePositive(first, "Bilinear", "in1")
    try requirePositive(second, "Bilinear", "in2")
    try requirePositive(output, "Bilinear", "out")
    let bound = 1 / Double(first).squareRoot()
    func start(_ shape: Shape) throws -> Slot {
      try .parameter(generator.uniform(shape, low: -bound, high: bound, dtype: dtype))
    }
    let weight = try start([output, first, second])
    try self.init(weight: weight, bias: bias ? start([output]) : nil)
  }

  private init(weight: Slot, bias: Slot?) throws {
    let shape = weight.tensor.shape
    (inputs, outputs) = ((shape[1], shape[2]), shape[0])
    (self.weight, self.bias) = (weight, bias)
    super.init()
    try register("weight", weight)
    if let bias { try register("bias", bias) }
  }

  public override var configuration: String {
    "in1=\(inputs.0), in2=\(inputs.1), out=\(outputs)" + (bias == nil ? ", bias=false" : "")
  }

  public override func multiplyAdds(input: Shape, output: Shape) -> Double? {
    Double(output.elementCount) * Double(inputs.0) * Double(inputs.1)
  }

  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard inputs.count == 2 else {
      throw TensorError(.value, "Bilinear", expected: "2 inputs", got: "\(inputs.count)")
    }
    let (first, second) = (inputs[0], inputs[1])
    let (batch, other) = (first.shape.array.dropLast(), second.shape.array.dropLast())
    guard first.rank > 0, second.rank > 0, batch == other,
      first.rank < Shape.maximumRank, first.shape[first.rank - 1] == self.inputs.0,
      second.shape[second.rank - 1] == self.inputs.1
    else {
      throw TensorError(
        .shape, "Bilinear", argument: "inputs",
        expected: "[..., \(self.inputs.0)] and [..., \(self.inputs.1)]",
        got: "\(first.shape) and \(second.shape)")
    }
    let pairs = self.inputs.0 * self.inputs.1
    let products = try first.unsqueeze(-1).mul(second.unsqueeze(-2))
    return try products.reshape(Shape(Array(batch) + [pairs])).linear(
      weight.tensor.reshape([outputs, pairs]), bias?.tensor)
  }

  public override func forward(_ input: Tensor) throws -> Tensor { try forward([input]) }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Bilinear(weight: copier(weight), bias: bias.map { try copier($0) })
  }
}
