/// Writing and adding single elements at positions given by an integer tensor: the opposite of `gather`.

extension Tensor {
  /// A copy with source[i][j]... added at [index[i][j]][j]... for dimension 1, and so on
  /// (PyTorch's scatter_add). Several sources may meet in one place.
  ///
  /// - Parameters:
  ///   - index: int64 of this tensor's rank, within this shape but for `dimension`.
  ///   - source: of this dtype; at least as large as `index` in every dimension.
  public func scatterAdd(_ dimension: Int, _ index: Tensor, _ source: Tensor) throws -> Tensor {
    if rank == 0 {
      return try asVector {
        try $0.scatterAdd(dimension, index.atLeast(1), source.atLeast(1))
      }
    }
    let (places, part) = try scattered(dimension, index, source, "scatter_add")
    return try addingSlices(part, at: places)
  }

  /// A copy with source[i][j]... at [index[i][j]][j]... for dimension 1, and so on (PyTorch's
  /// scatter). Of several sources for one place the last one, in row-major order, stays and has the
  /// derivative.
  public func scatter(_ dimension: Int, _ index: Tensor, _ source: Tensor) throws -> Tensor {
    if rank == 0 {
      return try asVector { try $0.scatter(dimension, index.atLeast(1), source.atLeast(1)) }
    }
    let (places, part) = try scattered(dimension, index, source, "scatter")
    return try replacingSlices(part, at: places)
  }

  /// A copy with a number at the places that `scatter` writes to.
  public func scatter(_ dimension: Int, _ index: Tensor, value: Double) throws -> Tensor {
    if rank == 0 {
      return try asVector { try $0.scatter(dimension, index.atLeast(1), value: value) }
    }
    let axis = try self.dimension(dimension, "scatter")
    return try fillingSlices(value, at: gatherPlaces(axis, index, "scatter"))
  }

  /// The places that an index names, and the part of the source that goes there.
  func scattered(
    _ dimension: Int, _ index: Tensor, _ source: Tensor, _ operation: StaticString
  ) throws -> (SlicePlaces, Tensor) {
    let axis = try self.dimension(dimension, "\(operation)")
    try requireSameType(source, operation)
    let places = try gatherPlaces(axis, index, operation)
    var part = source
    for d in 0..<rank {
      guard source.rank == rank, source.shape[d] >= index.shape[d] else {
        throw TensorError(
          .shape, "\(operation)", argument: "source", expected: "at least \(index.shape)",
          got: "\(source.shape)")
      }
      if part.shape[d] > index.shape[d] {
        part = try part.narrow(d, start: 0, count: index.shape[d])
      }
    }
    return (places, part)
  }

  func requireSameType(_ source: Tensor, _ operation: StaticString) throws {
    guard source.dtype == dtype else {
      throw TensorError(
        .dtype, "\(operation)", argument: "source", expected: dtype.name, got: source.dtype.name)
    }
  }
}
