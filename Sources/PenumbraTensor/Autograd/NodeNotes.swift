/// What only few nodes of the graph have: hooks, a kept gradient, a script's name and place for it.

/// Kept apart, so that ordinary nodes stay small.
final class NodeNotes {
  /// Gradient hooks of the tensor that the node made, in the order of their registration.
  var hooks: [GradientHook] = []
  /// Whether the operation mixes the examples of a batch, as batch normalisation does.
  var couplesExamples = false
  /// The name of an operation that a script defined.
  var label: String?
  /// Where a script called the operation; known while anomalies are looked for.
  var location: String?
  /// The line of a script that called the operation; known while a profile is taken.
  var line: String?
  /// Whether `kept` is wanted, though the tensor is no leaf.
  var keepsGradient = false
  /// The gradient accumulated for a tensor that is no leaf.
  var kept: Tensor?
}

extension Node {
  /// The notes, made when they are first needed.
  var ensuredNotes: NodeNotes {
    if let notes { return notes }
    let made = NodeNotes()
    notes = made
    return made
  }

  var hooks: [GradientHook] {
    get { notes?.hooks ?? [] }
    set {
      if notes != nil || !newValue.isEmpty { ensuredNotes.hooks = newValue }
    }
  }

  var couplesExamples: Bool {
    get { notes?.couplesExamples ?? false }
    set {
      if notes != nil || newValue { ensuredNotes.couplesExamples = newValue }
    }
  }

  /// Takes over from the node that a change in place made obsolete: the tensor's gradient is kept as
  /// before. Hooks stay where they are, with the value that they were registered for.
  func inheritKeeping(from old: Node?) {
    guard let notes = old?.notes, notes.keepsGradient else { return }
    notes.keepsGradient = false
    ensuredNotes.keepsGradient = true
  }
}

/// A function that sees, and may replace, a tensor's gradient.
public final class GradientHook {
  let body: (Tensor) throws -> Tensor?
  weak var node: Node?

  init(_ body: @escaping (Tensor) throws -> Tensor?) { self.body = body }

  /// Takes the hook away; a second call does nothing.
  public func remove() {
    node?.hooks.removeAll { $0 === self }
    node = nil
  }
}

extension GradientHook {
  /// The gradient, or what the hook puts in its place.
  func applied(to gradient: Tensor) throws -> Tensor {
    guard let replacement = try GradientMode.kept({ try body(gradient) }) else { return gradient }
    guard replacement.shape == gradient.shape, replacement.dtype == gradient.dtype else {
      throw TensorError(
        .shape, "hook", expected: "a \(gradient.dtype) gradient of shape \(gradient.shape)",
        got: "\(replacement.dtype) \(replacement.shape)")
    }
    return GradientMode.isEnabled ? replacement : replacement.detached()
  }
}
