/// Reading and adding at positions given by integer tensors. Positions count from 0 here.

internal import CKernels

extension Tensor {
  /// The slices of a dimension at the given positions.
  ///
  /// - Parameter index: int64 [m]; result: this shape with extent m in that dimension.
  public func indexSelect(_ dimension: Int, _ index: Tensor) throws -> Tensor {
    let axis = try self.dimension(dimension, "index_select")
    guard axis == 0 else {
      return try transpose(0, axis).indexSelect(0, index).transpose(0, axis)
    }
    let positions = try index.positions(below: shape[0], "index_select")
    let source = try contiguousValues()
    var target = shape
    target[0] = positions.elementCount
    let result = try Tensor(uninitialized: target, dtype, "index_select")
    Backend.gatherRows(source, positions, into: result)
    guard Tensor.isRecording(self) else { return result }
    let own = shape
    return try result.recorded("index_select", self) { gradient, into in
      try into(0) { try gradient.rowsAdded(at: positions, to: own) }
    }
  }

  /// Zeros of `target` to which row i of this tensor is added at position index[i].
  private func rowsAdded(at positions: Tensor, to target: Shape) throws -> Tensor {
    let result = try Tensor.zeros(target, dtype: dtype)
    Backend.scatterAddRows(try contiguousValues(), positions, into: result)
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("index_select", self) { gradient, into in
      try into(0) { try gradient.indexSelect(0, positions) }
    }
  }

  /// result[i][j]... = self[i][index[i][j]]... for dimension 1, and so on (PyTorch's gather).
  public func gather(_ dimension: Int, _ index: Tensor) throws -> Tensor {
    let axis = try self.dimension(dimension, "gather")
    let positions = try gatherPositions(axis, index, "gather")
    let result = try reshape(Shape(elementCount)).indexSelect(0, positions)
    return try result.reshape(index.shape)
  }

  /// Row-major positions in this tensor of the elements that `gather` reads.
  func gatherPositions(_ axis: Int, _ index: Tensor, _ operation: StaticString) throws
    -> Tensor
  {
    var (limit, got) = (shape, index.shape)
    if got.rank == limit.rank { (limit[axis], got[axis]) = (0, 0) }
    guard got.rank == limit.rank, zip(got.array, limit.array).allSatisfy({ $0 <= $1 }) else {
      throw TensorError(
        .shape, "\(operation)", argument: "index",
        expected: "at most \(shape) but for dimension \(axis + 1)", got: "\(index.shape)")
    }
    let checked = try index.positions(below: shape[axis], operation)
    let steps = shape.contiguousStrides
    let result = try Tensor(uninitialized: Shape(index.elementCount), .int64, operation)
    var position = Dimensions(repeating: 0, rank: index.rank)
    for element in 0..<index.elementCount {
      var target = Int(checked.int64s[element]) * steps[axis]
      for d in 0..<index.rank where d != axis { target += position[d] * steps[d] }
      result.int64s[element] = Int64(target)
      var d = index.rank - 1
      while d >= 0 {
        position[d] += 1
        if position[d] < index.shape[d] { break }
        position[d] = 0
        d -= 1
      }
    }
    return result
  }

  /// The elements at which the mask is true, in row-major order.
  public func maskedSelect(_ mask: Tensor) throws -> Tensor {
    guard mask.dtype == .bool, mask.shape == shape else {
      throw TensorError(
        .shape, "masked_select", argument: "mask", expected: "a bool tensor of shape \(shape)",
        got: "\(mask.dtype) \(mask.shape)")
    }
    return try reshape(Shape(elementCount)).indexSelect(0, mask.nonzeroPositions())
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

  /// Checked positions 0 ..< extent, contiguous int64; negative ones count from the end.
  private func positions(below extent: Int, _ operation: StaticString) throws -> Tensor {
    guard dtype == .int64 || dtype == .uint8 else {
      throw TensorError(
        .dtype, "\(operation)", argument: "index", expected: "an int64 tensor", got: dtype.name)
    }
    let result = try to(.int64).copied()
    for element in 0..<elementCount {
      let value = result.int64s[element]
      let position = value < 0 ? value &+ Int64(extent) : value
      guard position >= 0, position < extent else {
        throw TensorError(
          .index, "\(operation)", argument: "index", expected: "1 to \(extent), or negative",
          got: "\(value < 0 ? value : value &+ 1)")
      }
      result.int64s[element] = position
    }
    return result
  }
}
