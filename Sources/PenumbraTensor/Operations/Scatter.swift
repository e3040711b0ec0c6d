/// Adding at positions given by an integer tensor: the opposite of `gather`.

extension Tensor {
  /// A copy with source[i][j]... added at [index[i][j]][j]... for dimension 1, and so on
  /// (PyTorch's scatter_add). Several sources may meet in one place.
  ///
  /// - Parameters:
  ///   - index: int64 of this tensor's rank, within this shape but for `dimension`.
  ///   - source: of this dtype; at least as large as `index` in every dimension.
  public func scatterAdd(_ dimension: Int, _ index: Tensor, _ source: Tensor) throws -> Tensor {
    let axis = try self.dimension(dimension, "scatter_add")
    guard source.dtype == dtype else {
      throw TensorError(
        .dtype, "scatter_add", argument: "source", expected: dtype.name, got: source.dtype.name)
    }
    let positions = try gatherPositions(axis, index, "scatter_add")
    var part = source
    for d in 0..<rank {
      guard source.rank == rank, source.shape[d] >= index.shape[d] else {
        throw TensorError(
          .shape, "scatter_add", argument: "source", expected: "at least \(index.shape)",
          got: "\(source.shape)")
      }
      if part.shape[d] > index.shape[d] {
        part = try part.narrow(d, start: 0, count: index.shape[d])
      }
    }
    let result = try copied()
    try result.addFlat(part, at: positions)
    guard Tensor.isRecording(self, part) else { return result }
    let places = Saved(index)
    return try result.recorded("scatter_add", self, part) { gradient, into in
      try into(0) { gradient }
      try into(1) { try gradient.gather(axis, places.value(into)) }
    }
  }

  /// self[positions[i]] += part[i], both read in row-major order; this tensor is contiguous.
  private func addFlat(_ part: Tensor, at positions: Tensor) throws {
    if dtype.isFloating {
      let values = try part.contiguousValues()
      Backend.scatterAddRows(
        values.window(offset: values.offset, shape: Shape(part.elementCount), strides: Strides(1)),
        positions, into: self)
      return
    }
    let (total, values) = (try to(.int64), try part.to(.int64).contiguousValues())
    for element in 0..<part.elementCount {
      total.int64s[Int(positions.int64s[element])] &+= values.int64s[element]
    }
    if total !== self { Backend.copy(total, into: self) }
  }
}
