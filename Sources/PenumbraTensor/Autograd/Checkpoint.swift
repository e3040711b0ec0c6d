/// Gradient checkpointing: memory for time, by computing a part of the graph again.

extension Tensor {
  /// The results of `function`, whose graph is dropped at once and made again in the backward pass.
  ///
  /// Between the passes only the inputs are kept. The function must give the same results again: it is
  /// called with the same inputs, and with `generators` in the state of the first call; whatever else it
  /// uses must not change. What it uses without getting it as an input (weights) is differentiated as
  /// well. Results and gradients are those of the function itself, bit for bit; second derivatives are
  /// sums in another order.
  ///
  /// - Throws: what the function throws; `TensorError` (graph) in the backward pass when an input was
  ///   changed in place, or the second call gives something else.
  public static func checkpoint(
    _ inputs: [Tensor], generators: [Generator] = [],
    _ function: @escaping ([Tensor]) throws -> [Tensor]
  ) throws -> [Tensor] {
    guard GradientMode.isEnabled else { return try function(inputs) }
    let states = generators.map(\.state)
    let mark = Node.latestOrdinal
    let results = try function(inputs)
    let entries = Node.entries(of: results.compactMap(\.graphNode), createdAfter: mark)
    guard !entries.isEmpty else { return results }
    let segment = CheckpointedSegment(
      inputs: inputs.map(Saved.init), sources: zip(generators, states).map { ($0, $1) },
      entries: entries, results: results, function: function)
    let nodes = ResultNodes(
      "checkpoint", inputs: entries, resultCount: results.count, segment.propagate(_:_:_:))
    return try results.enumerated().map { index, result in
      guard let node = result.graphNode, node.ordinal > mark else { return result }
      return try result.alias().recorded(nodes.node(index))
    }
  }
}

/// A part of a graph that can be computed again.
private struct CheckpointedSegment {
  private let inputs: [Saved]
  private let sources: [(generator: Generator, state: Generator.State)]
  /// The nodes where the segment begins, which its own node holds; so only their ordinals are kept.
  private let entries: Set<Int>
  private let results: [(shape: Shape, dtype: DType)]
  private let function: ([Tensor]) throws -> [Tensor]

  init(
    inputs: [Saved], sources: [(Generator, Generator.State)], entries: [Node], results: [Tensor],
    function: @escaping ([Tensor]) throws -> [Tensor]
  ) {
    self.inputs = inputs
    self.sources = sources.map { (generator: $0.0, state: $0.1) }
    self.entries = Set(entries.map(\.ordinal))
    self.results = results.map { ($0.shape, $0.dtype) }
    self.function = function
  }

  func propagate(_ gradients: [Tensor?], _ into: Gradients, _: ResultNodes.Results) throws {
    let mark = Node.latestOrdinal
    let again = try recomputed(into)
    guard again.count == results.count,
      zip(again, results).allSatisfy({ $0.shape == $1.shape && $0.dtype == $1.dtype })
    else {
      throw TensorError(
        .graph, "checkpoint",
        "the function gave other results when it was called again: "
          + "expected \(results.map { "\($0.dtype) \($0.shape)" }.joined(separator: ", ")), got "
          + again.map { "\($0.dtype) \($0.shape)" }.joined(separator: ", "))
    }
    let roots = zip(again, gradients).compactMap { result, gradient in
      gradient.flatMap { gradient in result.graphNode.map { (node: $0, seed: gradient) } }
    }
    let found = Node.entries(of: roots.map(\.node), createdAfter: mark)
    guard found.allSatisfy({ entries.contains($0.ordinal) }) else {
      throw TensorError(
        .graph, "checkpoint", "the function used other tensors when it was called again")
    }
    // Each contribution is added where the whole graph would have added it, in the same order.
    _ = try Engine.run(
      roots: roots, goal: .outerPass(at: found), retainGraph: GradientMode.isEnabled,
      createGraph: GradientMode.isEnabled, operation: "checkpoint")
  }

  /// The results once more, with their graph.
  private func recomputed(_ into: Gradients) throws -> [Tensor] {
    let arguments = try inputs.map { try $0.value(into) }
    let now = sources.map(\.generator.state)
    for (generator, state) in sources { generator.state = state }
    defer { for (source, state) in zip(sources, now) { source.generator.state = state } }
    return try GradientMode.with(true) { try function(arguments) }
  }
}

extension Node {
  /// The nodes not created after `mark` that the given ones derive from, by way of newer nodes only.
  ///
  /// - Complexity: O(newer nodes).
  static func entries(of nodes: [Node], createdAfter mark: Int) -> [Node] {
    var (found, seen, stack): ([Node], Set<ObjectIdentifier>, [Node]) = ([], [], nodes)
    while let node = stack.popLast() {
      guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
      guard node.ordinal > mark else {
        found.append(node)
        continue
      }
      for index in 0..<node.inputCount {
        if let input = node.input(index) { stack.append(input) }
      }
    }
    return found
  }
}
