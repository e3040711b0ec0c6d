/// Sorting along a dimension, and the greatest or smallest few.

extension Tensor {
  /// The elements in order along a dimension, and the position of each before. Equal elements keep
  /// their order; NaN counts as greater than every number, so it comes last (first when descending).
  ///
  /// - Complexity: O(n) for n elements (a radix sort).
  public func sort(_ dimension: Int = -1, descending: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    if rank == 0 { return try asVectorPair { try $0.sort(dimension) } }
    let axis = try self.dimension(dimension, "sort")
    let indices = try argSort(axis, descending: descending)
    return (try gather(axis, indices), indices)
  }

  /// The positions that put a dimension in order; see `sort`.
  public func argSort(_ dimension: Int = -1, descending: Bool = false) throws -> Tensor {
    if rank == 0 { return try asVector { try $0.argSort(dimension) } }
    let axis = try self.dimension(dimension, "sort")
    let count = shape[axis]
    let scratch = try Tensor.scratch(Backend.Keyed.self, 2 * count, "sort")
    return try withExtendedLifetime(scratch.owner) {
      let positions = try chosenPositions(axis, count: count, "sort") { keys, positions in
        Backend.argSort(
          keys, count: count, descending: descending, into: positions, scratch: scratch.start)
      }
      try Interruption.check("sort")
      return positions
    }
  }

  /// The `k` greatest (or smallest) elements of each row along a dimension, and their positions:
  /// from the greatest on (from the smallest on) when `sorted`, else by position. Of equal elements
  /// the first come first; NaN counts as greater than every number.
  ///
  /// - Throws: `TensorError` unless 0 ≤ k ≤ the extent.
  /// - Complexity: O(n + k log k) for each row of n elements.
  public func topK(
    _ k: Int, _ dimension: Int = -1, largest: Bool = true, sorted: Bool = true
  ) throws -> (values: Tensor, indices: Tensor) {
    if rank == 0 {
      return try asVectorPair { try $0.topK(k, dimension) }
    }
    let axis = try self.dimension(dimension, "topk")
    let count = shape[axis]
    guard k >= 0, k <= count else {
      throw TensorError(.value, "topk", argument: "k", expected: "0 to \(count)", got: "\(k)")
    }
    let scratch = try Tensor.scratch(UInt64.self, count, "topk")
    let spare = try Tensor.scratch(Backend.Keyed.self, 2 * k, "topk")
    let indices = try withExtendedLifetime((scratch.owner, spare.owner)) {
      try chosenPositions(axis, count: k, "topk") { keys, positions in
        Backend.firstPositions(
          k, keys, count: count, descending: largest, sorted: sorted, into: positions,
          scratch: scratch.start, spare: spare.start)
      }
    }
    return (try gather(axis, indices), indices)
  }
}
