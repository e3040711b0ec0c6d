/// From a checkpoint's tree back to Lua values, and into the objects of a new run.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraNN
internal import PenumbraTensor

/// One reading of a checkpoint: first everything is compared, then everything is filled, and taken back
/// if anything refuses.
struct CheckpointRestoration {
  let frame: LuaFrame
  let path: String
  let operation: String
  var steps: [Step] = []
  /// Where each step's target is, for errors.
  var places: [String] = []
  /// Whether the script gave objects to fill.
  private var hasTargets = false

  /// Something to be filled.
  enum Step {
    case tensor(Tensor, with: Tensor)
    case object(LuaReference, StatefulObject, with: Checkpoint.Value)
  }

  init(_ frame: LuaFrame, path: String, operation: String) {
    (self.frame, self.path, self.operation) = (frame, path, operation)
  }

  func fault(_ place: String, _ reason: String) -> TensorError {
    TensorError(.file, operation, argument: "'\(path)'", "\(place): \(reason)")
  }

  func mismatch(_ place: String, expected: String, got: String) -> TensorError {
    fault(place, "expected \(expected), as in the file, got \(got)")
  }

  /// The table of all values, after the targets in the table at an index have been filled.
  mutating func run(_ root: Checkpoint.Value, targetsAt index: Int?) throws -> LuaValue {
    hasTargets = index != nil
    switch root {
    case .list, .table: break
    default: throw fault("root", "expected a table, got a \(root.kind)")
    }
    if let index {
      // Every name must be in the file.
      let names = Set(keys(of: root))
      try frame.forEachField(ofTableAt: index) { key, _ in
        let name = try place("", key)
        guard names.contains(name) else { throw fault(name, "it is not in the file") }
      }
    }
    let result = try value(root, target: index, at: "", depth: 0)
    try fill()
    return result
  }

  // MARK: Comparing

  /// A value as Lua gets it: the target where that is an object or a tensor.
  mutating func value(
    _ value: Checkpoint.Value, target: Int?, at place: String, depth: Int
  ) throws -> LuaValue {
    let target = target.flatMap { frame.isNoneOrNil(at: $0) ? nil : $0 }
    switch value {
    case .boolean(let flag): return try plain(.boolean(flag), .boolean, target, place)
    case .integer(let number): return try plain(.integer(number), .number, target, place)
    case .number(let number): return try plain(.number(number), .number, target, place)
    case .string(let text): return try plain(.string(text), .string, target, place)
    case .bytes(let bytes): return try plain(.bytes(bytes), .string, target, place)
    case .tensor(let tensor): return try self.tensor(tensor, target, place)
    case .list(let elements):
      try requireTable(target, place)
      try requireFound(target, count: elements.count, strings: [], integers: [], place)
      return .array(
        try elements.enumerated().map { index, element in
          try field(
            .integer(Int64(index + 1)), element, of: target, at: "\(place)[\(index + 1)]", depth)
        })
    case .table(let entries): return try table(entries, target, place, depth)
    case .object(let kind, let state):
      guard let target else {
        guard !hasTargets else {
          throw fault(place, "the file has a state there (\(kind)), the table has nothing")
        }
        return try self.value(state, target: nil, at: place, depth: depth + 1)
      }
      guard let object = try StatefulObject.at(target, of: frame), object.kind == kind else {
        throw mismatch(place, expected: kind, got: frame.describe(at: target))
      }
      let reference = try frame.reference(at: target)
      try check(target, object, state, place)
      steps.append(.object(reference, object, with: state))
      places.append(place)
      return .reference(reference)
    }
  }

  private func plain(
    _ value: LuaValue, _ type: LuaType, _ target: Int?, _ place: String
  ) throws -> LuaValue {
    if let target, frame.type(at: target) != type {
      throw mismatch(place, expected: "a \(type.name)", got: frame.describe(at: target))
    }
    return value
  }

  private mutating func tensor(_ tensor: Tensor, _ target: Int?, _ place: String) throws -> LuaValue
  {
    guard let target else { return tensor.luaValue }
    guard let own = frame.object(at: target, of: TensorClass.definition) else {
      throw mismatch(place, expected: "a Tensor", got: frame.describe(at: target))
    }
    guard own.shape == tensor.shape, own.dtype == tensor.dtype else {
      throw mismatch(
        place, expected: "a \(tensor.dtype) Tensor \(tensor.shape)",
        got: "\(own.dtype) \(own.shape)")
    }
    steps.append(.tensor(own, with: tensor))
    places.append(place)
    return .reference(try frame.reference(at: target))
  }

