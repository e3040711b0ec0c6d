/// Instance normalisation.

public import PenumbraTensor

/// y = (x − μ) / √(v + ε) · weight + bias, with mean and biased variance of each channel of each example
///
/// x: [n, features, positions...] with 1 to 3 dimensions of positions. As PyTorch's InstanceNorm1d to
/// 3d: no weight and bias, and no running statistics, unless asked for; with these, what is used outside
/// training is the running mean over examples. Ulyanov, Vedaldi & Lempitsky (2016).
public final class InstanceNorm: Module, NormalizationLayer {
  public let dimensions: Int
  public let features: Int
  public let epsilon: Double
  /// Weight of the newest batch in the running statistics.
  public let momentum: Double
  private let weight: Slot?
  private let bias: Slot?
  private let running: (mean: Slot, variance: Slot)?

  /// - Parameters:
  ///   - dimensions: the number of spatial dimensions, 1 to 3.
  ///   - affine: whether there are a weight (1) and a bias (0).
  ///   - tracksStatistics: whether running statistics are kept, for use outside training.
  /// - Throws: `TensorError` for sizes below 1, a negative ε or a momentum outside [0, 1].
  public convenience init(
    _ dimensions: Int, _ features: Int, epsilon: Double = 1e-5, momentum: Double = 0.1,
    affine: Bool = false, tracksStatistics: Bool = false, dtype: DType = .float32
  ) throws {
    let name = try SpatialLayer("InstanceNorm", dimensions).name
    try requirePositive(features, name, "features")
    try requireNonNegative(epsilon, name, "eps")
    try requireProbability(momentum, name, "momentum")
    func filled(_ value: Double) throws -> Tensor { try .full([features], value, dtype: dtype) }
    try self.init(
      dimensions, features, epsilon, momentum, weight: affine ? .parameter(filled(1)) : nil,
      bias: affine ? .parameter(filled(0)) : nil,
      tracksStatistics
        ? (Slot(filled(0), role: .buffer), Slot(filled(1), role: .buffer)) : nil)
  }

  private init(
    _ dimensions: Int, _ features: Int, _ epsilon: Double, _ momentum: Double, weight: Slot?,
    bias: Slot?, _ running: (Slot, Slot)?
  ) throws {
    (self.dimensions, self.features) = (dimensions, features)
    (self.epsilon, self.momentum) = (epsilon, momentum)
    (self.weight, self.bias, self.running) = (weight, bias, running)
    super.init()
    if let weight { try register("weight", weight) }
    if let bias { try register("bias", bias) }
    if let running {
      try register("running_mean", running.0)
      try register("running_var", running.1)
    }
  }

  public override var typeName: String { "InstanceNorm\(dimensions)d" }

  public override var configuration: String {
    "\(features), eps=\(epsilon)"
      + (running == nil
        ? "" : ", momentum=\(Module.text(momentum)), track_running_stats=true")
      + (weight == nil ? "" : ", affine=true")
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    guard input.rank == dimensions + 2, input.shape[1] == features else {
      let size = ["length", "height, width", "depth, height, width"][dimensions - 1]
      throw TensorError(
        .shape, typeName, argument: "input", expected: "[n, \(features), \(size)]",
        got: "\(input.shape)")
    }
    return try input.instanceNorm(
      running: running.map {
        RunningStatistics(mean: $0.mean.tensor, variance: $0.variance.tensor)
      },
      weight: weight?.tensor, bias: bias?.tensor,
      usesInputStatistics: isTraining || running == nil, momentum: momentum, epsilon: epsilon)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try InstanceNorm(
      dimensions, features, epsilon, momentum, weight: weight.map { try copier($0) },
      bias: bias.map { try copier($0) },
      running.map { (try copier($0.mean), try copier($0.variance)) })
  }
}
