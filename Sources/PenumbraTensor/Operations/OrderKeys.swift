/// Rows along a dimension seen by the order of their elements.

extension Tensor {
  /// Contiguous int64 keys in the order of the elements; see `Backend.orderKeys`.
  func orderKeys(_ operation: StaticString) throws -> Tensor {
    let source = try contiguousValues()
    let keys = try Tensor(uninitialized: shape, .int64, operation)
    Backend.orderKeys(source, into: keys)
    return keys
  }

  /// The order key that no element but NaN has; nil for integers.
  var nanKey: Int64? { dtype.isFloating ? Backend.nanKey : nil }

  /// Positions along `axis` that `choose` picks in each row, given the row's order keys: int64 of
  /// this shape with extent `count` there, contiguous.
  func chosenPositions(
    _ axis: Int, count: Int, _ operation: StaticString,
    _ choose: (_ keys: UnsafePointer<Int64>, _ positions: UnsafeMutablePointer<Int64>) -> Void
  ) throws -> Tensor {
    guard axis == rank - 1 else {
      let moved = try GradientMode.with(false) { try transpose(axis, -1) }
      return try moved.chosenPositions(rank - 1, count: count, operation, choose)
        .transpose(axis, -1).contiguous()
    }
    var target = shape
    target[axis] = count
    let result = try Tensor(uninitialized: target, .int64, operation)
    if result.elementCount == 0 { return result }
    let keys = try orderKeys(operation)
    for row in 0..<(result.elementCount / count) {
      choose(keys.int64s + row * shape[axis], result.int64s + row * count)
    }
    return result
  }

  /// The elements at chosen positions, and the positions; without the dimension unless it is kept.
  func picked(_ axis: Int, _ positions: Tensor, keepDimension: Bool) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let values = try gather(axis, positions)
    if keepDimension { return (values, positions) }
    return (try values.squeeze(axis), try positions.squeeze(axis))
  }

  /// Memory for `count` elements of a type without references, released with its owner.
  static func scratch<Element: BitwiseCopyable>(
    _ type: Element.Type, _ count: Int, _ operation: StaticString
  ) throws -> (owner: Tensor, start: UnsafeMutablePointer<Element>) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    let owner = try Tensor(
      uninitialized: Shape(overflow ? Int.max : bytes), .uint8, operation)
    return (owner, owner.address.assumingMemoryBound(to: Element.self))
  }

  func requireRow(_ axis: Int, _ operation: StaticString) throws {
    guard shape[axis] > 0 else {
      throw TensorError(
        .shape, "\(operation)", expected: "at least one element along the dimension",
        got: "shape \(shape)")
    }
  }
}
