/// Reading checkpoints, strictly.

internal import PenumbraTensor

extension Checkpoint {
  /// Reads a tree.
  ///
  /// - Parameter operation: the name that errors carry.
  /// - Throws: `TensorError` (file) naming the path when the file is missing, cut off, no checkpoint, of a
  ///   later version, or does not say of each of its tensors where it belongs.
  /// - Complexity: O(bytes of the file), in memory too.
  public static func load(_ path: String, operation: String) throws -> Value {
    let contents = try Safetensors.load(path)
    guard let text = contents.metadata.first(where: { $0.key == metadataKey })?.value else {
      throw FileError.make(operation, path, "it is no checkpoint: no entry '\(metadataKey)'")
    }
    let document: JSON
    do {
      // A node takes at most a pair, a key, an object and the node itself.
      document = try JSON(
        parsing: text, depthLimit: 4 * maximumDepth + 8, countLimit: 4 * maximumCount + 8)
    } catch {
      throw FileError.make(operation, path, "the entry '\(metadataKey)' is not JSON: \(error)")
    }
    guard case .integer(let found)? = document["version"], let root = document["root"] else {
      throw FileError.make(operation, path, "the entry '\(metadataKey)' has no version and root")
    }
    guard found == version else {
      throw FileError.make(operation, path, "expected version \(version), got version \(found)")
    }
    var reader = Reader(
      operation: operation, path: path,
      tensors: Dictionary(contents.tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 }))
    let value = try reader.value(root, at: "", depth: 0)
    if let name = reader.tensors.keys.min() {
      throw FileError.make(operation, path, "tensor '\(name)' belongs nowhere")
    }
    return value
  }
}

/// Turns nodes into values, and gives each tensor out once.
private struct Reader {
  let operation: String
  let path: String
  var tensors: [String: Tensor]

  private func fault(_ place: String, _ reason: String) -> TensorError {
    FileError.make(operation, path, place.isEmpty ? reason : "'\(place)': \(reason)")
  }

  mutating func value(_ node: JSON, at place: String, depth: Int) throws -> Checkpoint.Value {
    guard depth <= Checkpoint.maximumDepth else {
      throw fault(place, "nested more than \(Checkpoint.maximumDepth) deep")
    }
    switch node {
    case .bool(let value): return .boolean(value)
    case .integer(let value): return .integer(value)
    case .number(let value): return .number(value)
    case .string(let text): return .string(text)
    case .object(let members):
      guard let first = members.first else { throw fault(place, "an empty node") }
      if members.count == 2, first.key == "object", members[1].key == "state",
        case .string(let kind) = first.value
      {
        return .object(kind: kind, state: try value(members[1].value, at: place, depth: depth + 1))
      }
      guard members.count == 1 else {
        throw fault(place, "expected a node, got members \(members.map(\.key))")
      }
      return try part(first.key, first.value, at: place, depth: depth)
    case .null, .array: throw fault(place, "expected a node, got null or an array")
    }
  }

  private mutating func part(_ kind: String, _ content: JSON, at place: String, depth: Int) throws
    -> Checkpoint.Value
  {
    switch (kind, content) {
    case ("tensor", .string(let name)): return .tensor(try tensor(name, at: place))
    case ("integers", .string(let name)):
      return .list(try list(name, .int64, at: place).integers().map { .integer($0) })
    case ("numbers", .string(let name)):
      return .list(try list(name, .float64, at: place).doubles().map { .number($0) })
    case ("bytes", .string(let name)):
      let bytes = try list(name, .uint8, at: place).withBytes { Array($0) }
      return String(validating: bytes, as: UTF8.self).map { .string($0) } ?? .bytes(bytes)
    case ("bits", .string(let digits)):
      guard digits.utf8.count == 16, let bits = UInt64(digits, radix: 16) else {
        throw fault(place, "expected 16 hexadecimal digits, got '\(digits)'")
      }
      return .number(Double(bitPattern: bits))
    case ("list", .array(let elements)):
      return .list(
        try elements.enumerated().map { index, element in
          try value(element, at: joined(place, "\(index + 1)"), depth: depth + 1)
        })
    case ("table", .array(let entries)):
      return .table(try table(entries, at: place, depth: depth))
    default: throw fault(place, "expected a node, got a member '\(kind)' that is none")
    }
  }

  private mutating func table(_ entries: [JSON], at place: String, depth: Int) throws
    -> [(key: Checkpoint.Key, value: Checkpoint.Value)]
  {
    // Keys are compared by their bytes, as Lua does.
    var texts: Set<[UInt8]> = []
    var numbers: Set<Int64> = []
    return try entries.map { entry in
      guard case .array(let pair) = entry, pair.count == 2 else {
        throw fault(place, "an entry of a table is no pair")
      }
      let key: Checkpoint.Key
      let name: String
      let isNew: Bool
      switch pair[0] {
      case .integer(let number):
        (key, name, isNew) = (.integer(number), "\(number)", numbers.insert(number).inserted)
      case .string(let text):
        (key, name, isNew) = (.string(text), text, texts.insert(Array(text.utf8)).inserted)
      default: throw fault(place, "a key is neither a string nor an integer")
      }
      guard isNew else { throw fault(place, "the key '\(name)' comes twice") }
      return (key, try value(pair[1], at: joined(place, name), depth: depth + 1))
    }
  }

  private mutating func tensor(_ name: String, at place: String) throws -> Tensor {
    guard let tensor = tensors.removeValue(forKey: name) else {
      throw fault(place, "there is no tensor '\(name)' left for it")
    }
    return tensor
  }

  private mutating func list(_ name: String, _ dtype: DType, at place: String) throws -> Tensor {
    let tensor = try tensor(name, at: place)
    guard tensor.dtype == dtype, tensor.rank == 1 else {
      throw fault(
        place, "expected a \(dtype) tensor of one dimension, got \(tensor.dtype) \(tensor.shape)")
    }
    return tensor
  }

  private func joined(_ place: String, _ key: String) -> String {
    place.isEmpty ? key : "\(place).\(key)"
  }
}
