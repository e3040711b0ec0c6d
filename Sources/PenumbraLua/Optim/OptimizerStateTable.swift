/// An optimiser's state as a Lua table: `{optimizer, steps, tensors, numbers, generator}`.

internal import LuaEmbedding
internal import PenumbraOptim
internal import PenumbraTensor

enum OptimizerStateTable {
  static func encode(_ object: OptimizerObject) throws -> LuaValue {
    encode(
      try object.optimizer.state(),
      [(key: "steps", value: .integer(Int64(object.steps)))])
  }

  static func encode(
    _ state: OptimizerState, _ others: [(key: String, value: LuaValue)] = []
  ) -> LuaValue {
    var fields: [(key: String, value: LuaValue)] = [
      (key: "optimizer", value: .string(state.optimizer)),
      (key: "tensors", value: ModuleClass.named(state.tensors)),
      (
        key: "numbers",
        value: .table(state.numbers.map { (key: $0.name, value: .number($0.value)) })
      ),
    ]
    if let generator = state.generator {
      let words = [generator.seed, generator.low, generator.high]
      fields.append(
        (key: "generator", value: .array(words.map { .integer(Int64(bitPattern: $0)) })))
    }
    return .table(fields + others)
  }

  /// Reads the table at `index` and hands it to the optimiser, which checks it whole first.
  static func load(_ object: OptimizerObject, _ frame: LuaFrame, _ index: Int) throws {
    let state = try decode(frame, index)
    let steps = try field("steps", .integer, frame, index)
    guard steps >= 0 else {
      throw TensorError(
        .value, "load", argument: "steps", expected: "at least 0", got: "\(steps)")
    }
    try object.optimizer.load(state)
    object.resume(at: steps)
  }

  static func decode(_ frame: LuaFrame, _ index: Int) throws -> OptimizerState {
    var state = OptimizerState(optimizer: try field("optimizer", .string, frame, index))
    state.tensors = try field("tensors", .namedTensors, frame, index)
    state.numbers = try field("numbers", .namedNumbers, frame, index)
    state.generator = try frame.withField("generator", ofTableAt: index) { slot in
      guard !frame.isNoneOrNil(at: slot) else { return nil }
      guard let words = frame.integers(inTableAt: slot), words.count == 3 else {
        throw TensorError(
          .value, "load", argument: "generator", expected: "three integers",
          got: frame.describe(at: slot))
      }
      let bits = words.map { UInt64(bitPattern: $0) }
      return Generator.State(seed: bits[0], low: bits[1], high: bits[2])
    }
    return state
  }

  private static func field<Value>(
    _ name: String, _ type: ParameterType<Value>, _ frame: LuaFrame, _ index: Int
  ) throws -> Value {
    try frame.withField(name, ofTableAt: index) { slot in
      try Parameter<Value>(name, type).decode(frame, slot, "load", place: "field")
    }
  }
}

extension ParameterType where Value == [(name: String, value: Double)] {
  static let namedNumbers = ParameterType("table name → number") { frame, index in
    guard frame.type(at: index) == .table else { return nil }
    var result: [(name: String, value: Double)] = []
    try frame.forEachField(ofTableAt: index) { key, slot in
      guard let name = frame.string(at: key), let value = frame.number(at: slot) else {
        throw BadValue(expected: "numbers by name, got \(frame.describe(at: slot))")
      }
      result.append((name, value))
    }
    return result.sorted { $0.name < $1.name }
  }
}
