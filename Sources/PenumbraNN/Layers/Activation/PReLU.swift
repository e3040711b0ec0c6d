/// A rectifier whose slope is learned.

public import PenumbraTensor

/// y = x where x > 0, weight · x elsewhere
///
/// x: [n, c, ...], weight: [1], or [c] for a slope of each channel. He et al. (2015).
public final class PReLU: Module {
  private let weight: Slot
  private let count: Int

  /// - Parameter count: 1, or the number of channels.
  /// - Throws: `TensorError` for a count below 1.
  public convenience init(_ count: Int = 1, start: Double = 0.25, dtype: DType = .float32) throws {
    try requirePositive(count, "PReLU", "num_parameters")
    try self.init(weight: .parameter(.full([count], start, dtype: dtype)))
  }

  private init(weight: Slot) throws {
    (self.weight, count) = (weight, weight.tensor.elementCount)
    super.init()
    try register("weight", weight)
  }

  public override var configuration: String { "\(count)" }

  public override func forward(_ input: Tensor) throws -> Tensor { try input.prelu(weight.tensor) }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try PReLU(weight: copier(weight))
  }
}
