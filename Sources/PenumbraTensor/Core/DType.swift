/// The type of a tensor's elements.
///
/// The raw values are those of `pn_dtype` in CKernels and of no file format.
public enum DType: UInt8, Sendable, CaseIterable {
  case float32 = 0
  case float64 = 1
  case int64 = 2
  case uint8 = 3
  case bool = 4

  /// The standard name, as in PyTorch: "float32", "bool", ...
  public var name: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .int64: "int64"
    case .uint8: "uint8"
    case .bool: "bool"
    }
  }

  /// The dtype of that name, or nil.
  public init?(name: String) {
    guard let match = DType.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float32: 4
    case .float64, .int64: 8
    case .uint8, .bool: 1
    }
  }

  /// Whether derivatives exist for this type.
  public var isFloating: Bool { self == .float32 || self == .float64 }

  /// Rank in PyTorch's promotion: bool < uint8 < int64 < float32 < float64.
  private var promotionRank: Int {
    switch self {
    case .bool: 0
    case .uint8: 1
    case .int64: 2
    case .float32: 3
    case .float64: 4
    }
  }

  /// The category that decides whether a zero-dimensional operand takes part in promotion.
  private var category: Int {
    switch self {
    case .bool: 0
    case .uint8, .int64: 1
    case .float32, .float64: 2
    }
  }

  /// The smallest type that holds the values of both, whatever tensors they belong to.
  public static func promoted(_ a: DType, _ b: DType) -> DType {
    a.promotionRank >= b.promotionRank ? a : b
  }

  /// Whether promotion allows this type to become another one: not from floats to integers, nor from
  /// numbers to booleans.
  public func canCast(to other: DType) -> Bool { other.category >= category }

  /// The common type of two operands (PyTorch's rules).
  ///
  /// An operand without dimensions counts only if its category (bool < integer < float) is higher:
  /// a float32 vector plus a float64 scalar stays float32.
  public static func promoted(_ a: Tensor, _ b: Tensor) -> DType {
    if a.dtype == b.dtype { return a.dtype }
    if (a.rank == 0) == (b.rank == 0) {
      return promoted(a.dtype, b.dtype)
    }
    let (array, scalar) = a.rank == 0 ? (b.dtype, a.dtype) : (a.dtype, b.dtype)
    guard scalar.category > array.category else { return array }
    return scalar
  }
}

extension DType: CustomStringConvertible {
  public var description: String { name }
}
