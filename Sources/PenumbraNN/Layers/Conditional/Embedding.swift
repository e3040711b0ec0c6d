/// A learned vector for each of a number of symbols.

public import PenumbraTensor

/// y = weight[x]
///
/// x: int64 [...] → [..., dimension]; weight: [count, dimension], starting standard normal.
public final class Embedding: Module {
  /// The number that stands for the first symbol.
  public let firstIndex: Int
  public let count: Int
  public let dimension: Int
  public let weight: Slot

  /// - Throws: `TensorError` for sizes below 1.
  public convenience init(
    _ count: Int, _ dimension: Int, firstIndex: Int = 0, dtype: DType = .float32,
    using generator: Generator
  ) throws {
    try requirePositive(count, "Embedding", "count")
    try requirePositive(dimension, "Embedding", "dim")
    let weight = try generator.normal([count, dimension], dtype: dtype)
    try self.init(weight: .parameter(weight), firstIndex: firstIndex)
  }

  /// - Throws: `TensorError` when the weight is not [count, dimension].
  public init(weight: Slot, firstIndex: Int = 0) throws {
    guard weight.tensor.rank == 2 else {
      throw TensorError(
        .shape, "Embedding", argument: "weight", expected: "[count, dim]",
        got: "\(weight.tensor.shape)")
    }
    (self.weight, self.firstIndex) = (weight, firstIndex)
    (count, dimension) = (weight.tensor.shape[0], weight.tensor.shape[1])
    super.init()
    try register("weight", weight)
  }

  public override var configuration: String {
    "\(count), \(dimension)"
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try requireLabels(input, from: firstIndex, count: count, "Embedding", "input")
      .embedding(weight.tensor)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Embedding(weight: copier(weight), firstIndex: firstIndex)
  }
}
