/// Saving and restoring a reservoir.

internal import PenumbraTensor

extension Reservoir {
  /// A copy of everything that the next offers depend on, the samples included.
  public func state() throws -> OptimizerState {
    var state = OptimizerState(optimizer: Reservoir.name, generator: generator.state)
    state.add("offers", Double(offers))
    state.add("threshold", threshold)
    state.add("samples", Double(samples.count))
    state.add("parameters", Double(samples.first?.values.count ?? 0))
    for (index, sample) in samples.enumerated() {
      state.add("weight.\(index + 1)", sample.weight)
      state.add("step.\(index + 1)", Double(sample.step))
      try state.add("sample.\(index + 1)", sample.values)
    }
    return state
  }

  /// - Throws: `TensorError` when the state is not a reservoir's, holds more samples than this one may,
  ///   or is not whole; nothing has been changed then.
  public func load(_ state: OptimizerState) throws {
    var reader = try StateReader(state, of: Reservoir.name, [Tensor]())
    let random = try StateReader.generator(state, reader.operation)
    let offers = try reader.count("offers")
    let threshold = try reader.weight("threshold")
    let count = try reader.count("samples")
    let parameters = try reader.count("parameters")
    guard count <= size else {
      throw TensorError(
        .value, reader.operation, argument: "samples", expected: "at most \(size)", got: "\(count)")
    }
    var samples: [Sample] = []
    for number in 1..<(count + 1) {
      var values: [Tensor] = []
      for place in 0..<parameters {
        let key = "sample.\(number).\(place + 1)"
        let like = samples.first?.values[place]
        values.append(try reader.tensor(key, like: like))
      }
      samples.append(
        Sample(
          values: values, weight: try reader.weight("weight.\(number)"),
          step: try reader.count("step.\(number)")))
    }
    try reader.finish()
    (self.samples, self.offers, self.threshold) = (samples, offers, threshold)
    generator.state = random
  }
}

extension StateReader {
  /// A finite number of at least 0.
  fileprivate mutating func weight(_ name: String) throws -> Double {
    let value = try number(name)
    try TensorError.check(value, name, operation)
    return value
  }
}
