/// The k-th smallest element, the median and the mode.

extension Tensor {
  /// The `k`-th smallest element of each row along a dimension, k counted from 1, and its position.
  /// NaN counts as greater than every number; of equal elements the k-th is the one a stable sort
  /// would put there.
  ///
  /// - Throws: `TensorError` unless 1 ≤ k ≤ the extent.
  /// - Complexity: O(n) for each row of n elements.
  public func kthValue(_ k: Int, _ dimension: Int = -1, keepDimension: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    if rank == 0 { return try asVectorPair { try $0.kthValue(k, dimension) } }
    let axis = try self.dimension(dimension, "kthvalue")
    guard k >= 1, k <= shape[axis] else {
      throw TensorError(
        .value, "kthvalue", argument: "k", expected: "1 to \(shape[axis])", got: "\(k)")
    }
    let positions = try rankedPositions(axis, "kthvalue") { _ in k - 1 }
    return try picked(axis, positions, keepDimension: keepDimension)
  }

  /// The median of all elements, of an even number the lower of the two middle ones; NaN if one is
  /// NaN or there are none. Elements equal to it share the gradient.
  ///
  /// - Complexity: O(n)
  public func median() throws -> Tensor { try middle("median", ignoringNaN: false) }

  /// The median of each row along a dimension, and its position; see `median()`.
  public func median(along dimension: Int, keepDimension: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    try middle("median", along: dimension, keepDimension, ignoringNaN: false)
  }

  /// The median of all elements that are not NaN; see `median()`.
  public func nanMedian() throws -> Tensor { try middle("nanmedian", ignoringNaN: true) }

  /// The median of each row's elements that are not NaN, and its position; see `median()`.
  public func nanMedian(along dimension: Int, keepDimension: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    try middle("nanmedian", along: dimension, keepDimension, ignoringNaN: true)
  }

  private func middle(
    _ name: StaticString, along dimension: Int, _ keepDimension: Bool, ignoringNaN: Bool
  ) throws -> (values: Tensor, indices: Tensor) {
    if rank == 0 {
      return try asVectorPair {
        try $0.middle(name, along: dimension, false, ignoringNaN: ignoringNaN)
      }
    }
    let axis = try self.dimension(dimension, "\(name)")
    try requireRow(axis, name)
    let (count, nanKey) = (shape[axis], nanKey)
    let positions = try rankedPositions(axis, name) { keys in
      guard let nanKey else { return (count - 1) / 2 }
      var numbers = 0
      for index in 0..<count where keys[index] != nanKey { numbers += 1 }
      // NaN stands behind the numbers, the first one at their count.
      if ignoringNaN { return (max(numbers, 1) - 1) / 2 }
      return numbers < count ? numbers : (count - 1) / 2
    }
    return try picked(axis, positions, keepDimension: keepDimension)
  }

  private func middle(_ name: StaticString, ignoringNaN: Bool) throws -> Tensor {
    guard elementCount > 0 else {
      guard dtype.isFloating else {
        throw TensorError(
          .shape, "\(name)", expected: "at least one element", got: "shape \(shape)")
      }
      return try Tensor.scalar(.nan, dtype: dtype)
    }
    let result = try GradientMode.with(false) {
      try reshape(Shape(elementCount))
        .middle(name, along: 0, false, ignoringNaN: ignoringNaN).values
    }
    guard Tensor.isRecording(self) else { return result }
    let (x, y) = (Saved(self), try result.copied())
    return try result.recorded(name, self) { gradient, into in
      try into(0) { try gradient.mul(x.value(into).shareOfEqual(to: y)) }
    }
  }

  /// 1/m at each of the m elements that equal a value (that are NaN for NaN), 0 elsewhere.
  private func shareOfEqual(to value: Tensor) throws -> Tensor {
    try GradientMode.with(false) {
      let winners = try value.item().isNaN ? isNaN() : eq(value)
      return try winners.to(dtype).div(winners.sum().to(dtype))
    }
  }

  /// The smallest of the most frequent elements of each row along a dimension, and the position of
  /// its last occurrence. NaNs count as equal to each other.
  ///
  /// - Complexity: O(n) for each row of n elements (a radix sort).
  public func mode(_ dimension: Int = -1, keepDimension: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    if rank == 0 { return try asVectorPair { try $0.mode(dimension) } }
    let axis = try self.dimension(dimension, "mode")
    try requireRow(axis, "mode")
    let count = shape[axis]
    let scratch = try Tensor.scratch(Backend.Keyed.self, 2 * count, "mode")
    let order = try Tensor.scratch(Int64.self, count, "mode")
    let positions = try withExtendedLifetime((scratch.owner, order.owner)) {
      try chosenPositions(axis, count: 1, "mode") { keys, chosen in
        Backend.argSort(
          keys, count: count, descending: false, into: order.start, scratch: scratch.start)
        var (best, run) = (0, 0)
        for index in 0..<count {
          let position = order.start[index]
          let continues = index > 0 && keys[Int(position)] == keys[Int(order.start[index - 1])]
          run = continues ? run + 1 : 1
          guard run > best else { continue }
          (best, chosen[0]) = (run, position)
        }
      }
    }
    return try picked(axis, positions, keepDimension: keepDimension)
  }

  /// For each row along `axis` the position of the element at a rank, with extent 1 there.
  private func rankedPositions(
    _ axis: Int, _ name: StaticString, _ rank: (_ keys: UnsafePointer<Int64>) -> Int
  ) throws -> Tensor {
    let count = shape[axis]
    let scratch = try Tensor.scratch(UInt64.self, count, name)
    return try withExtendedLifetime(scratch.owner) {
      try chosenPositions(axis, count: 1, name) { keys, positions in
        positions[0] = Backend.position(
          atRank: rank(keys), keys, count: count, scratch: scratch.start)
      }
    }
  }
}
