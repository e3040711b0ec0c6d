/// From Lua values to the tree that a checkpoint holds.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraData
internal import PenumbraTensor

struct CheckpointEncoder {
  private let frame: LuaFrame
  private let operation: String
  private var numbers = 0
  private var others = 0
  /// How many numbers are taken; a table that is reached on many ways counts each time.
  private static let maximumCount = 10 * Checkpoint.maximumCount

  /// The table at a stack index.
  ///
  /// - Throws: `TensorError` that names the key of a value that cannot be saved.
  static func encode(_ frame: LuaFrame, _ index: Int, _ operation: String) throws
    -> Checkpoint.Value
  {
    var encoder = CheckpointEncoder(frame: frame, operation: operation)
    return try encoder.table(index, at: "state", depth: 0)
  }

  private init(frame: LuaFrame, operation: String) {
    (self.frame, self.operation) = (frame, operation)
  }

  private func fault(_ place: String, _ expected: String, _ got: String) -> TensorError {
    TensorError(.value, operation, argument: place, expected: expected, got: got)
  }

  private mutating func value(_ index: Int, at place: String, depth: Int) throws
    -> Checkpoint.Value
  {
    if frame.type(at: index) == .number { numbers += 1 } else { others += 1 }
    guard numbers <= CheckpointEncoder.maximumCount, others <= Checkpoint.maximumCount else {
      throw TensorError(
        .value, operation, argument: place, "too many values; put numbers into tensors")
    }
    guard depth <= Checkpoint.maximumDepth else {
      throw fault(
        place, "tables at most \(Checkpoint.maximumDepth) deep", "more (a table inside itself?)")
    }
    switch try frame.type(at: index) == .table || frame.type(at: index) == .userdata
      ? .nil : frame.value(at: index)
    {
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(value)
    case .number(let value): return .number(value)
    case .string(let text): return .string(text)
    case .bytes(let bytes): return .bytes(bytes)
    default: break
    }
    if let tensor = frame.object(at: index, of: TensorClass.definition) {
      return .tensor(tensor.detached())
    }
    if let object = try StatefulObject.at(index, of: frame) {
      return .object(kind: object.kind, state: try state(of: object, index, place, depth))
    }
    guard frame.type(at: index) == .table else {
      throw fault(
        place, "a number, string, boolean, Tensor, table or object with a state",
        frame.describe(at: index))
    }
    return try table(index, at: place, depth: depth)
  }

  private mutating func state(
    of object: StatefulObject, _ index: Int, _ place: String, _ depth: Int
  ) throws -> Checkpoint.Value {
    if let methods = object.methods {
      guard case .reference(let method) = try frame.reference(at: index).get(methods.read) else {
        throw fault(place, "a method \(methods.read)", "none")
      }
      // A copy, since the closures below cannot change this one.
      var encoder = self
      let result = try frame.withCall(
        method, arguments: { try $0.push(argument: index) },
        { try encoder.value($0, at: place, depth: depth + 1) })
      (numbers, others) = (encoder.numbers, encoder.others)
      return object.identity.map { .list([.string($0), result]) } ?? result
    }
    guard let filter = frame.object(at: index, of: FilterClass.definition) else {
      throw fault(place, "an object with a state", object.kind)
    }
    return try FilterState.value(of: filter)
  }

  /// A table as a list where its keys are 1 to n, else with its keys in order: integers, strings.
  private mutating func table(_ index: Int, at place: String, depth: Int) throws
    -> Checkpoint.Value
  {
    try Interruption.check(operation)
    var encoder = self
    var integers: [(key: Int64, value: Checkpoint.Value)] = []
    var strings: [(key: String, value: Checkpoint.Value)] = []
    try frame.forEachField(ofTableAt: index) { key, slot in
      if let number = frame.integer(at: key), frame.isInteger(at: key) {
        integers.append(
          (number, try encoder.value(slot, at: "\(place)[\(number)]", depth: depth + 1)))
      } else if case .string(let name) = try frame.value(at: key) {
        // At the top the name alone says where.
        let inner = depth == 0 ? name : "\(place).\(name)"
        strings.append((name, try encoder.value(slot, at: inner, depth: depth + 1)))
      } else {
        throw fault(place, "strings (UTF-8) and integers as keys", frame.describe(at: key))
      }
    }
    (numbers, others) = (encoder.numbers, encoder.others)
    integers.sort { $0.key < $1.key }
    if strings.isEmpty, !integers.isEmpty, integers.first?.key == 1,
      integers.last?.key == Int64(integers.count)
    {
      return .list(integers.map(\.value))
    }
    strings.sort { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }
    return .table(
      integers.map { (key: .integer($0.key), value: $0.value) }
        + strings.map { (key: .string($0.key), value: $0.value) })
  }
}
