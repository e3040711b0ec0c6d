/// Writing safetensors.

public import PenumbraTensor

extension Safetensors {
  /// Writes the tensors whole or not at all.
  ///
  /// The data starts at a multiple of 8 bytes and wider types come first, so every tensor is aligned.
  ///
  /// - Throws: `TensorError` (value) for a name that comes twice or is reserved, (file) when writing
  ///   fails; the file at `path` is then as it was.
  public static func save(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [(key: String, value: String)] = [],
    to path: String
  ) throws {
    try checkNames(tensors.map(\.name), what: "tensor")
    try checkNames(metadata.map(\.key), what: "metadata key")
    let ordered = tensors.enumerated().sorted { first, second in
      let widths = (first.element.tensor.dtype.byteCount, second.element.tensor.dtype.byteCount)
      return widths.0 != widths.1 ? widths.0 > widths.1 : first.offset < second.offset
    }
    .map(\.element)
    let header = headerBytes(ordered, metadata)
    guard header.count <= headerLimit else {
      throw FileError.make(
        operation, path, "a header of \(header.count) bytes, more than \(headerLimit)")
    }
    try AtomicFile.write(to: path, operation: operation) { file in
      let length = UInt64(header.count).littleEndian
      try withUnsafeBytes(of: length) { try file.append($0) }
      try file.append(header)
      for (_, tensor) in ordered { try tensor.withBytes { try file.append($0) } }
    }
  }

  /// The JSON header, padded with spaces to a multiple of 8 bytes.
  private static func headerBytes(
    _ tensors: [(name: String, tensor: Tensor)], _ metadata: [(key: String, value: String)]
  ) -> [UInt8] {
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let strings = metadata.map { JSON.Member($0.key, .string($0.value)) }
      members.append(JSON.Member(metadataKey, .object(strings)))
    }
    var offset = 0
    for (name, tensor) in tensors {
      let end = offset + tensor.elementCount * tensor.dtype.byteCount
      members.append(
        JSON.Member(
          name,
          .object([
            JSON.Member("dtype", .string(self.name(of: tensor.dtype))),
            JSON.Member("shape", .array(tensor.shape.array.map { .integer(Int64($0)) })),
            JSON.Member("data_offsets", .array([.integer(Int64(offset)), .integer(Int64(end))])),
          ])))
      offset = end
    }
    var header = Array(JSON.object(members).text.utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    return header
  }

  private static func checkNames(_ names: [String], what: String) throws {
    var seen: Set<String> = []
    for name in names {
      guard what != "tensor" || name != metadataKey else {
        throw TensorError(.value, operation, argument: "name", "'\(name)' is reserved")
      }
      guard seen.insert(name).inserted else {
        throw TensorError(.value, operation, argument: "name", "the \(what) '\(name)' comes twice")
      }
    }
  }
}
