/// Running averages of weights: EMA and SWA.

public import PenumbraTensor

/// Averages of tensors along a training run, in PyTorch's `AveragedModel` form.
///
///     the first update: a = θ
///     exponential (EMA): a ← decay a + (1 − decay) θ
///     mean (SWA):        a ← a + (θ − a) / (n + 1),   n updates before
///
/// Tensors that are not floats, such as counters among a module's buffers, are copied. Memory: one
/// copy of the tensors, another while a loan is open. Sources: Polyak & Juditsky 1992; Izmailov et
/// al. 2018 (SWA).
public final class WeightAverage {
  public enum Kind: Sendable, Equatable {
    case exponential(decay: Double)
    case mean

    var name: String {
      switch self {
      case .exponential: "EMA"
      case .mean: "SWA"
      }
    }
  }

  /// The rule; an exponential mean's decay may change over time.
  public private(set) var kind: Kind
  /// What is averaged.
  public let tensors: [Tensor]
  /// The averages; what they start from counts for nothing once there was an update.
  public let averages: [Tensor]
  /// Updates so far.
  public private(set) var count = 0
  private var loan: ParameterLoan?

  /// - Throws: `TensorError` without tensors, and for a decay outside [0, 1].
  public init(_ tensors: [Tensor], _ kind: Kind) throws {
    guard !tensors.isEmpty else {
      throw TensorError(.value, kind.name, "there are no parameters to average")
    }
    self.tensors = tensors
    self.kind = kind
    averages = try tensors.map { try $0.copied() }
    if case .exponential(let decay) = kind { try setDecay(decay) }
  }

  public var name: String { kind.name }

  /// An exponential mean's decay; nil for the plain mean.
  public var decay: Double? {
    if case .exponential(let decay) = kind { decay } else { nil }
  }

  /// - Throws: `TensorError` (value) for a number outside [0, 1], and where there is no decay.
  public func setDecay(_ decay: Double) throws {
    guard case .exponential = kind else {
      throw TensorError(.value, name, argument: "decay", "a plain mean has no decay")
    }
    guard decay >= 0, decay <= 1 else {
      throw TensorError(
        .value, name, argument: "decay", expected: "a number in [0, 1]", got: "\(decay)")
    }
    kind = .exponential(decay: decay)
  }

  /// Takes the tensors' present values in. O(elements).
  ///
  /// - Throws: `TensorError` (value) while the averages are swapped in.
  public func update() throws {
    guard loan?.isOpen != true else {
      throw TensorError(
        .value, "\(name):update", "the averages are swapped in; swap them out first")
    }
    let weight: Double
    switch kind {
    case .exponential(let decay): weight = count == 0 ? 1 : 1 - decay
    case .mean: weight = 1 / Double(count + 1)
    }
    for (tensor, average) in zip(tensors, averages) {
      if count == 0 || !average.dtype.isFloating {
        try ParameterLoan.write([tensor.detached()], into: [average])
      } else {
        FusedUpdate.runningMean(
          weight: weight, try tensor.contiguousValues(), into: average)
      }
    }
    count += 1
  }

  /// Ends the loan that `swapIn` opened, if it is open.
  public func swapOut() throws {
    try loan?.giveBack()
    loan = nil
  }

  /// Puts the averages into the tensors until the loan is given back.
  ///
  /// - Throws: `TensorError` (value) when they are in already.
  public func swapIn() throws -> ParameterLoan {
    guard loan?.isOpen != true else {
      throw TensorError(.value, "\(name):swap_in", "the averages are swapped in already")
    }
    let opened = try ParameterLoan(tensors, averages, "\(name):swap_in")
    loan = opened
    return opened
  }

  /// A copy of everything that the next updates depend on besides the tensors.
  public func state() throws -> OptimizerState {
    var state = OptimizerState(optimizer: name)
    state.add("count", Double(count))
    if let decay { state.add("decay", decay) }
    try state.add("average", averages)
    return state
  }

  /// - Throws: `TensorError` when the state does not fit; nothing has been changed then.
  public func load(_ state: OptimizerState) throws {
    var reader = try StateReader(state, of: name, tensors)
    let count = try reader.count("count")
    var kind = kind
    if case .exponential = kind {
      let decay = try reader.number("decay")
      guard decay >= 0, decay <= 1 else {
        throw TensorError(
          .value, "\(name):load", argument: "decay", expected: "a number in [0, 1]",
          got: "\(decay)")
      }
      kind = .exponential(decay: decay)
    }
    let values = try reader.tensors("average", required: tensors.map { _ in true })
    try reader.finish()
    try ParameterLoan.write(values.compactMap { $0 }, into: averages)
    (self.count, self.kind) = (count, kind)
  }
}
