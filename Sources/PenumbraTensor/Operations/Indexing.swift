/// Reading at positions given by integer tensors and masks. Positions count from 0 here.

extension Tensor {
  /// The slices of a dimension at the given positions.
  ///
  /// - Parameter index: int64 [m]; result: this shape with extent m in that dimension.
  /// - Complexity: O(size of the result).
  public func indexSelect(_ dimension: Int, _ index: Tensor) throws -> Tensor {
    if rank == 0 {
      guard index.elementCount == 1 else {
        throw TensorError(
          .shape, "index_select", argument: "index", expected: "one index into a scalar",
          got: "\(index.shape)")
      }
      return try asVector { try $0.indexSelect(dimension, index) }
    }
    let axis = try self.dimension(dimension, "index_select")
    let positions = try index.positions(below: shape[axis], "index_select")
    var target = shape
    target[axis] = positions.elementCount
    return try slices(
      at: SlicePlaces(
        operation: "index_select", layout: SliceLayout(shape, axis), positions: positions), target)
  }

  /// result[i][j]... = self[i][index[i][j]]... for dimension 1, and so on (PyTorch's gather).
  public func gather(_ dimension: Int, _ index: Tensor) throws -> Tensor {
    if rank == 0 || index.rank == 0 {
      return try atLeast(1).gather(dimension, index.atLeast(1)).reshape(index.shape)
    }
    let axis = try self.dimension(dimension, "gather")
    return try slices(at: gatherPlaces(axis, index, "gather"), index.shape)
  }

  /// As `gather`, with the other dimensions of both broadcast to each other; without a dimension, the
  /// elements at positions in row-major order.
  public func takeAlongDimension(_ index: Tensor, _ dimension: Int? = nil) throws -> Tensor {
    guard let dimension else { return try flatten().gather(0, index.flatten()) }
    let axis = try self.dimension(dimension, "take_along_dim")
    var (own, other) = (shape, index.shape)
    guard own.rank == other.rank else {
      throw TensorError(
        .shape, "take_along_dim", argument: "index", expected: "\(rank) dimensions",
        got: "\(index.shape)")
    }
    (own[axis], other[axis]) = (1, 1)
    var target = try Shape.broadcast(own, other, "take_along_dim")
    target[axis] = shape[axis]
    let source = try expand(to: target)
    target[axis] = index.shape[axis]
    return try source.gather(axis, index.expand(to: target))
  }

  /// The elements at positions in row-major order, in the index's shape.
  public func take(_ index: Tensor) throws -> Tensor {
    try slices(at: flatPlaces(index, "take"), index.shape)
  }

  /// Places of single elements, counted in row-major order.
  func flatPlaces(_ index: Tensor, _ operation: StaticString) throws -> SlicePlaces {
    SlicePlaces(
      operation: operation, layout: SliceLayout(flat: elementCount),
      positions: try index.positions(below: elementCount, operation))
  }

  /// The places of the elements that `gather` reads and `scatter` writes.
  func gatherPlaces(_ axis: Int, _ index: Tensor, _ operation: StaticString) throws -> SlicePlaces {
    var (limit, got) = (shape, index.shape)
    if got.rank == limit.rank { (limit[axis], got[axis]) = (0, 0) }
    guard got.rank == limit.rank, zip(got.array, limit.array).allSatisfy({ $0 <= $1 }) else {
      throw TensorError(
        .shape, "\(operation)", argument: "index",
        expected: "at most \(shape) but for dimension \(axis + 1)", got: "\(index.shape)")
    }
    let positions = try index.positions(below: shape[axis], operation)
    var steps = shape.contiguousStrides
    let step = Int64(steps[axis])
    steps[axis] = 0
    let values = positions.int64s
    if positions.elementCount > 0 {
      StridedLoop(index.shape, positions.strides, steps).forEachRun { run in
        for element in 0..<run.count {
          let place = run.offsets.0 + element * run.strides.0
          values[place] = values[place] * step + Int64(run.offsets.1 + element * run.strides.1)
        }
      }
    }
    return SlicePlaces(
      operation: operation, layout: SliceLayout(flat: elementCount), positions: positions)
  }

  /// The elements at which the mask is true, in row-major order; both broadcast to each other.
  public func maskedSelect(_ mask: Tensor) throws -> Tensor {
    try mask.requireMask("masked_select")
    let target = try Shape.broadcast(shape, mask.shape, "masked_select")
    let places = try mask.expand(to: target).nonzeroPositions()
    return try expand(to: target).slices(
      at: SlicePlaces(
        operation: "masked_select", layout: SliceLayout(flat: target.elementCount),
        positions: places), places.shape)
  }

  func requireMask(_ operation: StaticString) throws {
    guard dtype == .bool else {
      throw TensorError(
        .dtype, "\(operation)", argument: "mask", expected: "a bool tensor", got: dtype.name)
    }
  }

  /// Row-major positions of the true elements.
  package func nonzeroPositions() throws -> Tensor {
    let flags = try ne(0)
    let count = Int(try flags.to(.int64).sum().item())
    let result = try Tensor(uninitialized: Shape(count), .int64, "nonzero")
    var next = 0
    for element in 0..<elementCount where flags.bytes[element] != 0 {
      result.int64s[next] = Int64(element)
      next += 1
    }
    return result
  }

  /// 1 at each label's place: [...] → [..., classes], float32.
  public func oneHot(_ classes: Int) throws -> Tensor {
    let labels = try positions(below: classes, "one_hot")
    var target = shape
    guard rank < Dimensions.maximumRank else {
      throw TensorError(.shape, "one_hot", expected: "at most 7 dimensions", got: "\(rank)")
    }
    target.append(classes)
    let result = try Tensor.zeros(target)
    for element in 0..<elementCount {
      result.floats[element * classes + Int(labels.int64s[element])] = 1
    }
    return result
  }
}
