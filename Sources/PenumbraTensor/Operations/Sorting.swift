/// Sorting along a dimension.

extension Tensor {
  /// The elements in order along a dimension, and the position of each before. Equal elements keep
  /// their order; NaN counts as greater than every number, so it comes last (first when descending).
  ///
  /// - Complexity: O(n log n) for n elements.
  public func sort(_ dimension: Int = -1, descending: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let indices = try argSort(dimension, descending: descending)
    return (try gather(dimension, indices), indices)
  }

  /// The positions that put a dimension in order; see `sort`.
  public func argSort(_ dimension: Int = -1, descending: Bool = false) throws -> Tensor {
    let axis = try self.dimension(dimension, "sort")
    guard axis == rank - 1 else {
      let moved = try GradientMode.with(false) { try transpose(axis, -1) }
      return try moved.argSort(-1, descending: descending).transpose(axis, -1).contiguous()
    }
    let result = try Tensor(uninitialized: shape, .int64, "sort")
    let source = try contiguousValues()
    switch dtype {
    case .float32: Tensor.order(source.floats, source, descending, into: result) { $0.isNaN }
    case .float64:
      Tensor.order(source.doublesPointer, source, descending, into: result) { $0.isNaN }
    case .int64: Tensor.order(source.int64s, source, descending, into: result) { _ in false }
    case .uint8, .bool: Tensor.order(source.bytes, source, descending, into: result) { _ in false }
    }
    return result
  }

  /// Writes the order of each row of `values`, laid out as `source`, to `result`.
  @inline(__always)
  private static func order<Element: Comparable>(
    _ values: UnsafeMutablePointer<Element>, _ source: Tensor, _ descending: Bool,
    into result: Tensor, isNaN: (Element) -> Bool
  ) {
    let columns = source.shape[source.rank - 1]
    if source.elementCount == 0 { return }
    for row in 0..<(source.elementCount / columns) {
      let start = values + row * columns
      var positions = UnsafeMutableBufferPointer(
        start: result.int64s + row * columns, count: columns)
      for column in 0..<columns { positions[column] = Int64(column) }
      positions.sort { first, second in
        let (a, b) = (start[Int(first)], start[Int(second)])
        if a < b { return !descending }
        if b < a { return descending }
        let (nanA, nanB) = (isNaN(a), isNaN(b))
        return nanA == nanB ? first < second : nanA == descending
      }
    }
  }
}
