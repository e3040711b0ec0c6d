/// Samples as rows of double-precision numbers, and their distances a block at a time.

internal import PenumbraTensor

/// Points in d dimensions, one a row.
struct Points {
  /// float64 [count, dimension], no derivative.
  let tensor: Tensor
  let count: Int
  let dimension: Int

  /// - Parameter samples: [n, ...]; what stands behind the first dimension is one point.
  /// - Throws: `TensorError` (shape) for a scalar, fewer than `least` points, or points of no numbers.
  init(_ samples: Tensor, _ operation: String, _ argument: String, atLeast least: Int = 1) throws {
    let wanted = "[n, ...] with n at least \(least)"
    guard samples.rank > 0, samples.shape[0] >= least, samples.elementCount > 0 else {
      throw TensorError(
        .shape, operation, argument: argument, expected: wanted, got: "\(samples.shape)")
    }
    count = samples.shape[0]
    dimension = samples.elementCount / count
    let rows = try samples.detached().reshape(Shape(count, dimension))
    tensor = try rows.to(.float64).contiguous()
  }

  /// Two sets of points of the same dimension.
  ///
  /// - Throws: `TensorError` (shape) also when the dimensions differ.
  static func pair(
    _ x: Tensor, _ y: Tensor, _ operation: String, _ names: (String, String) = ("x", "y"),
    atLeast least: Int = 1
  ) throws -> (Points, Points) {
    let first = try Points(x, operation, names.0, atLeast: least)
    let second = try Points(y, operation, names.1, atLeast: least)
    guard first.dimension == second.dimension else {
      throw TensorError(
        .shape, operation, argument: names.1,
        expected: "points of \(first.dimension) numbers, as \(names.0) has",
        got: "\(second.dimension)")
    }
    return (first, second)
  }

  /// Whether no number is NaN or infinite.
  var isFinite: Bool {
    get throws { try tensor.isFinite().all() }
  }

  /// - Throws: `TensorError` (value) unless all numbers are finite.
  func requireFinite(_ operation: String, _ argument: String) throws {
    guard try isFinite else {
      throw TensorError(
        .value, operation, argument: argument, expected: "finite numbers",
        got: "NaN or infinity")
    }
  }

  /// Rows of a block, so that a block of numbers for `columns` others takes about 8 MB.
  static func blockRows(_ columns: Int) -> Int { max(1, (1 << 20) / max(columns, 1)) }

  func rows(_ range: Range<Int>) throws -> Tensor {
    try tensor.narrow(0, start: range.lowerBound, count: range.count)
  }

  /// The ranges of rows that make the blocks for `columns` others.
  func blocks(_ columns: Int) -> [Range<Int>] {
    let size = Points.blockRows(columns)
    return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// Calls `body` with each block of ‖x_i − y_j‖: its rows of this set, and [rows, other.count].
  ///
  /// - Complexity: O(n m d) time, 8 MB or one row of memory.
  func forEachDistances(
    to other: Points, _ operation: String, _ body: (Range<Int>, Tensor) throws -> Void
  ) throws {
    try GradientMode.with(false) {
      for range in blocks(other.count) {
        try Interruption.check(operation)
        try body(range, rows(range).pairwiseDistances(to: other.tensor))
      }
    }
  }

  /// Calls `body` with blocks that hold each pair i < j of this set's points once, twice for those of
  /// one block: distances to the block's own points [r, r], and to those after it [r, rest].
  func forEachOwnDistances(
    _ operation: String, _ body: (_ inner: Tensor, _ outer: Tensor?) throws -> Void
  ) throws {
    try GradientMode.with(false) {
      // An inner block of a thousand points is 8 MB, too.
      let size = min(Points.blockRows(count), 1024)
      for first in stride(from: 0, to: count, by: size) {
        try Interruption.check(operation)
        let range = first..<min(first + size, count)
        let block = try rows(range)
        let outer =
          range.upperBound < count
          ? try block.pairwiseDistances(to: rows(range.upperBound..<count)) : nil
        try body(block.pairwiseDistances(to: block), outer)
      }
    }
  }
}
