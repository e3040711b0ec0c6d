/// The safetensors format: named tensors in one file.

public import PenumbraTensor

/// Saves and loads tensors by name.
///
/// Layout: the header's length as uint64 little-endian; the header, a JSON object name →
/// {dtype, shape, data_offsets: [begin, end)} and optionally `__metadata__` with strings; the
/// elements, one tensor after the other without a gap. Source:
/// github.com/huggingface/safetensors.
public enum Safetensors {
  /// What a file holds, in the order of its header.
  public struct Contents {
    public let tensors: [(name: String, tensor: Tensor)]
    public let metadata: [(key: String, value: String)]

    /// The tensor of that name.
    public subscript(name: String) -> Tensor? { tensors.first { $0.name == name }?.tensor }
  }

  static let operation = "safetensors"
  /// The reserved name of the header's strings.
  static let metadataKey = "__metadata__"
  /// The format's own bound on the header.
  static let headerLimit = 100_000_000

  /// The header's name of a dtype; nil for a name that is unknown or not supported.
  static func dtype(named name: String) -> DType? {
    DType.allCases.first { self.name(of: $0) == name }
  }

  /// F32, F64, I64, U8 or BOOL.
  static func name(of dtype: DType) -> String {
    switch dtype {
    case .float32: "F32"
    case .float64: "F64"
    case .int64: "I64"
    case .uint8: "U8"
    case .bool: "BOOL"
    }
  }
}
