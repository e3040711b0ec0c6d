/// Group normalisation.

public import PenumbraTensor

/// y = (x − μ) / √(v + ε) · weight + bias, with mean and biased variance of each group of channels of
/// each example.
///
/// x: [n, channels, ...], weight and bias: [channels]. One group is layer normalisation of the example,
/// as many as channels are instance normalisation. Wu & He (2018).
public final class GroupNorm: Module, NormalizationLayer {
  public let groups: Int
  public let channels: Int
  public let epsilon: Double
  private let weight: Slot?
  private let bias: Slot?

  /// - Throws: `TensorError` for sizes below 1, groups that do not divide the channels, a negative ε.
  public convenience init(
    _ groups: Int, _ channels: Int, epsilon: Double = 1e-5, affine: Bool = true,
    dtype: DType = .float32
  ) throws {
    try requirePositive(groups, "GroupNorm", "groups")
    try requirePositive(channels, "GroupNorm", "channels")
    guard channels % groups == 0 else {
      throw TensorError(
        .value, "GroupNorm", argument: "groups",
        expected: "a divisor of the channels (\(channels))",
        got: "\(groups)")
    }
    try requireNonNegative(epsilon, "GroupNorm", "eps")
    let shape: Shape = [channels]
    try self.init(
      groups, channels, epsilon, weight: affine ? .parameter(.ones(shape, dtype: dtype)) : nil,
      bias: affine ? .parameter(.zeros(shape, dtype: dtype)) : nil)
  }

  private init(_ groups: Int, _ channels: Int, _ epsilon: Double, weight: Slot?, bias: Slot?) throws
  {
    (self.groups, self.channels, self.epsilon) = (groups, channels, epsilon)
    (self.weight, self.bias) = (weight, bias)
    super.init()
    if let weight { try register("weight", weight) }
    if let bias { try register("bias", bias) }
  }

  public override var configuration: String {
    "\(groups), \(channels), eps=\(epsilon)" + (weight == nil ? ", affine=false" : "")
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    guard input.rank >= 2, input.shape[1] == channels else {
      throw TensorError(
        .shape, "GroupNorm", argument: "input", expected: "[n, \(channels), ...]",
        got: "\(input.shape)")
    }
    return try input.groupNorm(
      groups, weight: weight?.tensor, bias: bias?.tensor, epsilon: epsilon)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try GroupNorm(
      groups, channels, epsilon, weight: weight.map { try copier($0) },
      bias: bias.map { try copier($0) })
  }
}
