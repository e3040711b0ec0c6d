/// Watches the backward passes of a list of parameters for their per-example gradients.

internal import PenumbraTensor

/// Observers on all parameters, and what they saw since the last `clear`.
final class ExampleWatch {
  private let list: ParameterList
  private let options: CovarianceOptions
  private let statistics: [ExampleStatistics]
  /// Gradients that were computed example by example for the coming step.
  private var given: [ParameterExamples?]?

  init(_ list: ParameterList, _ options: CovarianceOptions) {
    self.list = list
    self.options = options
    statistics = list.tensors.map { ExampleStatistics($0, options.axis) }
    for each in statistics { each.attach(replacing: true) }
  }

  deinit {
    for each in statistics { each.detach() }
  }

  /// Forgets the passes seen, and watches again parameters that were frozen in between.
  func clear() {
    given = nil
    for each in statistics {
      each.clear()
      each.attach(replacing: false)
    }
  }

  /// The per-example gradients of the parameters that have a gradient.
  ///
  /// - Throws: `TensorError` (graph) where they cannot be known, or belong to different examples.
  func examples(_ gradients: [Tensor?], _ operation: String) throws -> [ParameterExamples?] {
    if let given {
      for index in gradients.indices where gradients[index] != nil && given[index] == nil {
        throw TensorError(
          .graph, operation, argument: ParameterList.label(index, list.tensors[index]),
          "has a gradient, but no loss given to per_example depends on it")
      }
      return gradients.indices.map { gradients[$0] == nil ? nil : given[$0] }
    }
    var first: (examples: Int, argument: String)?
    return try gradients.indices.map { index in
      guard gradients[index] != nil else { return nil }
      let argument = ParameterList.label(index, list.tensors[index])
      let found = try seen(index, operation, argument)
      guard found.count >= 2 else {
        throw TensorError(
          .graph, operation, argument: argument,
          "a covariance needs at least 2 examples, and the batch has \(found.count)")
      }
      let (examples, other) = first ?? (found.count, argument)
      guard found.count == examples else {
        throw TensorError(
          .graph, operation, argument: argument,
          "was used with \(found.count) examples, but \(other) with \(examples)"
            + (options.pairing == .separate ? "; set pairing = \"summed\"" : "")
            + (options.axis == .first
              ? "" : "; for activations [n, positions, features] set examples = \"first\""))
      }
      first = (examples, other)
      return found
    }
  }

  private func seen(_ index: Int, _ operation: String, _ argument: String) throws
    -> ParameterExamples
  {
    guard statistics[index].isAttached else {
      throw TensorError(
        .graph, operation, argument: argument,
        list.tensors[index].gradientObserver == nil
          ? "its gradients were not watched, because it was frozen when zero_grad() was called"
          : "another optimiser that estimates covariances has taken it over")
    }
    return try statistics[index].examples(options.pairing, operation, argument)
  }

  /// Measures the coming step's per-example gradients by a backward pass for each example: exact for
  /// any model. The parameters' gradients stay as they are.
  ///
  /// - Parameter loss: example i's own loss, i from 0; V is that of their mean.
  /// - Complexity: `count` passes; holds `count` × elements.
  func measure(_ count: Int, _ operation: String, _ loss: (Int) throws -> Tensor) throws {
    guard count >= 2 else {
      throw TensorError(
        .value, operation, argument: "n", expected: "at least 2 examples", got: "\(count)")
    }
    for (index, parameter) in list.tensors.enumerated() where !parameter.requiresGradient {
      throw TensorError(
        .graph, operation, argument: ParameterList.label(index, parameter), "is frozen")
    }
    var rows = list.tensors.map { _ in [Tensor]() }
    var isUsed = list.tensors.map { _ in false }
    for example in 0..<count {
      let value = try loss(example)
      let found = try Tensor.gradients(of: [value], withRespectTo: list.tensors)
      for (index, parameter) in list.tensors.enumerated() {
        isUsed[index] = isUsed[index] || found[index] != nil
        let row = try found[index]?.detached() ?? list.zeros(index)
        rows[index].append(
          try GradientMode.with(false) {
            try row.reshape(Shape(1, parameter.elementCount)).mul(1 / Double(count))
          })
      }
    }
    given = try list.tensors.enumerated().map { index, parameter in
      guard isUsed[index] else { return nil }
      var shape = Shape(count)
      for extent in parameter.shape.array { shape.append(extent) }
      let all = try GradientMode.with(false) { try Tensor.cat(rows[index]).reshape(shape) }
      return ParameterExamples(
        shape: parameter.shape, dtype: parameter.dtype, count: count,
        groups: [[try ExampleUse(rows: all, parameterRank: parameter.rank, .beforeFeatures)]],
        gradients: nil)
    }
  }
}
