/// Tensors repeated and reversed.

extension Tensor {
  /// This tensor laid out `counts[d]` times along each dimension d (PyTorch's `repeat`).
  ///
  /// - Parameter counts: at least as many as there are dimensions; more of them add leading ones.
  /// - Throws: `TensorError` for too few or negative counts, or when memory is short.
  public func repeated(_ counts: Shape) throws -> Tensor {
    guard counts.rank >= rank else {
      throw TensorError(
        .shape, "repeat", argument: "counts", expected: "at least \(rank) counts", got: "\(counts)")
    }
    var target = Shape(repeating: 1, rank: counts.rank)
    for index in 0..<rank { target[counts.rank - rank + index] = shape[index] }
    var result = try reshape(target)
    for index in 0..<counts.rank where counts[index] != 1 {
      let (extent, overflow) = target[index].multipliedReportingOverflow(by: counts[index])
      guard counts[index] >= 0, !overflow else {
        throw TensorError(
          .shape, "repeat", argument: "counts",
          expected: "sizes of at least 0 that memory can hold",
          got: "\(counts)")
      }
      // [left, right] → [left, count, right], whose rows are the repeated blocks
      let left = (0..<index).reduce(1) { $0 * target[$1] }
      let right = (index..<target.rank).reduce(1) { $0 * target[$1] }
      target[index] = extent
      result = try result.reshape(Shape(left, 1, right))
        .expand(to: Shape(left, counts[index], right)).reshape(target)
    }
    return try result.storage === storage ? result.clone() : result
  }

  /// A copy with the order along the given dimensions reversed.
  public func flip(_ dimensions: [Int]) throws -> Tensor {
    let axes = try dimensions.map { try dimension($0, "flip") }
    guard Set(axes).count == axes.count else {
      throw TensorError(.shape, "flip", argument: "dims", "a dimension is named twice")
    }
    var result = self
    for axis in axes where shape[axis] > 1 {
      result = try result.narrow(axis, start: shape[axis] - 1, count: shape[axis], step: -1)
    }
    return try result.clone()
  }
}
