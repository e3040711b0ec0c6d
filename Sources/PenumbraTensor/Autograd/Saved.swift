/// Values kept for the backward pass, checked against in-place changes.

/// An operation's input, kept for its derivative.
///
/// It keeps the value and its place in the graph, not the tensor: that one may take another place by a
/// change in place, and would then be held by what it derives from.
struct Saved {
  private let storage: Storage
  private let offset: Int
  private let shape: Shape
  private let strides: Strides
  private let dtype: DType
  private let node: Node?
  private let version: Int

  @inline(__always)
  init(_ tensor: Tensor) {
    storage = tensor.storage
    offset = tensor.offset
    shape = tensor.shape
    strides = tensor.strides
    dtype = tensor.dtype
    node = tensor.graphNode
    version = tensor.storage.version
  }

  /// The value as it was.
  ///
  /// - Throws: `TensorError` (graph) when it has been changed in place since.
  @inline(__always)
  func value(_ into: Gradients) throws -> Tensor {
    guard storage.version == version else { throw changed(into.operation, "an input") }
    storage.isShared = true
    let tensor = Tensor(
      storage: storage, offset: offset, shape: shape, strides: strides, dtype: dtype)
    tensor.node = node
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
  func value(_ into: Gradients) throws -> Tensor { try value(into, of: into.node) }

  /// The value as it was, as the result of a given node.
  func value(_ into: Gradients, of node: @autoclosure () -> Node) throws -> Tensor {
    guard tensor.storage.version == version else { throw changed(into.operation, "the result") }
    guard GradientMode.isEnabled else { return tensor }
    let attached = tensor.alias()
    attached.attach(node())
    return attached
  }
}

private func changed(_ operation: String, _ what: String) -> TensorError {
  TensorError(
    .graph, operation,
    "\(what) that its derivative needs was changed in place after the operation")
}
