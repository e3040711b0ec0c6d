/// Watches one parameter's backward passes, and gives its per-example second moments.

package import PenumbraTensor

/// What a step needs to know of a parameter's n per-example gradients n s_i.
package struct ExampleMoment {
  /// Σ s_i∘s_i
  package let squares: Tensor
  /// Σ s_i, the gradient
  package let mean: Tensor
  /// n
  package let examples: Int
}

/// Collects the factors of a parameter's per-example gradients, as backward passes find them.
///
/// A pass counts once the leaf's `gradient` has been seen to change after it: a pass that only
/// differentiates with respect to the parameter (`gradients(of:withRespectTo:)`) leaves no trace.
package final class ExampleStatistics: GradientObserver {
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
  private var hook: GradientHook?
  private var open = Pass()
  private var closed: Pass?
  private var counted: [Pass] = []

  package init(_ parameter: Tensor) {
    self.parameter = parameter
    shape = parameter.shape
    dtype = parameter.dtype
  }

  package var isAttached: Bool { parameter?.gradientObserver === self }

  /// Starts watching. An observer that is already there is replaced where `replacing`.
  package func attach(replacing: Bool) {
    guard let parameter, !isAttached, replacing || parameter.gradientObserver == nil else { return }
    detach()
    parameter.gradientObserver = self
    hook = parameter.observeGradient { [weak self] in try self?.close($0) }
  }

  package func detach() {
    if isAttached { parameter?.gradientObserver = nil }
    if let hook { parameter?.removeHook(hook) }
    hook = nil
    clear()
  }

  /// Forgets everything seen.
  package func clear() {
    open = Pass()
    closed = nil
    counted.removeAll(keepingCapacity: true)
  }

  // MARK: During a backward pass

  package func observe(left: Tensor, right: Tensor) {
    guard left.dtype == dtype, right.dtype == dtype else { return observe(opaque: "a conversion") }
    record { try ExampleUse(left: left, right: right) }
  }

  package func observe(rows: Tensor) {
    guard rows.dtype == dtype else { return observe(opaque: "a conversion") }
    // A number that meets [n, d] values: n could be either.
    guard shape.rank > 0 || rows.rank <= 1 else { return observe(opaque: "broadcasting a number") }
    record { try ExampleUse(rows: rows, parameterRank: shape.rank) }
  }

  package func observe(opaque operation: String) {
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

  /// The moments over the passes that made the parameter's gradient.
  ///
  /// - Throws: `TensorError` (graph) unless the examples of every contribution are known.
  package func moment(_ pairing: ExamplePairing, _ operation: String, _ argument: String) throws
    -> ExampleMoment
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
            + "linear layers, matmul from the right or broadcasting over the batch, without "
            + "operations that mix examples, or set noise = \"identity\" or \"none\"")
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
    return try GradientMode.with(false) {
      ExampleMoment(
        squares: try squares(uses, pairing, failure), mean: try mean(uses),
        examples: pairing == .summed ? uses[0].examples : uses.reduce(0) { $0 + $1.examples })
    }
  }

  private func squares(
    _ uses: [ExampleUse], _ pairing: ExamplePairing, _ failure: (String) -> TensorError
  ) throws -> Tensor {
    let result = try Tensor.zeros(shape, dtype: dtype)
    let groups = pairing == .summed ? [uses] : uses.map { [$0] }
    for group in groups {
      let isProduct = group[0].right != nil
      for use in group where use.examples != group[0].examples {
        throw failure(
          "was used with \(group[0].examples) and with \(use.examples) examples, which cannot be "
            + "the same ones; use batches of one size, or set pairing = \"separate\"")
      }
      guard group.allSatisfy({ ($0.right != nil) == isProduct }) else {
        throw failure("is used both in products and by broadcasting, which is not supported")
      }
      try ExampleMoments.addSquares(
        group.flatMap(\.factors), examples: group[0].examples,
        rows: isProduct ? shape[0] : shape.elementCount, columns: isProduct ? shape[1] : 1,
        to: result)
    }
    return result
  }

  /// Σ s_i: what the passes computed, or, where that was changed in place (clipped, say), anew.
  private func mean(_ uses: [ExampleUse]) throws -> Tensor {
    let gradients = counted.compactMap(\.gradient)
    let isKept = gradients.allSatisfy { $0.isUnchanged && $0.tensor.dtype == dtype }
    let terms = try isKept ? gradients.map(\.tensor) : uses.map { try $0.gradient(shape) }
    return try terms.dropFirst().reduce(terms[0]) { try $0.add($1) }
  }
}
