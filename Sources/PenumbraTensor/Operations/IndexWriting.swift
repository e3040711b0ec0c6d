/// Whole slices, single elements and masked elements written or added at given places.

extension Tensor {
  /// A copy to which slice i of the source, times `scale`, is added at position index[i] of a
  /// dimension (PyTorch's index_add). Several slices may meet in one place.
  ///
  /// - Parameters:
  ///   - index: int64 [m]
  ///   - source: this dtype and shape, with extent m in that dimension.
  /// - Complexity: O(size of this tensor + size of the source).
  public func indexAdd(
    _ dimension: Int, _ index: Tensor, _ source: Tensor, scale: Double = 1
  ) throws -> Tensor {
    if rank == 0 {
      return try asVector {
        try $0.indexAdd(dimension, index, source.atLeast(1), scale: scale)
      }
    }
    let places = try slicePlaces(dimension, index, source, "index_add")
    guard dtype.isFloating || scale.rounded() == scale else {
      throw TensorError(
        .value, "index_add", argument: "alpha", expected: "an integer for \(dtype) tensors",
        got: "\(scale)")
    }
    return try addingSlices(scale == 1 ? source : source.mul(scale).to(dtype), at: places)
  }

  /// A copy with slice i of the source at position index[i] of a dimension (PyTorch's index_copy).
  /// Of several slices for one place the last one stays and has the derivative.
  public func indexCopy(_ dimension: Int, _ index: Tensor, _ source: Tensor) throws -> Tensor {
    if rank == 0 {
      return try asVector { try $0.indexCopy(dimension, index, source.atLeast(1)) }
    }
    return try replacingSlices(source, at: slicePlaces(dimension, index, source, "index_copy"))
  }

  /// A copy with a number in the slices of a dimension at the given positions.
  public func indexFill(_ dimension: Int, _ index: Tensor, _ value: Double) throws -> Tensor {
    if rank == 0 { return try asVector { try $0.indexFill(dimension, index, value) } }
    return try fillingSlices(value, at: slicePlaces(dimension, index, nil, "index_fill"))
  }

  /// A copy in which each slice of a dimension at index[i] holds the product, mean, maximum or minimum
  /// of the source's slices i that meet there and, unless `includeSelf` is false, of the old one
  /// (PyTorch's index_reduce); see `scatterReduce`.
  public func indexReduce(
    _ dimension: Int, _ index: Tensor, _ source: Tensor, _ reduction: ScatterReduction,
    includeSelf: Bool = true
  ) throws -> Tensor {
    if rank == 0 {
      return try asVector {
        try $0.indexReduce(
          dimension, index, source.atLeast(1), reduction, includeSelf: includeSelf)
      }
    }
    let axis = try self.dimension(dimension, "index_reduce")
    let places = try slicePlaces(axis, index, source, "index_reduce")
    var line = Shape(repeating: 1, rank: rank)
    line[axis] = places.positions.elementCount
    return try scatterReduce(
      axis, places.positions.reshape(line).expand(to: source.shape), source, reduction,
      includeSelf: includeSelf)
  }

  private func slicePlaces(
    _ dimension: Int, _ index: Tensor, _ source: Tensor?, _ operation: StaticString
  ) throws -> SlicePlaces {
    let axis = try self.dimension(dimension, "\(operation)")
    guard index.rank <= 1 else {
      throw TensorError(
        .shape, "\(operation)", argument: "index", expected: "one dimension", got: "\(index.shape)")
    }
    let positions = try index.positions(below: shape[axis], operation)
    if let source {
      try requireSameType(source, operation)
      var expected = shape
      expected[axis] = positions.elementCount
      guard source.shape == expected else {
        throw TensorError(
          .shape, "\(operation)", argument: "source", expected: "\(expected)",
          got: "\(source.shape)")
      }
    }
    return SlicePlaces(
      operation: operation, layout: SliceLayout(shape, axis), positions: positions)
  }

  /// A copy with the source's elements at positions in row-major order, or added there.
  ///
  /// - Parameter source: this dtype, as many elements as `index`.
  public func put(_ index: Tensor, _ source: Tensor, accumulate: Bool = false) throws -> Tensor {
    try requireSameType(source, "put")
    guard source.elementCount == index.elementCount else {
      throw TensorError(
        .shape, "put", argument: "source", expected: "\(index.elementCount) elements",
        got: "\(source.shape)")
    }
    let places = try flatPlaces(index, "put")
    return try accumulate
      ? addingSlices(source, at: places) : replacingSlices(source, at: places)
  }

  /// A copy with the source's first elements where the mask, which broadcasts to this shape, is true.
  public func maskedScatter(_ mask: Tensor, _ source: Tensor) throws -> Tensor {
    try mask.requireMask("masked_scatter")
    try requireSameType(source, "masked_scatter")
    let positions = try mask.stretched(to: shape, "masked_scatter", "mask").nonzeroPositions()
    let count = positions.elementCount
    guard source.elementCount >= count else {
      throw TensorError(
        .shape, "masked_scatter", argument: "source",
        expected: "at least \(count) elements, as many as the mask has true ones",
        got: "\(source.shape)")
    }
    let flat = try source.reshape(Shape(source.elementCount))
    return try replacingSlices(
      flat.narrow(0, start: 0, count: count),
      at: SlicePlaces(
        operation: "masked_scatter", layout: SliceLayout(flat: elementCount), positions: positions))
  }

  /// This tensor expanded to a shape, by an operation for whose argument it is.
  func stretched(to target: Shape, _ operation: StaticString, _ argument: String) throws -> Tensor {
    guard rank <= target.rank, let common = try? Shape.broadcast(shape, target, operation),
      common == target
    else {
      throw TensorError(
        .shape, "\(operation)", argument: argument,
        expected: "a shape that broadcasts to \(target)", got: "\(shape)")
    }
    return try expand(to: target)
  }
}
