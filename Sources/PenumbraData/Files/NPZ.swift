/// NumPy's archives: named arrays in a zip file.

public import PenumbraTensor

/// Reads and writes `.npz` files: a zip archive with a `.npy` file for each name.
public enum NPZ {
  /// Reads all arrays, in the archive's order.
  ///
  /// - Throws: `TensorError` (file) as `NPY.load`, for a damaged or encrypted archive, a name that
  ///   comes twice, or a check sum that is wrong.
  public static func load(_ path: String, operation: String = "npz") throws
    -> [(name: String, tensor: Tensor)]
  {
    let archive = try ZipReader(path, operation: operation)
    var seen: Set<String> = []
    return try archive.members.map { member in
      guard member.name.hasSuffix(".npy") else {
        throw FileError.make(operation, path, "'\(member.name)' is no array (.npy)")
      }
      let name = String(member.name.dropLast(4))
      guard seen.insert(name).inserted else {
        throw FileError.make(operation, path, "the name '\(name)' comes twice")
      }
      let bytes = try archive.contents(of: member)
      let tensor = try bytes.withUnsafeBytes { source in
        try NPY.decode(size: source.count, name: "\(path): \(name)", operation) { offset, target in
          target.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: source[offset..<(offset + target.count)]))
        }
      }
      return (name, tensor)
    }
  }

  /// Writes the tensors whole or not at all.
  ///
  /// - Parameter compressed: whether the arrays are deflated, as `numpy.savez_compressed` does.
  /// - Throws: `TensorError` (value) for a name that comes twice or an array of 4 GiB or more; (file)
  ///   when writing fails; the file at `path` is then as it was.
  public static func save(
    _ tensors: [(name: String, tensor: Tensor)], to path: String, compressed: Bool = false,
    operation: String = "npz"
  ) throws {
    var seen: Set<String> = []
    for (name, _) in tensors where !seen.insert(name).inserted {
      throw TensorError(.value, operation, argument: "name", "the name '\(name)' comes twice")
    }
    try AtomicFile.write(to: path, operation: operation) { file in
      var archive = ZipWriter(path: path, operation: operation)
      for (name, tensor) in tensors {
        let bytes = try tensor.withBytes { NPY.header(of: tensor) + Array($0) }
        for part in try archive.member(named: name + ".npy", bytes, compressed: compressed) {
          try file.append(part)
        }
      }
      try file.append(archive.directory())
    }
  }
}
