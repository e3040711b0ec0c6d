/// Sums of products over any dimensions of two tensors, as one matrix product.

extension Tensor {
  /// Σ over dimensions of this tensor and as many of the other, pair by pair.
  ///
  /// The result has this tensor's other dimensions, then the other's. An extent of 1 broadcasts.
  /// - Throws: `TensorError` where the extents of a pair differ.
  public func tensordot(_ other: Tensor, _ dimensions: [Int], _ otherDimensions: [Int]) throws
    -> Tensor
  {
    guard dimensions.count == otherDimensions.count else {
      throw TensorError(
        .shape, "tensordot", argument: "dims", expected: "as many dimensions of both tensors",
        got: "\(dimensions.count) and \(otherDimensions.count)")
    }
    let first = try axes(dimensions, "tensordot")
    let second = try other.axes(otherDimensions, "tensordot")
    var (left, right) = (self, other)
    for (a, b) in zip(first, second) where shape[a] != other.shape[b] {
      if shape[a] == 1 {
        right = try right.sum([b], keepDimensions: true)
      } else if other.shape[b] == 1 {
        left = try left.sum([a], keepDimensions: true)
      } else {
        throw TensorError(
          .shape, "tensordot", argument: "dims",
          expected: "\(shape[a]) elements in dimension \(b + 1) of argument 2, as dimension "
            + "\(a + 1) of argument 1 has", got: "\(other.shape[b])")
      }
    }
    return try left.contracted(right, first, second, "tensordot")
  }

  /// The last `count` dimensions of this tensor with the first of the other.
  public func tensordot(_ other: Tensor, count: Int = 2) throws -> Tensor {
    guard count >= 0, count <= rank, count <= other.rank else {
      throw TensorError(
        .shape, "tensordot", argument: "dims",
        expected: "0 to \(min(rank, other.rank)) dimensions", got: "\(count)")
    }
    return try tensordot(other, Array((rank - count)..<rank), Array(0..<count))
  }

  private func axes(_ dimensions: [Int], _ operation: String) throws -> [Int] {
    var seen: [Int] = []
    for dimension in dimensions {
      let axis = try self.dimension(dimension, operation)
      guard !seen.contains(axis) else {
        throw TensorError(
          .shape, operation, argument: "dims", "dimension \(axis + 1) is named twice")
      }
      seen.append(axis)
    }
    return seen
  }

  /// Σ over `first` here and `second` there, whose extents agree, as [M, K] · [K, N].
  func contracted(_ other: Tensor, _ first: [Int], _ second: [Int], _ operation: StaticString)
    throws
    -> Tensor
  {
    let keptA = (0..<rank).filter { !first.contains($0) }
    let keptB = (0..<other.rank).filter { !second.contains($0) }
    let target = try Shape(
      keptA.map { shape[$0] } + keptB.map { other.shape[$0] }, operation: "\(operation)")
    let sides = (
      extents(keptA), extents(first), other.extents(keptB)
    )
    let left = try permute(keptA + first).reshape(Shape(sides.0, sides.1))
    let right = try other.permute(second + keptB).reshape(Shape(sides.1, sides.2))
    return try left.matmul(right).reshape(target)
  }

  /// The product of some extents.
  func extents(_ dimensions: [Int]) -> Int { dimensions.reduce(1) { $0 &* shape[$1] } }
}
