/// A tensor's place in the graph: recording, leaves, gradients, detaching.

extension Tensor {
  /// Whether derivatives with respect to this tensor, or to something it came from, are wanted.
  public var requiresGradient: Bool { node != nil }

  /// Whether it was made by the user and not by a recorded operation.
  public var isLeaf: Bool { node == nil || node?.isLeaf == true }

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
          + "an operation ('\(node?.name ?? "")')")
    }
    guard dtype.isFloating || !wanted else {
      throw TensorError(.dtype, "requires_grad_", expected: "float32 or float64", got: dtype.name)
    }
    node = wanted ? LeafNode(shape: shape) : nil
    return self
  }

  /// ∂(objective)/∂(this), accumulated by `backward`; nil before, and for what is not a leaf.
  public package(set) var gradient: Tensor? {
    get { node?.asLeaf?.gradient }
    set { node?.asLeaf?.gradient = newValue }
  }

  /// Replaces the accumulated gradient; nil forgets it.
  ///
  /// - Throws: `TensorError` when this is no leaf that wants one, or shape or dtype differ.
  public func setGradient(_ new: Tensor?) throws {
    guard let leaf = node?.asLeaf else {
      guard new != nil else { return }
      throw TensorError(.graph, "grad", "only a leaf that requires a gradient has one")
    }
    if let new, new.shape != shape || new.dtype != dtype {
      throw TensorError(
        .shape, "grad", expected: "\(dtype) \(shape)", got: "\(new.dtype) \(new.shape)")
    }
    leaf.gradient = new
  }

  /// Sees each contribution to this leaf's gradient.
  package var gradientObserver: (any GradientObserver)? {
    get { node?.asLeaf?.observer }
    set { node?.asLeaf?.observer = newValue }
  }

  /// Calls `body` with the gradient of this tensor whenever one is computed; a tensor that it
  /// returns takes the gradient's place.
  public func registerHook(_ body: @escaping (Tensor) throws -> Tensor?) throws -> GradientHook {
    guard let node else {
      throw TensorError(.graph, "register_hook", "the tensor does not require a gradient")
    }
    let hook = GradientHook(body)
    node.hooks.append(hook)
    return hook
  }

  /// Takes a hook away.
  public func removeHook(_ hook: GradientHook) {
    node?.hooks.removeAll { $0 === hook }
  }

  /// The same values outside the graph; shares storage.
  public func detached() -> Tensor {
    node == nil ? self : alias()
  }

  @inline(__always)
  func attach(_ node: Node) {
    self.node = node
    nodeVersion = storage.graphVersion
  }

  /// Whether an operation on these inputs is to be recorded.
  @inline(__always)
  static func isRecording(_ a: Tensor) -> Bool {
    (a.node != nil || a.isStaleView) && GradientMode.isEnabled
  }
  @inline(__always)
  static func isRecording(_ a: Tensor, _ b: Tensor) -> Bool {
    (a.node != nil || b.node != nil || a.isStaleView || b.isStaleView) && GradientMode.isEnabled
  }

  /// Whether a recorded change of its base gave this view's values a derivative it does not know.
  @inline(__always)
  private var isStaleView: Bool { base != nil && nodeVersion != storage.graphVersion }

  /// Records that `self` is the result of operation `name` on the inputs.
  ///
  /// - Throws: `TensorError` (graph) when an input is a view whose base was changed since.
  @inline(__always)
  func recorded(
    _ name: StaticString, _ first: Tensor, _ backward: @escaping Node.Backward
  ) throws -> Tensor {
    attach(Node(name, try first.edge(name), nil, [], backward))
    return self
  }

  @inline(__always)
  func recorded(
    _ name: StaticString, _ first: Tensor, _ second: Tensor, _ backward: @escaping Node.Backward
  ) throws -> Tensor {
    attach(Node(name, try first.edge(name), try second.edge(name), [], backward))
    return self
  }

  @inline(__always)
  func recorded(
    _ name: StaticString, _ first: Tensor, _ second: Tensor, _ third: Tensor,
    _ backward: @escaping Node.Backward
  ) throws -> Tensor {
    let others = [try third.edge(name)]
    attach(Node(name, try first.edge(name), try second.edge(name), others, backward))
    return self
  }

  func recorded(
    _ name: StaticString, inputs: [Tensor], _ backward: @escaping Node.Backward
  ) throws -> Tensor {
    let edges = try inputs.map { try $0.edge(name) }
    let second = edges.count > 1 ? edges[1] : nil
    attach(Node(name, edges[0], second, Array(edges.dropFirst(2)), backward))
    return self
  }

  /// This tensor's node as an input of a new one.
  @inline(__always)
  private func edge(_ operation: StaticString) throws -> Node? {
    if nodeVersion == storage.graphVersion || node?.isLeaf == true { return node }
    if node == nil, base == nil { return nil }
    throw TensorError(
      .graph, "\(operation)",
      "an input (\(node.map { "the result of '\($0.name)'" } ?? "a view")) was changed in place "
        + "through another tensor that shares its memory, so its derivative is lost; "
        + "clone() it first")
  }
}
