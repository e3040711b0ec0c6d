/// Up to eight integers held inline: a shape, or the strides of one.

/// The extent of each dimension; a scalar has none.
public typealias Shape = Dimensions
/// The distance, in elements, between neighbours along each dimension.
public typealias Strides = Dimensions

/// At most eight integers without heap storage.
public struct Dimensions: Sendable {
  /// The greatest number of dimensions that a tensor can have.
  public static let maximumRank = 8

  private var values: InlineArray<8, Int>
  /// How many there are.
  public private(set) var rank: Int

  /// No dimensions: the shape of a scalar.
  @inline(__always)
  public init() {
    values = InlineArray(repeating: 0)
    rank = 0
  }

  @inline(__always)
  public init(_ first: Int) {
    self.init()
    values[0] = first
    rank = 1
  }

  @inline(__always)
  public init(_ first: Int, _ second: Int) {
    self.init()
    values[0] = first
    values[1] = second
    rank = 2
  }

  /// `rank` copies of `value`; `rank` must be at most eight.
  @inline(__always)
  public init(repeating value: Int, rank: Int) {
    precondition(rank <= Dimensions.maximumRank)
    values = InlineArray(repeating: value)
    self.rank = rank
  }

  /// The given integers.
  ///
  /// - Throws: `TensorError` when there are more than eight.
  public init(_ list: [Int], operation: String = "shape") throws {
    guard list.count <= Dimensions.maximumRank else {
      throw TensorError(
        .shape, operation, expected: "at most \(Dimensions.maximumRank) dimensions",
        got: "\(list.count)")
    }
    self.init()
    for value in list { append(value) }
  }

  @inline(__always)
  public subscript(index: Int) -> Int {
    get {
      precondition(index >= 0 && index < rank)
      return values[index]
    }
    set {
      precondition(index >= 0 && index < rank)
      values[index] = newValue
    }
  }

  /// Adds one at the end; there must be room.
  @inline(__always)
  public mutating func append(_ value: Int) {
    precondition(rank < Dimensions.maximumRank)
    values[rank] = value
    rank += 1
  }

  /// Inserts one; there must be room.
  public mutating func insert(_ value: Int, at index: Int) {
    append(value)
    var position = rank - 1
    while position > index {
      values[position] = values[position - 1]
      position -= 1
    }
    values[index] = value
  }

  /// Takes one out.
  public mutating func remove(at index: Int) {
    precondition(index >= 0 && index < rank)
    for position in index..<(rank - 1) { values[position] = values[position + 1] }
    values[rank - 1] = 0
    rank -= 1
  }

  /// The product of a shape's extents; 1 for a scalar. Shapes of tensors never overflow.
  @inline(__always)
  public var elementCount: Int {
    var count = 1
    for index in 0..<rank { count &*= values[index] }
    return count
  }

  /// The strides of a contiguous tensor of this shape, the last dimension fastest.
  @inline(__always)
  public var contiguousStrides: Strides {
    var strides = Strides(repeating: 1, rank: rank)
    var step = 1
    var index = rank - 1
    while index >= 0 {
      strides.values[index] = step
      step &*= max(values[index], 1)
      index -= 1
    }
    return strides
  }

  /// The integers as an array.
  public var array: [Int] { (0..<rank).map { values[$0] } }
}

extension Dimensions: Hashable {
  @inline(__always)
  public static func == (a: Dimensions, b: Dimensions) -> Bool {
    guard a.rank == b.rank else { return false }
    for index in 0..<a.rank where a.values[index] != b.values[index] { return false }
    return true
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(rank)
    for index in 0..<rank { hasher.combine(values[index]) }
  }
}

extension Dimensions: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Int...) {
    self.init()
    for value in elements { append(value) }
  }
}

extension Dimensions: CustomStringConvertible {
  public var description: String {
    "[" + array.map(String.init).joined(separator: ", ") + "]"
  }
}
