/// Values kept for the backward pass, checked against in-place changes.

/// An operation's input, kept for its derivative.
struct Saved {
  private let tensor: Tensor
  private let version: Int

  @inline(__always)
  init(_ tensor: Tensor) {
    self.tensor = tensor
    version = tensor.storage.version
  }

  /// The value as it was.
  ///
  /// - Throws: `TensorError` (graph) when it has been changed in place since.
  @inline(__always)
  func value(_ into: Gradients) throws -> Tensor {
    guard tensor.storage.version == version else { throw changed(into.operation, "an input") }
    return tensor
  }
}

/// An operation's own result, kept without a cycle: the node must not own the tensor that owns it.
struct SavedOutput {
  private let tensor: Tensor
  private let version: Int

  @inline(__always)
  init(_ tensor: Tensor) {
    self.tensor = tensor.alias()
    version = tensor.storage.version
  }

  /// The value as it was, in its place in the graph.
  @inline(__always)
  func value(_ into: Gradients) throws -> Tensor {
    guard tensor.storage.version == version else { throw changed(into.operation, "the result") }
    guard GradientMode.isEnabled else { return tensor }
    let attached = tensor.alias()
    attached.attach(into.node)
    return attached
  }
}

private func changed(_ operation: String, _ what: String) -> TensorError {
  TensorError(
    .graph, operation,
    "\(what) that its derivative needs was changed in place after the operation")
}
