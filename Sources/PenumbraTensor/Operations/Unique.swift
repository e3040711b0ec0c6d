/// The different values of a tensor, their places and how often they occur.

/// What `unique` and `uniqueConsecutive` find. Values are outside the graph of derivatives.
public struct UniqueValues {
  /// [m], or the tensor's shape with extent m in the given dimension.
  public let values: Tensor
  /// For each element (slice) the position of its value: int64 of the tensor's shape, or [n].
  public let inverse: Tensor
  /// How often each value occurs: int64 [m].
  public let counts: Tensor
}

extension Tensor {
  /// The different elements in ascending order, or the different slices of a dimension in
  /// lexicographic order. NaNs differ from each other.
  ///
  /// - Complexity: O(n) for elements (a radix sort), O(n log n) comparisons for slices.
  public func unique(_ dimension: Int? = nil) throws -> UniqueValues {
    try runs("unique", dimension, sorted: true)
  }

  /// The first of each run of equal neighbouring elements, or slices of a dimension.
  ///
  /// - Complexity: O(n)
  public func uniqueConsecutive(_ dimension: Int? = nil) throws -> UniqueValues {
    try runs("unique_consecutive", dimension, sorted: false)
  }

  private func runs(_ name: StaticString, _ dimension: Int?, sorted: Bool) throws -> UniqueValues {
    let source = detached()
    guard let dimension else {
      let row = try source.reshape(Shape(elementCount))
      let found = try row.runs(name, 0, sorted: sorted)
      return UniqueValues(
        values: found.values, inverse: try found.inverse.reshape(shape), counts: found.counts)
    }
    let axis = try self.dimension(dimension, "\(name)")
    let slices = try axis == 0 ? source : source.transpose(0, axis)
    let count = slices.shape[0]
    let keys = try slices.orderKeys(name)
    let width = count == 0 ? 0 : slices.elementCount / count
    let order = try Tensor.arange(0, Double(count), dtype: .int64)
    if sorted { try Tensor.sortSlices(keys, width: width, order, name) }
    let inverse = try Tensor(uninitialized: Shape(count), .int64, name)
    let firsts = try Tensor(uninitialized: Shape(count), .int64, name)
    let counts = try Tensor.zeros(Shape(count), dtype: .int64)
    var runs = 0
    for index in 0..<count {
      let position = Int(order.int64s[index])
      if index == 0
        || !Tensor.areEqual(
          keys, width, Int(order.int64s[index - 1]), position, nanKey: nanKey)
      {
        firsts.int64s[runs] = Int64(position)
        runs += 1
      }
      counts.int64s[runs - 1] += 1
      inverse.int64s[position] = Int64(runs - 1)
    }
    let values = try source.indexSelect(axis, firsts.narrow(0, start: 0, count: runs))
    return UniqueValues(
      values: try values.contiguous(), inverse: inverse,
      counts: try counts.narrow(0, start: 0, count: runs).clone())
  }

  /// Puts `order` into the lexicographic order of the rows of keys [n, width], equal ones as they are.
  private static func sortSlices(
    _ keys: Tensor, width: Int, _ order: Tensor, _ name: StaticString
  ) throws {
    let count = order.elementCount
    if width == 1 {
      let scratch = try Tensor.scratch(Backend.Keyed.self, 2 * count, name)
      withExtendedLifetime(scratch.owner) {
        Backend.argSort(
          keys.int64s, count: count, descending: false, into: order.int64s, scratch: scratch.start)
      }
      return
    }
    let rows = keys.int64s
    var positions = UnsafeMutableBufferPointer(start: order.int64s, count: count)
    positions.sort { first, second in
      let (a, b) = (rows + Int(first) * width, rows + Int(second) * width)
      for index in 0..<width where a[index] != b[index] { return a[index] < b[index] }
      return first < second
    }
  }

  private static func areEqual(
    _ keys: Tensor, _ width: Int, _ first: Int, _ second: Int, nanKey: Int64?
  ) -> Bool {
    let (a, b) = (keys.int64s + first * width, keys.int64s + second * width)
    for index in 0..<width where a[index] != b[index] || a[index] == nanKey { return false }
    return true
  }
}
