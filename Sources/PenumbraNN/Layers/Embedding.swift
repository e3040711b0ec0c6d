/// A learned vector for each of a number of symbols.

public import PenumbraTensor

/// y = weight[x]
///
/// x: int64 [...] → [..., dimension]; weight: [count, dimension], starting standard normal.
public final class Embedding: Module {
  /// The number that stands for the first symbol.
  public let firstIndex: Int
  private let weight: Slot

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
    super.init()
    try register("weight", weight)
  }

  public override var configuration: String {
    "\(weight.tensor.shape[0]), \(weight.tensor.shape[1])"
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    let table = weight.tensor
    guard !input.dtype.isFloating, input.dtype != .bool else {
      throw TensorError(
        .dtype, "Embedding", argument: "input", expected: "an int64 tensor", got: input.dtype.name)
    }
    let labels = try input.to(.int64)
    try checkRange(labels, table.shape[0])
    return try labels.sub(Double(firstIndex)).embedding(table)
  }

  /// - Throws: `TensorError` that counts from `firstIndex`, as the caller does.
  private func checkRange(_ indices: Tensor, _ count: Int) throws {
    guard indices.elementCount > 0 else { return }
    let last = firstIndex + count - 1
    for extreme in [try indices.minimum(over: nil), try indices.maximum(over: nil)] {
      let value = try extreme.integerItem()
      guard value >= Int64(firstIndex), value <= Int64(last) else {
        throw TensorError(
          .index, "Embedding", argument: "input", expected: "\(firstIndex) to \(last)",
          got: "\(value)")
      }
    }
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Embedding(weight: copier(weight), firstIndex: firstIndex)
  }
}
