/// Whole experiments in one file: nested tables of numbers, texts, tensors and objects' states.

public import PenumbraTensor

/// Saves and loads trees of values.
///
/// A file is a safetensors file, so that anything that reads those can read the tensors. Its metadata
/// have the entry `penumbra.checkpoint`, a JSON object that says where each tensor belongs:
/// `{"version": 1, "root": node}`, a node being
///
/// - `true`, `false`, an integer, a number with point or exponent, a string: that value;
/// - `{"bits": "7ff8000000000000"}`: a number by its bits, where it is not finite;
/// - `{"tensor": name}`, `{"integers": name}`, `{"numbers": name}`, `{"bytes": name}`: a tensor, a list
///   (int64, float64) or a string (uint8) that is kept as the tensor of that name;
/// - `{"list": [node, ...]}`: elements 1, 2, ...;
/// - `{"table": [[key, node], ...]}`: entries by string or integer, in order;
/// - `{"object": kind, "state": node}`: the state of an object of that kind.
///
/// Integers and numbers come back bit for bit; so do tensors of every type.
public enum Checkpoint {
  /// One value of the tree.
  public indirect enum Value {
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    /// A string that is not UTF-8.
    case bytes([UInt8])
    case tensor(Tensor)
    case list([Value])
    case table([(key: Key, value: Value)])
    case object(kind: String, state: Value)

    /// What it is, for error messages.
    public var kind: String {
      switch self {
      case .boolean: "boolean"
      case .integer, .number: "number"
      case .string, .bytes: "string"
      case .tensor: "Tensor"
      case .list, .table: "table"
      case .object(let kind, _): kind
      }
    }
  }

  /// The key of a table's entry.
  public enum Key: Sendable {
    case integer(Int64)
    case string(String)
  }

  /// How deep tables and states may be nested.
  public static let maximumDepth = 32
  /// How many values a file may hold besides the elements of tensors and of long lists of numbers.
  public static let maximumCount = 1_000_000
  /// From how many elements on a list of numbers is kept as a tensor, and a string of bytes on.
  static let longList = 16
  static let longString = 4096

  static let metadataKey = "penumbra.checkpoint"
  static let version: Int64 = 1
}
