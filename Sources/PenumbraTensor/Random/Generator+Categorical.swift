/// Draws of categories by weight, with and without replacement; shuffling.

internal import Glibc

extension Generator {
  /// `count` categories for each row of weights, as positions counted from 0: [..., count] for
  /// weights [..., categories].
  ///
  /// With replacement by binary search in the running sums; without by the order of e[i]/w[i], e
  /// exponential numbers, which is that of draws one after the other.
  ///
  /// - Throws: `TensorError` for weights that are negative or not finite or have no positive sum, or,
  ///   without replacement, for more draws than positive weights.
  /// - Complexity: O(c + count·log c) a row with replacement, else O(c·log c), c the categories.
  public func multinomial(_ weights: Tensor, count: Int, replacement: Bool = false) throws -> Tensor
  {
    let checked = try CheckedParameter("weights", .tensor(weights), .nonNegative)
      .elements("multinomial")
    // Of its own: the rows are replaced by what they are searched for.
    let table = try checked.copied()
    guard table.rank > 0, table.shape[table.rank - 1] > 0 else {
      throw TensorError(
        .shape, "multinomial", argument: "weights", expected: "[..., categories ≥ 1]",
        got: "\(weights.shape)")
    }
    guard count >= 0 else {
      throw TensorError(
        .value, "multinomial", argument: "count", expected: "a number of draws ≥ 0",
        got: "\(count)")
    }
    let categories = table.shape[table.rank - 1]
    guard replacement || count <= categories else {
      throw TensorError(
        .value, "multinomial", argument: "count",
        expected: "at most \(categories) draws without replacement", got: "\(count)")
    }
    var shape = table.shape
    shape[shape.rank - 1] = count
    let result = try Tensor(uninitialized: shape, .int64, "multinomial")
    let rows = table.elementCount / categories
    let start = take(blocks: replacement ? result.elementCount : table.elementCount)
    for row in 0..<rows {
      let drawn = UnsafeMutableBufferPointer(start: result.int64s + row * count, count: count)
      let values = UnsafeMutableBufferPointer(
        start: table.doublesPointer + row * categories, count: categories)
      if replacement {
        try Generator.drawWithReplacement(values, start, row * count, into: drawn)
      } else {
        try Generator.drawDistinct(values, start, row * categories, into: drawn)
      }
    }
    withExtendedLifetime(table) {}
    return result
  }

  /// One category for each row of weights, as positions counted from 0: [...] for [..., categories].
  ///
  /// - Throws: as `multinomial`.
  public func categorical(_ weights: Tensor) throws -> Tensor {
    try multinomial(weights, count: 1, replacement: true).squeeze(-1)
  }

  /// `x` with the positions along a dimension in random order; differentiable.
  public func shuffled(_ x: Tensor, _ dimension: Int = 0) throws -> Tensor {
    let axis = try x.dimension(dimension, "shuffle")
    return try x.indexSelect(axis, permutation(x.shape[axis]))
  }

  /// Replaces the weights by their running sums and searches them.
  private static func drawWithReplacement(
    _ weights: UnsafeMutableBufferPointer<Double>, _ start: State, _ element: Int,
    into drawn: UnsafeMutableBufferPointer<Int64>
  ) throws {
    var total = 0.0
    var last = -1
    for (index, weight) in weights.enumerated() {
      if weight > 0 { last = index }
      total += weight
      weights[index] = total
    }
    try check(total)
    for index in drawn.indices {
      if index & 4095 == 0 { try Interruption.check("multinomial") }
      var stream = ElementStream(start, element: element + index)
      let target = stream.uniform() * total
      // The first whose running sum exceeds the target; its own weight is then positive.
      var (low, high) = (0, last)
      while low < high {
        let middle = (low + high) / 2
        if weights[middle] > target { high = middle } else { low = middle + 1 }
      }
      drawn[index] = Int64(low)
    }
  }

  /// Replaces the weights by the draws' arrival times and takes the earliest.
  private static func drawDistinct(
    _ weights: UnsafeMutableBufferPointer<Double>, _ start: State, _ element: Int,
    into drawn: UnsafeMutableBufferPointer<Int64>
  ) throws {
    var total = 0.0
    var order: [Int] = []
    for (index, weight) in weights.enumerated() {
      if index & 4095 == 0 { try Interruption.check("multinomial") }
      total += weight
      var stream = ElementStream(start, element: element + index)
      weights[index] = -log(stream.uniform()) / weight
      if weight > 0 { order.append(index) }
    }
    try check(total)
    guard order.count >= drawn.count else {
      throw TensorError(
        .value, "multinomial", argument: "count",
        expected: "at most \(order.count) draws, one for each positive weight of a row",
        got: "\(drawn.count)")
    }
    order.sort { weights[$0] < weights[$1] }
    for index in drawn.indices { drawn[index] = Int64(order[index]) }
  }

  private static func check(_ total: Double) throws {
    guard total > 0, total.isFinite else {
      throw TensorError(
        .value, "multinomial", argument: "weights", expected: "rows with a positive, finite sum",
        got: "a sum of \(total)")
    }
  }
}
