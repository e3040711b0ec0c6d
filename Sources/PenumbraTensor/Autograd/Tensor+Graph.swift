/// A tensor's place in the graph: recording, leaves, gradients, detaching.

internal import CKernels

extension Tensor {
  /// Whether derivatives with respect to this tensor, or to something it came from, are wanted.
  public var requiresGradient: Bool { graphNode != nil }

  /// Whether it was made by the user and not by a recorded operation.
  public var isLeaf: Bool { graphNode?.isLeaf ?? true }

  /// The name of the operation that made this value; nil for a leaf.
  public var gradientFunction: String? {
    guard let node = graphNode, !node.isLeaf else { return nil }
    return node.operation
  }

  /// Makes a leaf want a gradient, or not.
  ///
  /// - Throws: `TensorError` for an integer tensor or one that an operation made.
  @discardableResult
  public func requiresGradient(_ wanted: Bool) throws -> Tensor {
    guard wanted != requiresGradient else { return self }
    guard isLeaf else {
      throw TensorError(
        .graph, "requires_grad_",
        "only a leaf can be changed; use detach() for the result of "
          + "an operation ('\(graphNode?.operation ?? "")')")
    }
    guard dtype.isFloating || !wanted else {
      throw TensorError(.dtype, "requires_grad_", expected: "float32 or float64", got: dtype.name)
    }
    node = wanted ? LeafNode(shape: shape) : nil
    // A leaf has a graph of its own, whatever becomes of the tensor that it was a view of.
    base = nil
    nodeVersion = 0
    return self
  }

  /// ∂(objective)/∂(this), accumulated by `backward`; nil before, and for what is neither a leaf nor
  /// was told to keep it.
  public package(set) var gradient: Tensor? {
    get {
      guard let node = graphNode else { return nil }
      return node.isLeaf ? node.asLeaf?.gradient : node.notes?.kept
    }
    set {
      guard let node = graphNode else { return }
      if let leaf = node.asLeaf { leaf.gradient = newValue } else { node.notes?.kept = newValue }
    }
  }

  /// Lets `backward` accumulate the gradient of this tensor, which is no leaf, too.
  ///
  /// - Throws: `TensorError` (graph) when it does not require a gradient.
  public func retainGradient() throws {
    guard let node = try edge("retain_grad") else {
      throw TensorError(.graph, "retain_grad", "the tensor does not require a gradient")
    }
    if !node.isLeaf { node.ensuredNotes.keepsGradient = true }
  }

  /// Whether `retainGradient` was asked for.
  public var retainsGradient: Bool { graphNode?.notes?.keepsGradient ?? false }

  /// Replaces the accumulated gradient; nil forgets it.
  ///
  /// - Throws: `TensorError` when this is no leaf that wants one, or shape or dtype differ.
  public func setGradient(_ new: Tensor?) throws {
    guard let node = graphNode, node.isLeaf || retainsGradient else {
      guard new != nil else { return }
      throw TensorError(
        .graph, "grad",
        "only a leaf that requires a gradient, or a tensor after retain_grad(), has one")
    }
    if let new, new.shape != shape || new.dtype != dtype {
      throw TensorError(
        .shape, "grad", expected: "\(dtype) \(shape)", got: "\(new.dtype) \(new.shape)")
    }
    guard new !== self else {
      throw TensorError(.graph, "grad", "a tensor cannot be its own gradient")
    }
    gradient = new
  }

  /// Sees each contribution to this leaf's gradient.
  package var gradientObserver: (any GradientObserver)? {
    get { node?.asLeaf?.observer }
    set { node?.asLeaf?.observer = newValue }
  }

  /// Calls `body` with the gradient of this tensor whenever one is computed; a tensor that it
  /// returns takes the gradient's place.
  public func registerHook(_ body: @escaping (Tensor) throws -> Tensor?) throws -> GradientHook {
    guard let node = try edge("register_hook") else {
      throw TensorError(.graph, "register_hook", "the tensor does not require a gradient")
    }
    let hook = GradientHook(body)
    hook.node = node
    node.hooks.append(hook)
    return hook
  }

  /// Takes a hook away.
  public func removeHook(_ hook: GradientHook) { hook.remove() }

  /// The same values outside the graph; shares storage.
  public func detached() -> Tensor { alias() }

  @inline(__always)
  func attach(_ node: Node) {
    self.node = node
    if let base { nodeVersion = base.nodeVersion }
  }

  /// This tensor's node as of now.
  @inline(__always)
  var graphNode: Node? {
    guard let base, nodeVersion != base.nodeVersion else { return node }
    return refreshed(from: base)
  }

  /// Whether an operation on these inputs is to be recorded.
  @inline(__always)
  static func isRecording(_ a: Tensor) -> Bool {
    a.graphNode != nil && GradientMode.isEnabled
  }
  @inline(__always)
  static func isRecording(_ a: Tensor, _ b: Tensor) -> Bool {
    (a.graphNode != nil || b.graphNode != nil) && GradientMode.isEnabled
  }

  /// Records that `self` is the result of operation `name` on the inputs.
  ///
  /// - Throws: `TensorError` (graph) for an input that is a view made inside no_grad() whose base was
  ///   changed since by a recorded operation.
  @inline(__always)
  func recorded(
    _ name: StaticString, _ first: Tensor, _ backward: @escaping Node.Backward
  ) throws -> Tensor {
    try recorded(Node(name, try first.edge(name), nil, nil, backward))
  }

  @inline(__always)
  func recorded(
    _ name: StaticString, _ first: Tensor, _ second: Tensor, _ backward: @escaping Node.Backward
  ) throws -> Tensor {
    try recorded(Node(name, try first.edge(name), try second.edge(name), nil, backward))
  }

  @inline(__always)
  func recorded(
    _ name: StaticString, _ first: Tensor, _ second: Tensor, _ third: Tensor,
    _ backward: @escaping Node.Backward
  ) throws -> Tensor {
    try recorded(
      Node(name, try first.edge(name), try second.edge(name), try third.edge(name), backward))
  }

  func recorded(
    _ name: StaticString, inputs: [Tensor], _ backward: @escaping Node.Backward
  ) throws -> Tensor {
    try recorded(Node(name, inputs: inputs.map { try $0.edge(name) }, backward))
  }

  /// Records that `self` is the result of a node.
  @inline(__always)
  func recorded(_ node: Node) throws -> Tensor {
    attach(node)
    if pn_current_thread().pointee.watches_nodes != 0 { try inspect(node) }
    return self
  }

  /// This tensor's node as an input of a new one.
  @inline(__always)
  func edge(_ operation: StaticString) throws -> Node? {
    guard let base, nodeVersion != base.nodeVersion else { return node }
    if nodeVersion < 0 { try checkUnrecordedView(of: base, operation) }
    return refreshed(from: base)
  }

  private func checkUnrecordedView(of base: Tensor, _ operation: StaticString) throws {
    guard ~nodeVersion != base.nodeVersion, base.node != nil, node == nil else { return }
    throw TensorError(
      .graph, "\(operation)",
      "an input is a view made inside no_grad(), whose base was changed in place outside; make the "
        + "view outside no_grad(), or detach() it")
  }
}
