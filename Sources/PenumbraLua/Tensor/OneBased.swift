/// The one place where Lua's counting from 1 meets Swift's from 0. Negatives count from the end in both.

internal import LuaEmbedding
internal import PenumbraTensor

enum OneBased {
  /// 1 → 0, 2 → 1, −1 → −1.
  static func position(_ value: Int) throws -> Int {
    guard value != 0 else {
      throw BadValue(expected: "an index counted from 1, or from the end by negatives; 0 is none")
    }
    return value > 0 ? value - 1 : value
  }

  /// Positions of a tensor of indices.
  static func positions(_ index: Tensor) throws -> Tensor {
    guard index.dtype == .int64 || index.dtype == .uint8 else {
      throw BadValue(expected: "an int64 tensor of indices, got \(index.dtype)")
    }
    let wide = try index.to(.int64)
    guard try wide.ne(0).all() else {
      throw BadValue(expected: "indices counted from 1; 0 is none")
    }
    return try wide.sub(wide.gt(0).to(.int64))
  }
}

/// A tensor of positions on its way to Lua, where it counts from 1.
struct IndexTensor: LuaResult {
  let positions: Tensor

  func give(to frame: LuaFrame) throws { try positions.add(1).give(to: frame) }
}

/// Values, and the positions at which they were found where these are known.
struct Located: LuaResult {
  let values: Tensor
  let positions: Tensor?

  init(_ values: Tensor) { (self.values, positions) = (values, nil) }

  init(_ found: (values: Tensor, indices: Tensor)) { (values, positions) = found }

  func give(to frame: LuaFrame) throws {
    values.give(to: frame)
    if let positions { try IndexTensor(positions: positions).give(to: frame) }
  }
}

extension ParameterType where Value == Int {
  /// A dimension, 1 ... rank or −rank ... −1.
  static let dimension = integer.refined("dimension") { try OneBased.position($0) }
  /// An index, 1 ... n or −n ... −1.
  static let index = integer.refined("index") { try OneBased.position($0) }
}

extension ParameterType where Value == [Int] {
  /// One dimension or a table of them.
  static let dimensions = ParameterType("dimension or table of dimensions") { frame, index in
    if let one = try ParameterType<Int>.dimension.decode(frame, index) { return [one] }
    return try ParameterType<[Int]>.list(of: .dimension).decode(frame, index)
  }
}

extension ParameterType where Value == [Int] {
  /// One integer or a table of them.
  static let integers = ParameterType("integer or table of integers") { frame, index in
    if let one = try ParameterType<Int>.integer.decode(frame, index) { return [one] }
    return try ParameterType<[Int]>.list(of: .integer).decode(frame, index)
  }
}

extension ParameterType where Value == Tensor {
  /// A tensor of indices.
  static let indices = ParameterType("int64 Tensor of indices, or table of them") { frame, index in
    if let tensor = try ParameterType<Tensor>.tensor.decode(frame, index) {
      return try OneBased.positions(tensor)
    }
    return try ParameterType<[Int]>.list(of: .index).decode(frame, index).map {
      try Tensor($0.map(Int64.init), [$0.count])
    }
  }
}
