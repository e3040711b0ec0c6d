/// Changes in place: the value is replaced in memory, and the tensor takes the new value's graph.

extension Tensor {
  /// Replaces the values by those of `make()`, which is computed from this tensor.
  ///
  /// A view's base, and the other views of it, derive from the change as well.
  ///
  /// - Throws: `TensorError` (graph) for a leaf that wants a gradient, or a view of one, while operations
  ///   are recorded; `TensorError` (shape) when the new value does not fit.
  @discardableResult
  public func replace(_ operation: StaticString, _ make: () throws -> Tensor) throws -> Tensor {
    try checkWritable(operation)
    let value = try make()
    guard value.shape == shape else {
      throw TensorError(
        .shape, "\(operation)", expected: "a result of shape \(shape)", got: "\(value.shape)")
    }
    guard value.dtype.isFloating == false || dtype.isFloating else {
      throw TensorError(
        .dtype, "\(operation)", expected: "a result that \(dtype) can hold", got: value.dtype.name)
    }
    try write(value, operation)
    return self
  }

  /// The same for a value that `make` computes from its argument, which holds this tensor's values and
  /// stays as it is: operations whose derivatives need the old values can be differentiated.
  @discardableResult
  public func replace(_ operation: StaticString, _ make: (Tensor) throws -> Tensor) throws -> Tensor
  {
    try replace(operation) { try make(try preserved()) }
  }

  /// The same for a value that depends on nothing but this tensor: it stays as it is only where it is
  /// part of the graph.
  @discardableResult
  package func replace(alone operation: StaticString, _ make: (Tensor) throws -> Tensor) throws
    -> Tensor
  {
    try replace(operation) { try make(graphNode == nil ? self : try preserved()) }
  }

  /// This value in memory of its own, while operations are recorded.
  private func preserved() throws -> Tensor {
    guard GradientMode.isEnabled, dtype.isFloating else { return self }
    let result = try copied()
    if let node = graphNode { result.attach(node) }
    return result
  }

  /// Copies another tensor's values, broadcast and converted, into this one.
  @discardableResult
  public func copy(from source: Tensor) throws -> Tensor {
    try replace("copy_") {
      let value = try source.expand(to: shape).to(dtype)
      return value === source ? try value.identity("copy_") : value
    }
  }

  /// Sets every element.
  @discardableResult
  public func fill(_ value: Double) throws -> Tensor {
    try checkWritable("fill_")
    let isRecorded = try isRecordedChange(by: nil, "fill_")
    Backend.fill(self, value)
    storage.markChanged()
    if isRecorded { try recordChange(to: nil, "fill_") }
    return self
  }

  /// self += scale · other, in place, without a graph; the building block of optimisers.
  ///
  /// - Throws: `TensorError` when the shapes differ.
  package func accumulate(_ scale: Double, _ other: Tensor) throws {
    guard shape == other.shape else {
      throw TensorError(.shape, "add_", expected: "\(shape)", got: "\(other.shape)")
    }
    try GradientMode.with(false) {
      guard isContiguous, other.isContiguous, dtype == other.dtype, dtype.isFloating else {
        try replace("add_") { try add(other.mul(scale)) }
        return
      }
      Backend.axpy(scale, other, into: self)
      storage.markChanged()
    }
  }

  func checkWritable(_ operation: StaticString) throws {
    for index in 0..<rank where strides[index] == 0 && shape[index] > 1 {
      throw TensorError(
        .shape, "\(operation)",
        "an expanded tensor cannot be changed in place: several of its elements share one place "
          + "in memory; clone() it first")
    }
    guard !mayOverlap else {
      throw TensorError(
        .shape, "\(operation)",
        "windows that overlap in memory cannot be changed in place; clone() them first")
    }
    guard GradientMode.isEnabled, let node = graphNode, node.isLeaf else { return }
    throw TensorError(
      .graph, "\(operation)",
      "a leaf that requires a gradient cannot be changed in place outside no_grad()")
  }

  private func write(_ value: Tensor, _ operation: StaticString) throws {
    let value = GradientMode.isEnabled ? try value.to(dtype) : value
    let isRecorded = try isRecordedChange(by: value.graphNode, operation)
    // Its own node, so that this tensor is neither that leaf nor shares that value's hooks.
    let source =
      isRecorded && value.graphNode != nil && (value.isLeaf || value.base != nil)
      ? try value.identity(operation) : value
    let origin = source.graphNode
    Backend.copy(value.storage === storage ? try value.copied() : value, into: self)
    storage.markChanged()
    if isRecorded { try recordChange(to: origin, operation) }
  }

  /// The same value as the result of an operation that changes nothing.
  private func identity(_ operation: StaticString) throws -> Tensor {
    guard Tensor.isRecording(self) else { return self }
    return try alias().recorded(operation, self) { gradient, into in try into(0) { gradient } }
  }

  /// Makes what was written the origin of this tensor's values.
  private func recordChange(to origin: Node?, _ operation: StaticString) throws {
    if let base {
      try base.recordChange(of: self, by: origin, operation)
    } else {
      origin?.inheritKeeping(from: node)
      node = origin
      nodeVersion &+= 1
    }
  }

  /// Whether writing a value of node `origin` here changes what this tensor derives from.
  ///
  /// - Throws: `TensorError` (graph) for a view of a leaf that wants a gradient, a view made without
  ///   recording, or one whose elements share places in memory.
  func isRecordedChange(by origin: Node?, _ operation: StaticString) throws -> Bool {
    guard GradientMode.isEnabled, origin != nil || graphNode != nil || base?.node != nil else {
      return false
    }
    guard let base else { return true }
    guard base.node?.isLeaf != true else {
      throw TensorError(
        .graph, "\(operation)",
        "a view of a leaf that requires a gradient cannot be changed in place outside no_grad()")
    }
    guard nodeVersion >= 0 else {
      throw TensorError(
        .graph, "\(operation)",
        "a view made inside no_grad() cannot be changed in place outside; make the view outside, "
          + "or change it inside")
    }
    guard !mayOverlap else {
      throw TensorError(
        .shape, "\(operation)",
        "a view whose elements share places in memory cannot be changed in place while derivatives "
          + "are recorded; clone() it first")
    }
    return true
  }
}
