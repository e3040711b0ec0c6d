/// JSON values (RFC 8259) whose objects keep their order.

/// A JSON document or a part of one.
public enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  /// A number without fraction or exponent that fits.
  case integer(Int64)
  /// Any other number; finite.
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  /// One entry of an object.
  public struct Member: Sendable, Equatable {
    public let key: String
    public let value: JSON

    public init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }

  /// The entry of an object with that key; nil without one, or for another kind of value.
  public subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }
}

/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Position in bytes, from 0.
  public let offset: Int
  public let reason: String

  public var description: String { "byte \(offset + 1): \(reason)" }
}