  private mutating func table(
    _ entries: [(key: Checkpoint.Key, value: Checkpoint.Value)], _ target: Int?, _ place: String,
    _ depth: Int
  ) throws -> LuaValue {
    try requireTable(target, place)
    var strings: [(key: String, value: LuaValue)] = []
    var integers: [(key: Int64, value: LuaValue)] = []
    for (key, value) in entries {
      switch key {
      case .string(let name):
        let inner = place.isEmpty ? name : "\(place).\(name)"
        strings.append((name, try field(.string(name), value, of: target, at: inner, depth)))
      case .integer(let number):
        integers.append(
          (number, try field(.integer(number), value, of: target, at: "\(place)[\(number)]", depth))
        )
      }
    }
    try requireFound(
      target, count: 0, strings: Set(strings.map { Array($0.key.utf8) }),
      integers: Set(integers.map(\.key)), place)
    guard !integers.isEmpty else { return .table(strings) }
    let result = try frame.state.makeTable(.table(strings))
    for (key, value) in integers { try result.set(.integer(key), to: value) }
    return .reference(result)
  }

  private mutating func field(
    _ key: LuaValue, _ value: Checkpoint.Value, of target: Int?, at place: String, _ depth: Int
  ) throws -> LuaValue {
    guard let target else {
      return try self.value(value, target: nil, at: place, depth: depth + 1)
    }
    var copy = self
    defer { self = copy }
    if case .integer(let number) = key {
      return try frame.withElement(Int(number), ofTableAt: target) {
        try copy.value(value, target: $0, at: place, depth: depth + 1)
      }
    }
    return try frame.withField(key.string ?? "", ofTableAt: target) {
      try copy.value(value, target: $0, at: place, depth: depth + 1)
    }
  }

  private func requireTable(_ target: Int?, _ place: String) throws {
    guard let target else { return }
    guard frame.type(at: target) == .table, try StatefulObject.at(target, of: frame) == nil else {
      throw mismatch(place, expected: "a table", got: frame.describe(at: target))
    }
  }

  /// - Throws: `TensorError` for an object or a tensor in the target that the file does not have.
  private func requireFound(
    _ target: Int?, count: Int, strings: Set<[UInt8]>, integers: Set<Int64>, _ place: String
  ) throws {
    guard let target else { return }
    try frame.forEachField(ofTableAt: target) { key, slot in
      if let number = frame.integer(at: key) {
        if (1...Int64(max(count, 1))).contains(number) && count > 0 { return }
        if integers.contains(number) { return }
      } else if let name = frame.string(at: key), strings.contains(Array(name.utf8)) {
        return
      }
      var budget = 100_000
      if try holdsObject(slot, &budget, depth: 0) {
        throw fault(try self.place(place, key), "it is not in the file")
      }
    }
  }

  /// Whether a value is an object or a table with one somewhere inside.
  private func holdsObject(_ index: Int, _ budget: inout Int, depth: Int) throws -> Bool {
    budget -= 1
    if frame.type(at: index) == .userdata { return true }
    guard frame.type(at: index) == .table, depth < Checkpoint.maximumDepth, budget > 0 else {
      return false
    }
    var (found, left) = (false, budget)
    try frame.forEachField(ofTableAt: index) { _, slot in
      if !found { found = try holdsObject(slot, &left, depth: depth + 1) }
    }
    budget = left
    return found
  }

  /// A module's tensors must have its own types; the rest is what its methods check.
  private func check(
    _ target: Int, _ object: StatefulObject, _ state: Checkpoint.Value, _ place: String
  ) throws {
    guard let module = frame.object(at: target, of: ModuleClass.definition) else { return }
    guard case .table(let entries) = state else {
      throw fault(place, "the file has no module's state there")
    }
    let own = Dictionary(
      module.stateDictionary().map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    for case (.string(let name), .tensor(let tensor)) in entries {
      guard let mine = own[name], mine.dtype != tensor.dtype else { continue }
      throw mismatch("\(place).\(name)", expected: "\(tensor.dtype)", got: "\(mine.dtype)")
    }
  }

  private func keys(of root: Checkpoint.Value) -> [String] {
    switch root {
    case .list(let elements): elements.indices.map { "[\($0 + 1)]" }
    case .table(let entries):
      entries.map { entry in
        switch entry.key {
        case .string(let name): name
        case .integer(let number): "[\(number)]"
        }
      }
    default: []
    }
  }

  private func place(_ outer: String, _ key: Int) throws -> String {
    if let name = frame.string(at: key) { return outer.isEmpty ? name : "\(outer).\(name)" }
    if let number = frame.integer(at: key) { return "\(outer)[\(number)]" }
    throw fault(outer, "expected strings and integers as keys, got \(frame.describe(at: key))")
  }
}
