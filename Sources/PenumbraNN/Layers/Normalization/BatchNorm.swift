/// Batch normalisation.

public import PenumbraTensor

/// y = (x − μ) / √(v + ε) · weight + bias for each feature
///
/// In training μ and v are the batch's mean and (biased) variance over everything but the features,
/// and running ← (1 − momentum) running + momentum · batch, with the unbiased variance; in use they
/// are the running ones. x: [n, features], [n, features, length] [n, features, height, width] or
/// [n, features, depth, height, width].
/// In training the examples of a batch depend on each other, and gradient observers are told so.
/// Ioffe & Szegedy (2015), with PyTorch's names and defaults.
public final class BatchNorm: Module, NormalizationLayer {
  /// What the inputs are.
  public enum Kind: Sendable {
    /// [n, features] or [n, features, length]
    case one
    /// [n, features, height, width]
    case two
    /// [n, features, depth, height, width]
    case three

    /// "BatchNorm1d" and so on.
    var name: String {
      switch self {
      case .one: "BatchNorm1d"
      case .two: "BatchNorm2d"
      case .three: "BatchNorm3d"
      }
    }

    var ranks: ClosedRange<Int> {
      switch self {
      case .one: 2...3
      case .two: 4...4
      case .three: 5...5
      }
    }

    /// The inputs that it takes, for errors.
    func forms(_ features: Int) -> String {
      switch self {
      case .one: "[n, \(features)] or [n, \(features), length]"
      case .two: "[n, \(features), height, width]"
      case .three: "[n, \(features), depth, height, width]"
      }
    }
  }

  public let kind: Kind
  public let features: Int
  public let epsilon: Double
  /// Weight of the newest batch in the running statistics; nil averages all batches equally.
  public let momentum: Double?
  private let weight: Slot?
  private let bias: Slot?
  private let running: Running?

  private struct Running {
    let mean: Slot
    let variance: Slot
    let batches: Slot
  }

  /// - Parameters:
  ///   - affine: whether there are a weight (1) and a bias (0).
  ///   - tracksStatistics: without running statistics the batch's own are always used.
  /// - Throws: `TensorError` for sizes below 1, a negative ε or a momentum outside [0, 1].
  public convenience init(
    _ features: Int, _ kind: Kind, epsilon: Double = 1e-5, momentum: Double? = 0.1,
    affine: Bool = true, tracksStatistics: Bool = true, dtype: DType = .float32
  ) throws {
    let name = kind.name
    try requirePositive(features, name, "features")
    try requireNonNegative(epsilon, name, "eps")
    if let momentum { try requireProbability(momentum, name, "momentum") }
    let shape: Shape = [features]
    func filled(_ value: Double) throws -> Tensor { try .full(shape, value, dtype: dtype) }
    let running =
      try tracksStatistics
      ? Running(
        mean: Slot(filled(0), role: .buffer), variance: Slot(filled(1), role: .buffer),
        batches: Slot(.scalar(0, dtype: .int64), role: .buffer)) : nil
    try self.init(
      features, kind, epsilon, momentum, weight: affine ? .parameter(filled(1)) : nil,
      bias: affine ? .parameter(filled(0)) : nil, running)
  }

  private init(
    _ features: Int, _ kind: Kind, _ epsilon: Double, _ momentum: Double?, weight: Slot?,
    bias: Slot?, _ running: Running?
  ) throws {
    (self.features, self.kind, self.epsilon, self.momentum) = (features, kind, epsilon, momentum)
    (self.weight, self.bias, self.running) = (weight, bias, running)
    super.init()
    if let weight { try register("weight", weight) }
    if let bias { try register("bias", bias) }
    if let running {
      try register("running_mean", running.mean)
      try register("running_var", running.variance)
      try register("num_batches_tracked", running.batches)
    }
  }

  public override var typeName: String { kind.name }

  public override var configuration: String {
    "\(features), eps=\(epsilon), momentum=\(momentum.map(Module.text) ?? "average")"
      + (weight == nil ? ", affine=false" : "")
      + (running == nil ? ", track_running_stats=false" : "")
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try check(input)
    let usesBatch = isTraining || running == nil
    let statistics = running.map {
      RunningStatistics(mean: $0.mean.tensor, variance: $0.variance.tensor)
    }
    let result = try input.batchNorm(
      running: statistics, weight: weight?.tensor, bias: bias?.tensor, isTraining: usesBatch,
      momentum: momentum ?? averagingWeight(), epsilon: epsilon)
    if isTraining { try countBatch() }
    return result
  }

  /// The weight with which the coming batch makes the running statistics the mean over all batches.
  private func averagingWeight() throws -> Double {
    try 1 / ((running?.batches.tensor.item() ?? 0) + 1)
  }

  private func countBatch() throws {
    guard let batches = running?.batches.tensor else { return }
    try GradientMode.with(false) { _ = try batches.copy(from: batches.add(1)) }
  }

  private func check(_ input: Tensor) throws {
    guard kind.ranks.contains(input.rank), input.shape[1] == features else {
      throw TensorError(
        .shape, typeName, argument: "input", expected: kind.forms(features),
        got: "\(input.shape)")
    }
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try BatchNorm(
      features, kind, epsilon, momentum, weight: weight.map { try copier($0) },
      bias: bias.map { try copier($0) },
      running.map {
        try Running(
          mean: copier($0.mean), variance: copier($0.variance), batches: copier($0.batches))
      })
  }
}
