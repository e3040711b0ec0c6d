/// Writing checkpoints.

internal import PenumbraTensor

extension Checkpoint {
  /// Writes a tree, whole or not at all; the same tree gives the same bytes.
  ///
  /// - Parameter operation: the name that errors carry.
  /// - Throws: `TensorError` (value) for a tree that is too deep or too large, (file) when writing fails;
  ///   the file at `path` is then as it was.
  public static func save(_ root: Value, to path: String, operation: String) throws {
    var writer = Writer(operation: operation)
    let node = try writer.node(root, path: "", depth: 0)
    let text = JSON.object([
      JSON.Member("version", .integer(version)), JSON.Member("root", node),
    ]).text
    try Safetensors.save(writer.tensors, metadata: [(metadataKey, text)], to: path)
  }
}

/// Turns values into nodes, and gathers the tensors.
private struct Writer {
  let operation: String
  var tensors: [(name: String, tensor: Tensor)] = []
  private var names: Set<String> = []
  private var count = 0

  init(operation: String) { self.operation = operation }

  mutating func node(_ value: Checkpoint.Value, path: String, depth: Int) throws -> JSON {
    count += 1
    guard count <= Checkpoint.maximumCount else {
      throw TensorError(
        .value, operation, "more than \(Checkpoint.maximumCount) values; put numbers into tensors")
    }
    guard depth <= Checkpoint.maximumDepth else {
      throw TensorError(
        .value, operation, argument: path,
        "tables are nested more than \(Checkpoint.maximumDepth) deep")
    }
    switch value {
    case .boolean(let value): return .bool(value)
    case .integer(let value): return .integer(value)
    case .number(let value): return number(value)
    case .string(let text) where text.utf8.count < Checkpoint.longString: return .string(text)
    case .string(let text): return try add("bytes", bytes(Array(text.utf8)), path)
    case .bytes(let value): return try add("bytes", bytes(value), path)
    case .tensor(let tensor): return try add("tensor", tensor, path)
    case .list(let elements):
      if let packed = try packed(elements, path) { return packed }
      return object(
        "list",
        .array(
          try elements.enumerated().map { index, element in
            try node(element, path: joined(path, "\(index + 1)"), depth: depth + 1)
          }))
    case .table(let entries):
      return object(
        "table",
        .array(
          try entries.map { key, element in
            switch key {
            case .integer(let number):
              .array([
                .integer(number),
                try node(element, path: joined(path, "\(number)"), depth: depth + 1),
              ])
            case .string(let text):
              .array([
                .string(text), try node(element, path: joined(path, text), depth: depth + 1),
              ])
            }
          }))
    case .object(let kind, let state):
      return .object([
        JSON.Member("object", .string(kind)),
        JSON.Member("state", try node(state, path: path, depth: depth + 1)),
      ])
    }
  }

  private func object(_ kind: String, _ value: JSON) -> JSON { .object([JSON.Member(kind, value)]) }

  /// A number whose text reads back as the same bits; an integral one has a point or an exponent.
  private func number(_ value: Double) -> JSON {
    guard !value.isFinite else { return .number(value) }
    let digits = String(value.bitPattern, radix: 16)
    return object("bits", .string(String(repeating: "0", count: 16 - digits.count) + digits))
  }

  /// A long list of numbers of one kind as a tensor; nil for any other list.
  private mutating func packed(_ elements: [Checkpoint.Value], _ path: String) throws -> JSON? {
    guard elements.count >= Checkpoint.longList else { return nil }
    var integers: [Int64] = []
    var numbers: [Double] = []
    for element in elements {
      switch element {
      case .integer(let value) where numbers.isEmpty: integers.append(value)
      case .number(let value) where integers.isEmpty: numbers.append(value)
      default: return nil
      }
    }
    return numbers.isEmpty
      ? try add("integers", Tensor(integers, [integers.count]), path)
      : try add("numbers", Tensor(numbers, [numbers.count], dtype: .float64), path)
  }

  private func bytes(_ value: [UInt8]) throws -> Tensor {
    let tensor = try Tensor.zeros([value.count], dtype: .uint8)
    try tensor.withMutableBytes { buffer in
      value.withUnsafeBytes { if !$0.isEmpty { buffer.copyMemory(from: $0) } }
    }
    return tensor
  }

  /// Names a tensor by its place: "optD.tensors.weight", with a number where that is taken.
  private mutating func add(_ kind: String, _ tensor: Tensor, _ path: String) throws -> JSON {
    var name = path.isEmpty ? "value" : path
    var attempt = 1
    while name == Safetensors.metadataKey || !names.insert(name).inserted {
      attempt += 1
      name = "\(path)#\(attempt)"
    }
    tensors.append((name, tensor))
    return object(kind, .string(name))
  }

  private func joined(_ path: String, _ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }
}
