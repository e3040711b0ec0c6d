/// Running sums along a dimension.

extension Tensor {
  /// result[i] = x[0] + ... + x[i] along a dimension. Integers and booleans are summed as int64;
  /// floats in double precision.
  public func cumulativeSum(_ dimension: Int) throws -> Tensor {
    guard dtype.isFloating || dtype == .int64 else {
      return try to(.int64).cumulativeSum(dimension)
    }
    let axis = try self.dimension(dimension, "cumsum")
    let source = try contiguousValues()
    let result = try Tensor(uninitialized: shape, dtype, "cumsum")
    let extent = shape[axis]
    let inner = shape.contiguousStrides[axis]
    if elementCount > 0 {
      for first in 0..<(elementCount / extent) {
        let start = first / inner * inner * extent + first % inner
        Tensor.accumulate(source, from: start, count: extent, step: inner, into: result)
      }
    }
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("cumsum", self) { gradient, into in
      try into(0) { try gradient.flip([axis]).cumulativeSum(axis).flip([axis]) }
    }
  }

  /// The running sum of `count` elements, `step` apart; both tensors are contiguous.
  @inline(__always)
  private static func accumulate(
    _ x: Tensor, from start: Int, count: Int, step: Int, into y: Tensor
  ) {
    var total = 0.0
    var whole: Int64 = 0
    for index in 0..<count {
      let place = start + index * step
      switch x.dtype {
      case .float32:
        total += Double(x.floats[place])
        y.floats[place] = Float(total)
      case .float64:
        total += x.doublesPointer[place]
        y.doublesPointer[place] = total
      default:
        whole &+= x.int64s[place]
        y.int64s[place] = whole
      }
    }
  }
}
