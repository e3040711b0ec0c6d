/// Tensors repeated, reversed, rolled and turned.

extension Tensor {
  /// This tensor laid out `counts[d]` times along each dimension d (PyTorch's `repeat` and `tile`).
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
    let axes = try dimensions.map { try vectorDimension($0, "flip") }
    guard Set(axes).count == axes.count else {
      throw TensorError(.shape, "flip", argument: "dims", "a dimension is named twice")
    }
    var result = self
    for axis in axes where rank > 0 && shape[axis] > 1 {
      result = try result.narrow(axis, start: shape[axis] - 1, count: shape[axis], step: -1)
    }
    return try result.clone()
  }

  /// Each slice of a dimension `count` times in a row; without a dimension, each element of all.
  public func repeatInterleave(_ count: Int, _ dimension: Int? = nil) throws -> Tensor {
    guard let dimension else { return try flatten().repeatInterleave(count, 0) }
    let axis = try self.dimension(dimension, "repeat_interleave")
    let (extent, overflow) = shape[axis].multipliedReportingOverflow(by: count)
    guard count >= 0, !overflow else {
      throw TensorError(
        .value, "repeat_interleave", argument: "repeats",
        expected: "a count of at least 0 that memory can hold", got: "\(count)")
    }
    var target = shape
    target[axis] = extent
    // [outer, extent, inner] → [outer · extent, count, inner]
    let layout = SliceLayout(shape, axis)
    let rows = layout.outer * layout.extent
    _ = try Tensor.checkedCount(target, dtype, "repeat_interleave")
    return try reshape(Shape(rows, 1, layout.inner))
      .expand(to: Shape(rows, count, layout.inner)).clone().reshape(target)
  }

  /// Slice i of a dimension counts[i] times in a row; without a dimension, element i of all.
  ///
  /// - Parameter counts: int64 [extent] or one number for all, at least 0.
  /// - Complexity: O(size of the result).
  public func repeatInterleave(_ counts: Tensor, _ dimension: Int? = nil) throws -> Tensor {
    guard let dimension else { return try flatten().repeatInterleave(counts, 0) }
    let axis = try self.dimension(dimension, "repeat_interleave")
    guard counts.dtype == .int64 || counts.dtype == .uint8, counts.rank <= 1,
      counts.elementCount == shape[axis] || counts.elementCount == 1
    else {
      throw TensorError(
        .shape, "repeat_interleave", argument: "repeats",
        expected: "an int64 tensor of shape [\(shape[axis])]",
        got: "\(counts.dtype) \(counts.shape)")
    }
    if counts.elementCount == 1 {
      return try repeatInterleave(Int(counts.integerItem()), axis)
    }
    return try indexSelect(axis, counts.repeatedPositions())
  }

  /// Position i counts[i] times.
  private func repeatedPositions() throws -> Tensor {
    let counts = try integers()
    var total = 0
    for count in counts {
      let (sum, overflow) = total.addingReportingOverflow(Int(count))
      guard count >= 0, !overflow else {
        throw TensorError(
          .value, "repeat_interleave", argument: "repeats",
          expected: "counts of at least 0 that memory can hold", got: "\(count)")
      }
      total = sum
    }
    let result = try Tensor(uninitialized: Shape(total), .int64, "repeat_interleave")
    var next = 0
    for (index, count) in counts.enumerated() {
      for _ in 0..<count {
        result.int64s[next] = Int64(index)
        next += 1
      }
    }
    return result
  }

  /// A copy with the elements moved forward by `shifts`, those beyond the end back to the start.
  ///
  /// - Parameter dimensions: as many as there are shifts, which add up where one is named twice; none
  ///   rolls all elements in row-major order by one shift.
  public func roll(_ shifts: [Int], _ dimensions: [Int] = []) throws -> Tensor {
    if dimensions.isEmpty, shifts.count == 1 {
      return try flatten().roll(shifts, [0]).reshape(shape)
    }
    guard dimensions.count == shifts.count, !shifts.isEmpty else {
      throw TensorError(
        .value, "roll", argument: "dims",
        expected: "as many dimensions as shifts (\(shifts.count))", got: "\(dimensions.count)")
    }
    var result = self
    for (shift, dimension) in zip(shifts, dimensions) {
      let axis = try self.dimension(dimension, "roll")
      let extent = max(shape[axis], 1)
      result = try result.rolled(axis, (shift % extent + extent) % extent)
    }
    return result
  }

  /// Forward by 0 ≤ shift < extent, in two runs.
  private func rolled(_ axis: Int, _ shift: Int) throws -> Tensor {
    let rest = shape[axis] - shift
    let result = try Tensor(uninitialized: shape, dtype, "roll")
    try GradientMode.with(false) {
      Backend.copy(
        try narrow(axis, start: 0, count: rest),
        into: try result.narrow(axis, start: shift, count: rest))
      Backend.copy(
        try narrow(axis, start: rest, count: shift),
        into: try result.narrow(axis, start: 0, count: shift))
    }
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("roll", self) { gradient, into in
      try into(0) { try gradient.rolled(axis, shift == 0 ? 0 : rest) }
    }
  }

  /// A copy turned `count` times by 90° from the first towards the second of two dimensions.
  public func rot90(_ count: Int = 1, _ dimensions: [Int] = [0, 1]) throws -> Tensor {
    let axes = try dimensions.map { try dimension($0, "rot90") }
    guard axes.count == 2, axes[0] != axes[1] else {
      throw TensorError(
        .shape, "rot90", argument: "dims", expected: "two different dimensions",
        got: "\(axes.map { $0 + 1 })")
    }
    return switch (count % 4 + 4) % 4 {
    case 1: try flip([axes[1]]).transpose(axes[0], axes[1])
    case 2: try flip(axes)
    case 3: try flip([axes[0]]).transpose(axes[0], axes[1])
    default: try clone()
    }
  }
}
