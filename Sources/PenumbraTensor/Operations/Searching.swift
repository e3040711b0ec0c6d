/// Looking values up in sorted ones.

extension Tensor {
  /// For each of the values, the first position in this ascending row at which it can be put with the
  /// order kept; the last one when `right`. Counts from 0 to n.
  ///
  /// - Parameter values: any shape for one row [n]; [..., m] for rows [..., n].
  /// - Returns: int64 of the values' shape.
  /// - Complexity: O(log n) for each value.
  public func searchSorted(_ values: Tensor, right: Bool = false) throws -> Tensor {
    guard rank > 0 else {
      throw TensorError(
        .shape, "searchsorted", argument: "argument 1", expected: "[n] or [..., n]", got: "a scalar"
      )
    }
    if rank > 1, values.rank != rank || values.shape.array.dropLast() != shape.array.dropLast() {
      throw TensorError(
        .shape, "searchsorted", argument: "values",
        expected: "[\(shape.array.dropLast().map { "\($0), " }.joined())m]", got: "\(values.shape)")
    }
    let dtype = DType.promoted(self, values)
    let (sorted, wanted) = try GradientMode.with(false) {
      (try to(dtype).orderKeys("searchsorted"), try values.to(dtype).orderKeys("searchsorted"))
    }
    let result = try Tensor(uninitialized: values.shape, .int64, "searchsorted")
    if result.elementCount == 0 { return result }
    let columns = shape[rank - 1]
    let rows = rank == 1 ? 1 : shape.elementCount == 0 ? 0 : elementCount / columns
    if columns == 0 { return try Tensor.zeros(values.shape, dtype: .int64) }
    let width = result.elementCount / rows
    for row in 0..<rows {
      for index in (row * width)..<((row + 1) * width) {
        let place = Backend.insertionPoint(
          of: wanted.int64s[index], sorted.int64s + row * columns, count: columns, right: right)
        result.int64s[index] = Int64(place)
      }
    }
    return result
  }

  /// Where an element is among those of `others`, as a bool tensor. NaN is among none.
  ///
  /// - Complexity: O((n + m) log m) for n elements and m others.
  public func isIn(_ others: Tensor) throws -> Tensor {
    let dtype = DType.promoted(self, others)
    let (sorted, wanted) = try GradientMode.with(false) {
      let row = try others.to(dtype).reshape(Shape(others.elementCount)).sort(0).values
      return (try row.orderKeys("isin"), try to(dtype).orderKeys("isin"))
    }
    let result = try Tensor(uninitialized: shape, .bool, "isin")
    let (count, nan) = (others.elementCount, dtype.isFloating ? Backend.nanKey : nil)
    for index in 0..<elementCount {
      let key = wanted.int64s[index]
      let place = Backend.insertionPoint(of: key, sorted.int64s, count: count, right: false)
      let isFound = place < count && sorted.int64s[place] == key && key != nan
      result.bytes[index] = isFound ? 1 : 0
    }
    return result
  }
}
