/// Watches one parameter's backward passes, and gives its per-example gradients.

internal import PenumbraTensor

/// Collects the factors of a parameter's per-example gradients, as backward passes find them.
///
/// A pass counts once the leaf's `gradient` has been seen to change after it: a pass that only
/// differentiates with respect to the parameter (`gradients(of:withRespectTo:)`) leaves no trace.
final class ExampleStatistics: GradientObserver {
  private struct Pass {
    var number = 0
    var uses: [ExampleUse] = []
    /// The sum of the uses, as the pass computed it.
    var gradient: RetainedTensor?
    /// The operation whose examples could not be told apart.
    var opaque: String?
    var failure: (any Error)?
    /// The leaf's gradient before the pass added to it.
    var before: Tensor?
  }

  // Weak: the parameter owns its observer.
  private weak var parameter: Tensor?
  private let shape: Shape
  private let dtype: DType
  private let axis: ExampleAxis
  private var hook: GradientHook?
  private var open = Pass()
  private var closed: Pass?
  private var counted: [Pass] = []

  init(_ parameter: Tensor, _ axis: ExampleAxis) {
    self.parameter = parameter
    self.axis = axis
    shape = parameter.shape
    dtype = parameter.dtype
  }

  var isAttached: Bool { parameter?.gradientObserver === self }

  /// Starts watching. An observer that is already there is replaced where `replacing`.
  func attach(replacing: Bool) {
    guard let parameter, !isAttached, replacing || parameter.gradientObserver == nil else { return }
    detach()
    parameter.gradientObserver = self
    hook = parameter.observeGradient { [weak self] in try self?.close($0) }
  }

  func detach() {
    if isAttached { parameter?.gradientObserver = nil }
    if let hook { parameter?.removeHook(hook) }
    hook = nil
    clear()
  }

  /// Forgets everything seen.
  func clear() {
    open = Pass()
    closed = nil
    counted.removeAll(keepingCapacity: true)
  }

  // MARK: During a backward pass

  func observe(left: Tensor, right: Tensor) {
    guard left.dtype == dtype, right.dtype == dtype else { return observe(opaque: "a conversion") }
    record { try ExampleUse(left: left, right: right, axis) }
  }

  func observe(rows: Tensor) {
    guard rows.dtype == dtype else { return observe(opaque: "a conversion") }
    // A number that meets [n, d] values: n could be either.
    guard shape.rank > 0 || rows.rank <= 1 else { return observe(opaque: "broadcasting a number") }
    record { try ExampleUse(rows: rows, parameterRank: shape.rank, axis) }
  }

  func observe(_ examples: ExampleGradients) {
    guard examples.inputs.allSatisfy({ $0.dtype == dtype || !$0.dtype.isFloating }) else {
      return observe(opaque: "a conversion")
    }
    record { try ExampleUse(examples, axis) }
  }

  func observe(opaque operation: String) {
    begin()
    open.opaque = open.opaque ?? operation
  }

  private func record(_ use: () throws -> ExampleUse) {
    begin()
    do { open.uses.append(try use()) } catch { open.failure = error }
  }

  /// Drops what a pass that was broken off has left.
  private func begin() {
    let number = parameter?.visitingPass ?? 0
    if open.number != number { open = Pass(number: number) }
  }

  /// The leaf's gradient of the pass is complete, and about to be added to the parameter's.
  private func close(_ gradient: Tensor) throws {
    begin()
    settle()
    open.gradient = try RetainedTensor(gradient)
    open.before = parameter?.gradient
    closed = open
    open = Pass()
  }

  // MARK: After it

  /// Decides whether the last pass has entered the parameter's gradient.
  private func settle() {
    guard let gradient = parameter?.gradient else {
      closed = nil
      return counted.removeAll()
    }
    if let closed, closed.before !== gradient { counted.append(closed) }
    closed = nil
  }

  /// The uses of the passes that made the parameter's gradient.
  ///
  /// - Throws: `TensorError` (graph) unless the examples of every contribution are known.
  func examples(_ pairing: ExamplePairing, _ operation: String, _ argument: String) throws
    -> ParameterExamples
  {
    func failure(_ reason: String) -> TensorError {
      TensorError(.graph, operation, argument: argument, reason)
    }
    settle()
    guard !counted.isEmpty else {
      throw failure(
        "has a gradient, but no backward pass was seen to make it, so its examples are unknown; "
          + "call zero_grad() before the forward pass and backward() after it")
    }
    for pass in counted {
      if let error = pass.failure { throw error }
      if let name = pass.opaque {
        throw failure(
          "the gradients of single examples cannot be told apart in '\(name)'; use it through "
            + "linear layers, convolutions, embeddings, matmul from the right or broadcasting over "
            + "the batch, without operations that mix examples, or give each example's loss with "
            + "opt:per_example(n, fn), or set noise = \"identity\" or \"none\"")
      }
      guard !pass.uses.isEmpty else {
        throw failure("its gradient was not made by an operation, so its examples are unknown")
      }
      guard pass.uses.allSatisfy(\.isUnchanged) else {
        throw failure(
          "a value that its per-example gradients need was changed in place between backward() "
            + "and step()")
      }
    }
    let uses = counted.flatMap(\.uses)
    let groups = pairing == .summed ? [uses] : uses.map { [$0] }
    for group in groups {
      for use in group where use.examples != group[0].examples {
        throw failure(
          "was used with \(group[0].examples) and with \(use.examples) examples, which cannot be "
            + "the same ones; use batches of one size, or set pairing = \"separate\"")
      }
    }
    let gradients = counted.compactMap(\.gradient)
    let isKept = gradients.allSatisfy { $0.isUnchanged && $0.tensor.dtype == dtype }
    return ParameterExamples(
      shape: shape, dtype: dtype, count: groups.reduce(0) { $0 + $1[0].examples },
      groups: groups, gradients: isKept ? gradients.map(\.tensor) : nil)
  }
}
