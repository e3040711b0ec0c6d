/// Triangles of matrices, and where they lie.

extension Tensor {
  /// The elements of each matrix [..., r, c] on and below a diagonal, zeros above it.
  ///
  /// - Parameter diagonal: which one; 0 the main one, positive ones above it.
  public func tril(_ diagonal: Int = 0) throws -> Tensor {
    try triangle("tril") { row, columns in 0..<Tensor.clamped(row, diagonal, columns, 1) }
  }

  /// The elements of each matrix [..., r, c] on and above a diagonal, zeros below it.
  public func triu(_ diagonal: Int = 0) throws -> Tensor {
    try triangle("triu") { row, columns in Tensor.clamped(row, diagonal, columns, 0)..<columns }
  }

  /// row + diagonal + more, held within 0 ... columns, for any diagonal.
  private static func clamped(_ row: Int, _ diagonal: Int, _ columns: Int, _ more: Int) -> Int {
    let (end, overflow) = (row + more).addingReportingOverflow(diagonal)
    return overflow ? (diagonal > 0 ? columns : 0) : min(max(end, 0), columns)
  }

  private func triangle(
    _ name: StaticString, _ kept: (_ row: Int, _ columns: Int) -> Range<Int>
  ) throws -> Tensor {
    guard rank >= 2 else {
      throw TensorError(
        .shape, "\(name)", expected: "a matrix, or several: [..., rows, columns]",
        got: "shape \(shape)")
    }
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    let mask = try Tensor(uninitialized: Shape(rows, columns), .bool, name)
    Backend.fill(mask, 0)
    for row in 0..<(columns == 0 ? 0 : rows) {
      let range = kept(row, columns)
      (mask.bytes + row * columns + range.lowerBound).update(repeating: 1, count: range.count)
    }
    return try Tensor.select(mask, self, Tensor.scalar(0, dtype: dtype))
  }

  /// Rows and columns, as [2, n], of the elements that `tril` keeps of a rows×columns matrix, in
  /// row-major order.
  public static func trilIndices(_ rows: Int, _ columns: Int, diagonal: Int = 0) throws -> Tensor {
    try triangleIndices(rows, columns, diagonal, isLower: true, "tril_indices")
  }

  /// Rows and columns, as [2, n], of the elements that `triu` keeps of a rows×columns matrix, in
  /// row-major order.
  public static func triuIndices(_ rows: Int, _ columns: Int, diagonal: Int = 0) throws -> Tensor {
    try triangleIndices(rows, columns, diagonal, isLower: false, "triu_indices")
  }

  private static func triangleIndices(
    _ rows: Int, _ columns: Int, _ diagonal: Int, isLower: Bool, _ name: StaticString
  ) throws -> Tensor {
    // The matrix itself must be one that could be had, which keeps the sums below from overflowing.
    let all = try checkedCount(Shape(rows, columns), .int64, name)
    if all == 0 { return try Tensor(uninitialized: Shape(2, 0), .int64, name) }
    let diagonal = min(max(diagonal, -rows), columns)
    let below = lowerCount(rows, columns, isLower ? diagonal : diagonal - 1)
    let count = isLower ? below : all - below
    let result = try Tensor(uninitialized: Shape(2, count), .int64, name)
    // Rows that have such elements.
    let first = isLower ? min(max(0, -diagonal), rows) : 0
    let last = isLower ? rows : min(rows, max(0, columns - diagonal))
    var next = 0
    for row in stride(from: first, to: last, by: 1) {
      let edge = clamped(row, diagonal, columns, isLower ? 1 : 0)
      for column in isLower ? 0..<edge : edge..<columns {
        result.int64s[next] = Int64(row)
        result.int64s[count + next] = Int64(column)
        next += 1
      }
    }
    return result
  }

  /// How many elements of a rows×columns matrix lie on or below a diagonal from −rows to columns.
  private static func lowerCount(_ rows: Int, _ columns: Int, _ diagonal: Int) -> Int {
    let first = min(max(0, -diagonal), rows)
    // Rows from `first` on have width, width + 1, ... until all columns are below.
    let width = min(columns, first + 1 + diagonal)
    let growing = min(rows - first, columns - width)
    return growing * width + growing * (growing - 1) / 2 + (rows - first - growing) * columns
  }
}
