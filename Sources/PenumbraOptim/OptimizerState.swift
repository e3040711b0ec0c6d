/// An optimiser's memory as named tensors and numbers, for checkpoints.

public import PenumbraTensor

/// Everything that an optimiser's next steps depend on.
///
/// Names end in the parameter's number, as in "square.3"; what belongs to no parameter has a plain
/// name, as "lr".
public struct OptimizerState {
  /// The name of the optimiser that it belongs to.
  public var optimizer: String
  public var tensors: [(name: String, tensor: Tensor)]
  /// Numbers; counts are exact.
  public var numbers: [(name: String, value: Double)]
  /// The state of a sampler's random numbers.
  public var generator: Generator.State?

  public init(
    optimizer: String, tensors: [(name: String, tensor: Tensor)] = [],
    numbers: [(name: String, value: Double)] = [], generator: Generator.State? = nil
  ) {
    self.optimizer = optimizer
    self.tensors = tensors
    self.numbers = numbers
    self.generator = generator
  }
}

extension OptimizerState {
  mutating func add(_ name: String, _ value: Double) {
    numbers.append((name, value))
  }

  mutating func add(_ name: String, _ counts: [Int]) {
    for (index, count) in counts.enumerated() { add("\(name).\(index + 1)", Double(count)) }
  }

  /// Adds copies of those tensors that exist.
  mutating func add(_ name: String, _ values: [Tensor?]) throws {
    for (index, value) in values.enumerated() {
      if let value { tensors.append(("\(name).\(index + 1)", try value.copied())) }
    }
  }
}

/// Takes a state apart and checks that it fits.
struct StateReader {
  /// "Adam:load"
  let operation: String
  private let parameters: [Tensor]
  private var tensors: [String: Tensor] = [:]
  private var numbers: [String: Double] = [:]

  /// - Throws: `TensorError` when the state is another optimiser's or names something twice.
  init(_ state: OptimizerState, of optimizer: String, _ parameters: ParameterList) throws {
    try self.init(state, of: optimizer, parameters.tensors)
  }

  /// The state of something else that belongs to tensors.
  init(_ state: OptimizerState, of optimizer: String, _ parameters: [Tensor]) throws {
    operation = "\(optimizer):load"
    self.parameters = parameters
    guard state.optimizer == optimizer else {
      throw TensorError(
        .value, operation, expected: "a state of \(optimizer)", got: "one of \(state.optimizer)")
    }
    for (name, tensor) in state.tensors {
      guard tensors.updateValue(tensor, forKey: name) == nil else { throw repeated(name) }
    }
    for (name, value) in state.numbers {
      guard numbers.updateValue(value, forKey: name) == nil else { throw repeated(name) }
    }
  }

  mutating func number(_ name: String) throws -> Double {
    guard let value = numbers.removeValue(forKey: name) else { throw missing(name) }
    return value
  }

  mutating func count(_ name: String) throws -> Int {
    let value = try number(name)
    guard value >= 0, value < 0x1p53, value.rounded() == value else {
      throw TensorError(.value, operation, argument: name, expected: "a count", got: "\(value)")
    }
    return Int(value)
  }

  /// A count for each parameter.
  mutating func counts(_ name: String) throws -> [Int] {
    var counts: [Int] = []
    for index in parameters.indices {
      counts.append(try count("\(name).\(index + 1)"))
    }
    return counts
  }

  /// Copies of a tensor like each parameter; those not `required` must be missing.
  mutating func tensors(_ name: String, required: [Bool]) throws -> [Tensor?] {
    try tensors(name, required: required) { ($0.shape, $0.dtype) }
  }

  mutating func tensors(
    _ name: String, required: [Bool], like: (Tensor) -> (Shape, DType)
  ) throws -> [Tensor?] {
    var result: [Tensor?] = []
    for (index, parameter) in parameters.enumerated() {
      guard required[index] else {
        result.append(nil)
        continue
      }
      let key = "\(name).\(index + 1)"
      let (shape, dtype) = like(parameter)
      result.append(try tensor(key, shape, dtype))
    }
    return result
  }

  /// A copy of one tensor.
  mutating func tensor(_ name: String, _ shape: Shape, _ dtype: DType) throws -> Tensor {
    guard let tensor = tensors.removeValue(forKey: name) else { throw missing(name) }
    guard tensor.shape == shape, tensor.dtype == dtype else {
      throw TensorError(
        .shape, operation, argument: name, expected: "\(dtype) \(shape)",
        got: "\(tensor.dtype) \(tensor.shape)")
    }
    return try tensor.copied()
  }

  /// A copy of one tensor, of another's form where that is given.
  mutating func tensor(_ name: String, like other: Tensor?) throws -> Tensor {
    guard let tensor = tensors[name] else { throw missing(name) }
    return try self.tensor(
      name, other?.shape ?? tensor.shape, other?.dtype ?? tensor.dtype)
  }

  /// - Throws: `TensorError` (value) when the state holds more than was taken.
  func finish() throws {
    if let name = (Array(tensors.keys) + Array(numbers.keys)).min() {
      throw TensorError(
        .value, operation, argument: name,
        "is not part of an optimiser with these options and \(parameters.count) parameters")
    }
  }

  private func missing(_ name: String) -> TensorError {
    TensorError(.value, operation, argument: name, "is missing from the state")
  }

  private func repeated(_ name: String) -> TensorError {
    TensorError(.value, operation, argument: name, "is in the state twice")
  }
}
