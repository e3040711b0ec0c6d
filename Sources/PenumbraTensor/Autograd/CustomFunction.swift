/// Operations whose derivative the caller writes.

/// What a forward function leaves for its backward function.
public final class FunctionContext {
  /// Which inputs want a gradient.
  public let needsGradient: [Bool]
  fileprivate var tensors: [Tensor] = []

  fileprivate init(_ needsGradient: [Bool]) { self.needsGradient = needsGradient }

  /// Keeps inputs, results or other values; a later call replaces what an earlier one kept.
  ///
  /// A change of one in place before the backward pass is an error there.
  public func save(_ tensors: [Tensor]) { self.tensors = tensors }
}

extension Tensor {
  /// The results of `forward`, differentiated by `backward`.
  ///
  /// `forward` runs without recording. `backward` gets what was saved and a gradient for each result
  /// (zeros where nothing depends on one), and returns a gradient for each input, nil where there is
  /// none. Where it uses tensor operations on these, the operation can be differentiated again.
  ///
  /// - Throws: what the two functions throw; `TensorError` naming the operation when an input is changed
  ///   in place, or a gradient's shape or dtype is not its input's.
  public static func custom(
    _ name: String, _ inputs: [Tensor],
    forward: (_ context: FunctionContext) throws -> [Tensor],
    backward: @escaping (_ saved: [Tensor], _ gradients: [Tensor]) throws -> [Tensor?]
  ) throws -> [Tensor] {
    let context = FunctionContext(inputs.map { isRecording($0) })
    let versions = inputs.map(\.storage.version)
    let results = try GradientMode.with(false) { try forward(context) }
    guard context.needsGradient.contains(true) else { return results }
    for (index, input) in inputs.enumerated() where input.storage.version != versions[index] {
      throw TensorError(
        .graph, name, argument: "input \(index + 1)",
        "was changed in place by the forward function; change a clone() of it")
    }
    let rule = CustomRule(name, inputs, results, context, backward)
    let floating = results.indices.filter { results[$0].dtype.isFloating }
    guard !floating.isEmpty else { return results }
    let edges = try inputs.enumerated().map { index, input in
      context.needsGradient[index] ? try input.edge("custom") : nil
    }
    let nodes = ResultNodes(
      "custom", label: name, inputs: edges, resultCount: results.count,
      rule.propagate(_:_:_:))
    // Other tensors on the same memory: a result that the functions hold is not held by its own node.
    return try results.enumerated().map { index, result in
      let alias = result.alias()
      return result.dtype.isFloating ? try alias.recorded(nodes.node(index)) : alias
    }
  }
}

/// The derivative of one use of a custom function.
private struct CustomRule {
  private enum Kept {
    case value(Saved)
    case result(Int, SavedOutput)
  }

  private let name: String
  private let kept: [Kept]
  private let inputs: [(shape: Shape, dtype: DType)]
  private let results: [(shape: Shape, dtype: DType)]
  private let backward: ([Tensor], [Tensor]) throws -> [Tensor?]

  init(
    _ name: String, _ inputs: [Tensor], _ results: [Tensor], _ context: FunctionContext,
    _ backward: @escaping ([Tensor], [Tensor]) throws -> [Tensor?]
  ) {
    self.name = name
    self.inputs = inputs.map { ($0.shape, $0.dtype) }
    self.results = results.map { ($0.shape, $0.dtype) }
    self.backward = backward
    kept = context.tensors.map { tensor in
      let isInput = inputs.contains { $0 === tensor }
      if !isInput, let index = results.firstIndex(where: { $0 === tensor }),
        tensor.dtype.isFloating
      {
        return .result(index, SavedOutput(tensor))
      }
      return .value(Saved(tensor))
    }
  }

  func propagate(_ gradients: [Tensor?], _ into: Gradients, _ nodes: ResultNodes.Results) throws {
    let saved = try kept.map { item in
      switch item {
      case .value(let value): try value.value(into)
      case .result(let index, let value): try value.value(into, of: nodes.node(index))
      }
    }
    let full = try results.indices.map { index in
      try gradients[index] ?? Tensor.zeros(results[index].shape, dtype: results[index].dtype)
    }
    let found = try GradientMode.kept { try backward(saved, full) }
    guard found.count <= inputs.count else {
      throw TensorError(
        .value, name, argument: "backward",
        expected: "at most \(inputs.count) gradients, one for each input", got: "\(found.count)")
    }
    for (index, gradient) in found.enumerated() {
      guard let gradient else { continue }
      let (shape, dtype) = inputs[index]
      guard gradient.shape == shape, gradient.dtype == dtype else {
        throw TensorError(
          .shape, name, argument: "backward: gradient \(index + 1)", expected: "\(dtype) \(shape)",
          got: "\(gradient.dtype) \(gradient.shape)")
      }
      try into(index) { GradientMode.isEnabled ? gradient : gradient.detached() }
    }
  }
}
