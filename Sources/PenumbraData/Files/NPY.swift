/// NumPy's array format: one tensor in a file.

public import PenumbraTensor

/// Reads and writes `.npy` files, versions 1.0 to 3.0.
///
/// Layout: "\x93NUMPY", two version bytes, the header's length (uint16, from 2.0 on uint32, little
/// endian), the header, a Python dictionary {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)},
/// and the elements. Source: numpy.lib.format. Pickled objects are never loaded.
public enum NPY {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// Far more than any array of at most eight dimensions needs.
  static let headerLimit = 1 << 16

  /// Reads a tensor.
  ///
  /// float16 becomes float32; int8, int16, int32, uint16 and uint32 become int64, all exactly.
  ///
  /// - Throws: `TensorError` (file) when the file cannot be read, is damaged, or holds elements that
  ///   no dtype can hold: uint64, complex numbers, text, objects.
  public static func load(_ path: String, operation: String = "npy") throws -> Tensor {
    let file = try InputFile(path, operation: operation)
    return try decode(size: file.size, name: path, operation) { try file.read(at: $0, into: $1) }
  }

  /// Writes a tensor whole or not at all, little endian and in C order.
  ///
  /// - Throws: `TensorError` (file) when writing fails; the file at `path` is then as it was.
  public static func save(_ tensor: Tensor, to path: String, operation: String = "npy") throws {
    try AtomicFile.write(to: path, operation: operation) { file in
      try file.append(header(of: tensor))
      try tensor.withBytes { try file.append($0) }
    }
  }

  /// Everything before the elements; its length is a multiple of 64.
  static func header(of tensor: Tensor) -> [UInt8] {
    let extents = tensor.shape.array.map { "\($0)" }
    let shape = extents.count == 1 ? "(\(extents[0]),)" : "(\(extents.joined(separator: ", ")))"
    var text =
      "{'descr': '\(descriptor(tensor.dtype))', 'fortran_order': False, 'shape': \(shape), }"
    while (magic.count + 4 + text.utf8.count + 1) % 64 != 0 { text += " " }
    text += "\n"
    let length = text.utf8.count
    return magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(text.utf8)
  }

  private static func descriptor(_ dtype: DType) -> String {
    switch dtype {
    case .float32: "<f4"
    case .float64: "<f8"
    case .int64: "<i8"
    case .uint8: "|u1"
    case .bool: "|b1"
    }
  }

  /// The tensor in `size` bytes of which `read` gives any part.
  static func decode(
    size: Int, name: String, _ operation: String,
    read: (Int, UnsafeMutableRawBufferPointer) throws -> Void
  ) throws -> Tensor {
    func bytes(_ offset: Int, _ count: Int) throws -> [UInt8] {
      try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        try read(offset, UnsafeMutableRawBufferPointer(buffer))
        filled = count
      }
    }
    func fault(_ reason: String) -> TensorError { FileError.make(operation, name, reason) }
    guard size >= 10 else { throw fault("\(size) bytes are too few for an array") }
    let start = try bytes(0, 10)
    guard start.starts(with: magic) else { throw fault("expected NumPy's magic number") }
    let (major, minor) = (start[6], start[7])
    guard (1...3).contains(major), minor == 0 else {
      throw fault("expected version 1.0, 2.0 or 3.0, got \(major).\(minor)")
    }
    let prefix = major == 1 ? 10 : 12
    guard size >= prefix else { throw fault("\(size) bytes are too few for an array") }
    let length = try bytes(8, prefix - 8).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= headerLimit, length <= size - prefix else {
      throw fault("its header should have \(length) bytes, the file has \(size)")
    }
    let header: NPYHeader
    do {
      header = try NPYHeader(parsing: bytes(prefix, length))
    } catch let error as NPYHeader.Fault {
      throw fault(error.reason)
    }
    let data = prefix + length
    guard header.byteCount == size - data else {
      throw fault(
        "its shape \(header.shape) takes \(header.byteCount) bytes, the file has \(size - data)")
    }
    return try elements(header, name, operation) { try read(data + $0, $1) }
  }

  /// The elements, read from their first on.
  private static func elements(
    _ header: NPYHeader, _ name: String, _ operation: String,
    read: (Int, UnsafeMutableRawBufferPointer) throws -> Void
  ) throws -> Tensor {
    // In Fortran's order the first extent is the fastest: the transpose of what C's order gives.
    let extents = header.isFortran ? header.shape.reversed() : header.shape
    let tensor = try Tensor.zeros(Shape(extents, operation: operation), dtype: header.type.dtype)
    if header.type.isNative {
      try tensor.withMutableBytes { try read(0, $0) }
    } else {
      var chunk = [UInt8](repeating: 0, count: min(header.byteCount, 1 << 16))
      try tensor.withMutableBytes { target in
        var done = 0
        while done < header.byteCount {
          let count = min(chunk.count, header.byteCount - done)
          try chunk.withUnsafeMutableBytes { buffer in
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
            try read(done, part)
            header.type.convert(
              UnsafeRawBufferPointer(part), into: target, at: done / header.type.width)
          }
          done += count
        }
      }
    }
    if header.type.dtype == .bool {
      guard try tensor.withBytes({ $0.allSatisfy { $0 <= 1 } }) else {
        throw FileError.make(operation, name, "a boolean is neither 0 nor 1")
      }
    }
    guard header.isFortran, tensor.rank > 1 else { return tensor }
    return try tensor.permute(Array((0..<tensor.rank).reversed())).contiguous()
  }
}
