/// Derivatives: `backward` into the leaves, `gradients` of given tensors.

extension Tensor {
  /// Accumulates ∂(this)/∂(leaf) into every leaf's `gradient`.
  ///
  /// - Parameters:
  ///   - seed: the gradient of the objective with respect to this tensor; may be left out for one
  ///     element (1).
  ///   - retainGraph: keep the graph for another pass.
  ///   - createGraph: make the gradients differentiable.
  ///   - inputs: accumulate into these only.
  /// - Throws: `TensorError` when nothing requires a gradient, the seed's shape is wrong, or a value
  ///   that is needed was changed in place.
  public func backward(
    seed: Tensor? = nil, retainGraph: Bool = false, createGraph: Bool = false,
    inputs: [Tensor]? = nil
  ) throws {
    try Tensor.backward(
      [self], seeds: [seed], retainGraph: retainGraph, createGraph: createGraph, inputs: inputs)
  }

  /// The same for the sum of several tensors, each weighted by its seed, in one pass.
  ///
  /// - Throws: also when there are more seeds than tensors.
  public static func backward(
    _ outputs: [Tensor], seeds: [Tensor?] = [], retainGraph: Bool = false,
    createGraph: Bool = false, inputs: [Tensor]? = nil
  ) throws {
    let roots = try roots(outputs, seeds, "backward")
    var goal = Engine.Goal.leaves
    if let inputs {
      goal = .accumulate(
        try inputs.enumerated().map { index, input in
          guard let node = try input.edge("backward"), node.isLeaf || input.retainsGradient else {
            throw TensorError(
              .graph, "backward", argument: "input \(index + 1)",
              "is neither a leaf that requires a gradient nor was told to retain_grad()")
          }
          return node
        })
    }
    _ = try Engine.run(
      roots: roots, goal: goal, retainGraph: retainGraph || createGraph, createGraph: createGraph,
      operation: "backward")
  }

  /// Derivatives of the sum of `outputs` (each weighted by its seed) with respect to `inputs`.
  ///
  /// - Parameter allowUnused: whether an input may be one that no output depends on.
  /// - Returns: a gradient for each input; nil where the outputs do not depend on it.
  /// - Throws: `TensorError` for an input that requires no gradient, or is unused and must not be.
  public static func gradients(
    of outputs: [Tensor], withRespectTo inputs: [Tensor], seeds: [Tensor?] = [],
    retainGraph: Bool = false, createGraph: Bool = false, allowUnused: Bool = true
  ) throws -> [Tensor?] {
    let targets = try inputs.enumerated().map { index, input in
      guard let node = try input.edge("grad") else {
        throw TensorError(
          .graph, "grad", argument: "input \(index + 1)", "does not require a gradient")
      }
      return node
    }
    let found = try Engine.run(
      roots: try roots(outputs, seeds, "grad"), goal: .values(targets),
      retainGraph: retainGraph || createGraph, createGraph: createGraph, operation: "grad")
    if !allowUnused, let unused = found.firstIndex(where: { $0 == nil }) {
      throw TensorError(
        .graph, "grad", argument: "input \(unused + 1)",
        "the outputs do not depend on it; pass allow_unused = true to get nil for such an input")
    }
    return found
  }

  private static func roots(_ outputs: [Tensor], _ seeds: [Tensor?], _ operation: String) throws
    -> [(node: Node, seed: Tensor)]
  {
    guard !outputs.isEmpty else {
      throw TensorError(.value, operation, expected: "at least one tensor", got: "none")
    }
    guard seeds.count <= outputs.count else {
      throw TensorError(
        .value, operation, argument: "gradients", expected: "at most one for each output",
        got: "\(seeds.count) for \(outputs.count)")
    }
    return try outputs.enumerated().map { index, output in
      try output.root(index < seeds.count ? seeds[index] : nil, operation)
    }
  }

  private func root(_ seed: Tensor?, _ operation: String) throws -> (node: Node, seed: Tensor) {
    guard let node = try edge("backward") else {
      throw TensorError(
        .graph, operation, "the tensor was not computed from anything that requires a gradient")
    }
    guard let seed else {
      guard elementCount == 1 else {
        throw TensorError(
          .shape, operation, expected: "a tensor with one element, or a gradient to start from",
          got: "shape \(shape)")
      }
      return (node, try Tensor.full(shape, 1, dtype: dtype))
    }
    guard seed.shape == shape else {
      throw TensorError(
        .shape, operation, argument: "gradient", expected: "\(shape)", got: "\(seed.shape)")
    }
    return (node, try seed.to(dtype))
  }
}
