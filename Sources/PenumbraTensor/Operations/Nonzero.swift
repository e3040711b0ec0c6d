/// Where a tensor is not zero.

extension Tensor {
  /// The position of each element that is not zero, in row-major order: [n, rank], counted from 0.
  public func nonzero() throws -> Tensor {
    let flat = try GradientMode.with(false) { try nonzeroPositions() }
    let count = flat.elementCount
    let result = try Tensor(uninitialized: Shape(count, rank), .int64, "nonzero")
    for element in 0..<count {
      var rest = Int(flat.int64s[element])
      for axis in stride(from: rank - 1, through: 0, by: -1) {
        result.int64s[element * rank + axis] = Int64(rest % shape[axis])
        rest /= shape[axis]
      }
    }
    return result
  }

  /// The same as a vector [n] for each dimension; a scalar counts as a vector of one element.
  public func nonzeroByDimension() throws -> [Tensor] {
    let positions = try (rank == 0 ? reshape(Shape(1)) : self).nonzero()
    return try (0..<positions.shape[1]).map { try positions.select(1, $0).contiguous() }
  }
}
