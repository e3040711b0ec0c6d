/// Reading safetensors, strictly.

internal import PenumbraTensor

extension Safetensors {
  /// Reads a whole file.
  ///
  /// - Throws: `TensorError` (file) naming the path when the file is missing, cut off, not well formed,
  ///   has unknown types, shapes that do not match their data, or data that overlaps or has gaps.
  public static func load(_ path: String) throws -> Contents {
    let file = try InputFile(path, operation: operation)
    let (header, dataStart) = try readHeader(file)
    var entries: [Entry] = []
    var metadata: [(key: String, value: String)] = []
    for member in header {
      if member.key == metadataKey {
        metadata = try strings(member.value, path)
      } else {
        entries.append(try Entry(member, path))
      }
    }
    try checkCoverage(entries, dataSize: file.size - dataStart, path)
    var tensors: [(name: String, tensor: Tensor)] = []
    for entry in entries {
      let tensor = try Tensor.zeros(entry.shape, dtype: entry.dtype)
      try tensor.withMutableBytes { try file.read(at: dataStart + entry.begin, into: $0) }
      if entry.dtype == .bool {
        guard try tensor.withBytes({ $0.allSatisfy { $0 <= 1 } }) else {
          throw FileError.make(operation, path, "tensor '\(entry.name)': a BOOL is neither 0 nor 1")
        }
      }
      tensors.append((entry.name, tensor))
    }
    return Contents(tensors: tensors, metadata: metadata)
  }

  /// The header's members and the position of the data.
  private static func readHeader(_ file: borrowing InputFile) throws -> ([JSON.Member], Int) {
    let path = file.path
    guard file.size >= 8 else {
      throw FileError.make(operation, path, "\(file.size) bytes are too few for a safetensors file")
    }
    let prefix = try file.bytes(at: 0, count: 8)
    let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(headerLimit), Int(length) <= file.size - 8 else {
      throw FileError.make(
        operation, path, "its header should have \(length) bytes, the file has \(file.size)")
    }
    let bytes = try file.bytes(at: 8, count: Int(length))
    do {
      let json = try bytes.withUnsafeBytes { try JSON(parsing: $0, depthLimit: 4) }
      guard bytes.first == UInt8(ascii: "{"), case .object(let members) = json else {
        throw FileError.make(operation, path, "the header is not a JSON object")
      }
      return (members, 8 + Int(length))
    } catch let error as JSONError {
      throw FileError.make(operation, path, "the header is not JSON: \(error)")
    }
  }

  private static func strings(_ value: JSON, _ path: String) throws
    -> [(key: String, value: String)]
  {
    guard case .object(let members) = value else {
      throw FileError.make(operation, path, "\(metadataKey) is not an object")
    }
    return try members.map { member in
      guard case .string(let text) = member.value else {
        throw FileError.make(operation, path, "\(metadataKey): '\(member.key)' is not a string")
      }
      return (member.key, text)
    }
  }

  /// The data must be the tensors' bytes and nothing else, each byte once.
  private static func checkCoverage(_ entries: [Entry], dataSize: Int, _ path: String) throws {
    var end = 0
    for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard entry.begin == end else {
        let fault = entry.begin < end ? "overlaps another" : "leaves a gap before it"
        throw FileError.make(operation, path, "tensor '\(entry.name)' \(fault)")
      }
      end = entry.end
    }
    guard end == dataSize else {
      throw FileError.make(
        operation, path, "the tensors take \(end) bytes, the file has \(dataSize) for them")
    }
  }

  /// One tensor of the header.
  private struct Entry {
    let name: String
    let dtype: DType
    let shape: Shape
    let begin: Int
    let end: Int

    init(_ member: JSON.Member, _ path: String) throws {
      func fault(_ reason: String) -> TensorError {
        FileError.make(operation, path, "tensor '\(member.key)': \(reason)")
      }
      guard case .object(let fields) = member.value, fields.count == 3,
        case .string(let type)? = member.value["dtype"],
        let extents = Entry.naturals(member.value["shape"]),
        let offsets = Entry.naturals(member.value["data_offsets"]), offsets.count == 2
      else { throw fault("expected dtype, shape and data_offsets") }
      guard let dtype = Safetensors.dtype(named: type) else {
        let known = DType.allCases.map { Safetensors.name(of: $0) }.joined(separator: ", ")
        throw fault("expected one of the types \(known), got \(type)")
      }
      guard extents.count <= Dimensions.maximumRank else {
        throw fault("expected at most 8 dimensions, got \(extents.count)")
      }
      // Positive extents first: a zero must not hide an overflow.
      var size = dtype.byteCount
      for extent in extents where extent > 0 {
        let (product, overflow) = size.multipliedReportingOverflow(by: extent)
        guard !overflow else { throw fault("the shape \(extents) is too large") }
        size = product
      }
      if extents.contains(0) { size = 0 }
      guard offsets[0] <= offsets[1], offsets[1] - offsets[0] == size else {
        throw fault("expected \(size) bytes for its shape, got the offsets \(offsets)")
      }
      self.name = member.key
      self.dtype = dtype
      self.shape = try Shape(extents, operation: operation)
      self.begin = offsets[0]
      self.end = offsets[1]
    }

    /// A list of integers that are at least 0.
    private static func naturals(_ value: JSON?) -> [Int]? {
      guard case .array(let elements)? = value else { return nil }
      var result: [Int] = []
      for element in elements {
        guard case .integer(let number) = element, number >= 0 else { return nil }
        result.append(Int(number))
      }
      return result
    }
  }
}
