/// Gradient estimates of less variance: control variates and SVRG.

public import PenumbraTensor

/// The minibatch gradient, corrected by what the same minibatch says at a reference point θ̂:
///
///     g = ∇L_B(θ) − ∇L_B(θ̂) + ∇L(θ̂)
///
/// which is unbiased, and has little variance near θ̂. With control variates θ̂ stays (a mode, say); with
/// SVRG it is the position of every m-th step. The loop stays the script's: it makes ∇L_B(θ) as ever,
/// and the sampler calls `batch` for the loss of the same batch at θ̂ (the parameters have its values
/// meanwhile) and `full`, seldom, for all data.
///
/// A covariance estimate beside it measures the corrected gradients: their per-example differences.
/// Losses must not depend on anything random beyond the batch (dropout), and parameters of other
/// optimisers get no gradients from here. Sources: Johnson & Zhang 2013; Dubey et al. 2016 (SVRG-LD);
/// Baker, Fearnhead, Fox & Nemeth 2019 (SGLD-CV).
public final class VarianceReduction {
  /// m, the steps between reference points; nil: the first one stays.
  public let interval: Int?
  private let batch: () throws -> Tensor
  private let full: () throws -> Tensor?
  private var references: [Tensor?] = []
  private var means: [Tensor?] = []
  private var age = 0
  /// The age at which the reference was taken.
  private var takenAt: Int?

  /// - Parameters:
  ///   - interval: m ≥ 1; nil for control variates.
  ///   - references: θ̂, a tensor for each parameter; nil: the position at the first step.
  ///   - batch: the mean loss of the batch at hand, as a function of the parameters.
  ///   - full: the mean loss of all data; or nil after backward passes that have left its gradient on the
  ///     parameters.
  /// - Throws: `TensorError` (value) for m < 1.
  public init(
    interval: Int? = nil, references: [Tensor]? = nil, batch: @escaping () throws -> Tensor,
    full: @escaping () throws -> Tensor?
  ) throws {
    if let interval, interval < 1 {
      throw TensorError(
        .value, "SVRG", argument: "every", expected: "at least 1", got: "\(interval)")
    }
    self.interval = interval
    self.batch = batch
    self.full = full
    self.references = references ?? []
  }

  /// Whether θ̂ and its full gradient are known for the step to come.
  func isReady(_ parameters: [Tensor]) -> Bool {
    means.count == parameters.count && (takenAt == age || interval.map { age % $0 != 0 } ?? true)
  }

  /// Moves the reference to where the parameters are, where that is due; all gradients stay as they are.
  func takeReferenceIfDue(_ parameters: [Tensor], _ operation: String) throws {
    guard !isReady(parameters) else { return }
    try takeReference(parameters, operation)
    takenAt = age
  }

  /// Subtracts ∇L_B(θ̂) from the parameters' gradients.
  func subtractReference(_ parameters: [Tensor]) throws {
    age += 1
    let used = parameters.indices.filter { parameters[$0].gradient != nil }
    guard !used.isEmpty else { return }
    try atReference(parameters) {
      try GradientMode.with(true) {
        // As one more pass of the same examples, so that whoever watches them sees the difference.
        try batch().negative().backward(inputs: used.map { parameters[$0] })
      }
    }
  }

  /// g += ∇L(θ̂)
  func addMean(to gradients: inout [Tensor?]) throws {
    try GradientMode.with(false) {
      for index in gradients.indices {
        guard let gradient = gradients[index], let mean = means[index] else { continue }
        gradients[index] = try gradient.add(mean)
      }
    }
  }

  private func takeReference(_ parameters: [Tensor], _ operation: String) throws {
    if interval != nil || references.isEmpty {
      references = try parameters.map { try $0.detached().copied() }
    }
    guard references.count == parameters.count else {
      throw TensorError(
        .value, operation, argument: "reference",
        expected: "a tensor for each of \(parameters.count) parameters", got: "\(references.count)")
    }
    for (index, parameter) in parameters.enumerated() {
      guard let reference = references[index], reference.shape == parameter.shape else {
        throw TensorError(
          .shape, operation, argument: "reference[\(index + 1)]", expected: "\(parameter.shape)",
          got: "\(references[index]?.shape ?? Shape())")
      }
    }
    let kept = parameters.map(\.gradient)
    defer { for (parameter, gradient) in zip(parameters, kept) { parameter.gradient = gradient } }
    try atReference(parameters) {
      for parameter in parameters { parameter.gradient = nil }
      try GradientMode.with(true) {
        if let loss = try full() {
          let slopes = try Tensor.gradients(of: [loss], withRespectTo: parameters)
          means = slopes.map { $0?.detached() }
        } else {
          means = try parameters.map { try $0.gradient?.detached().copied() }
        }
      }
    }
    guard means.contains(where: { $0 != nil }) else {
      means = []
      throw TensorError(
        .graph, operation, argument: "full",
        "gives no gradients; return the mean loss of all data, or call backward() on it")
    }
  }

  /// Runs `body` with the parameters at θ̂, and puts them back.
  private func atReference(_ parameters: [Tensor], _ body: () throws -> Void) throws {
    let here = try parameters.map { try $0.detached().copied() }
    func move(to values: [Tensor?]) throws {
      try GradientMode.with(false) {
        for (parameter, value) in zip(parameters, values) {
          if let value { try parameter.copy(from: value) }
        }
      }
    }
    try move(to: references)
    do { try body() } catch {
      try move(to: here)
      throw error
    }
    try move(to: here)
  }

  func save(_ state: inout OptimizerState, _ count: Int) throws {
    state.add("reference_age", Double(age))
    state.add("reference_taken", takenAt == age ? 1 : 0)
    let none: [Tensor?] = Array(repeating: nil, count: count)
    try state.add(marked: "reference", references.count == count ? references : none)
    try state.add(marked: "reference_gradient", means.count == count ? means : none)
  }

  /// Reads what `save` wrote, and returns what adopts it.
  func read(_ reader: inout StateReader) throws -> () -> Void {
    let age = try reader.count("reference_age")
    let isTaken = try reader.count("reference_taken") > 0
    let references = try reader.tensors(marked: "reference")
    let means = try reader.tensors(marked: "reference_gradient")
    return { [self] in
      self.age = age
      takenAt = isTaken ? age : nil
      self.references = references.contains { $0 != nil } ? references : []
      self.means = means.contains { $0 != nil } ? means : []
    }
  }
}
