/// Derivatives: `backward` into the leaves, `gradients` of given tensors.

extension Tensor {
  /// Accumulates ∂(this)/∂(leaf) into every leaf's `gradient`.
  ///
  /// - Parameters:
  ///   - seed: the gradient of the objective with respect to this tensor; may be left out for one
  ///     element (1).
  ///   - retainGraph: keep the graph for another pass.
  ///   - createGraph: make the gradients differentiable.
  /// - Throws: `TensorError` when nothing requires a gradient, the seed's shape is wrong, or a value
  ///   that is needed was changed in place.
  public func backward(
    seed: Tensor? = nil, retainGraph: Bool = false, createGraph: Bool = false
  ) throws {
    let root = try root(seed, "backward")
    _ = try Engine.run(
      roots: [root], targets: nil, retainGraph: retainGraph || createGraph,
      createGraph: createGraph, operation: "backward")
  }

  /// Derivatives of the sum of `outputs` (each weighted by its seed) with respect to `inputs`.
  ///
  /// - Returns: a gradient for each input; nil where the outputs do not depend on it.
  public static func gradients(
    of outputs: [Tensor], withRespectTo inputs: [Tensor], seeds: [Tensor?] = [],
    retainGraph: Bool = false, createGraph: Bool = false
  ) throws -> [Tensor?] {
    let targets = try inputs.enumerated().map { index, input in
      guard let node = input.node else {
        throw TensorError(
          .graph, "grad", argument: "input \(index + 1)", "does not require a gradient")
      }
      return node
    }
    let roots = try outputs.enumerated().map { index, output in
      try output.root(index < seeds.count ? seeds[index] : nil, "grad")
    }
    return try Engine.run(
      roots: roots, targets: targets, retainGraph: retainGraph || createGraph,
      createGraph: createGraph, operation: "grad")
  }

  private func root(_ seed: Tensor?, _ operation: String) throws -> (node: Node, seed: Tensor) {
    guard let node else {
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
