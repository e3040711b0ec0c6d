/// Results in which examples depend on each other, so that no example has a gradient of its own.

extension Tensor {
  /// This value, marked as the result of an operation that mixes the examples of a batch.
  ///
  /// In any backward pass through it, each leaf's `GradientObserver` is told first that examples
  /// cannot be told apart, by `operation`.
  package func couplingExamples(_ operation: StaticString) throws -> Tensor {
    guard Tensor.isRecording(self) else { return self }
    let result = try alias().recorded(operation, self) { gradient, into in
      try into(0) { gradient }
    }
    result.node?.couplesExamples = true
    return result
  }
}

extension Engine {
  /// Tells the wanted leaves' observers when some operation of the pass couples examples.
  static func announceCoupling(_ order: [Node]) {
    guard let coupling = order.first(where: \.couplesExamples) else { return }
    for case let leaf as LeafNode in order where leaf.isWanted {
      leaf.observer?.observe(opaque: coupling.operation)
    }
  }
}
