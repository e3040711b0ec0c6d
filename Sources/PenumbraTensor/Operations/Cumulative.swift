/// Running sums, products and extremes along a dimension.

extension Tensor {
  /// result[i] = x[0] + ... + x[i] along a dimension. Integers and booleans are summed as int64;
  /// floats in double precision.
  public func cumulativeSum(_ dimension: Int) throws -> Tensor {
    guard dtype.isFloating || dtype == .int64 else {
      return try to(.int64).cumulativeSum(dimension)
    }
    if rank == 0 { return try asVector { try $0.cumulativeSum(dimension) } }
    let axis = try self.dimension(dimension, "cumsum")
    let result = try accumulated(axis, product: false, "cumsum")
    guard Tensor.isRecording(self) else { return result }
    return try result.recorded("cumsum", self) { gradient, into in
      try into(0) { try gradient.reversedCumulativeSum(axis) }
    }
  }

  /// result[i] = x[0] · ... · x[i] along a dimension. Integers and booleans are multiplied as int64;
  /// floats in double precision. The derivatives hold at zeros too.
  public func cumulativeProduct(_ dimension: Int) throws -> Tensor {
    guard dtype.isFloating || dtype == .int64 else {
      return try to(.int64).cumulativeProduct(dimension)
    }
    if rank == 0 { return try asVector { try $0.cumulativeProduct(dimension) } }
    let axis = try self.dimension(dimension, "cumprod")
    if Tensor.isRecording(self), try eq(0).any() { return try doublingProduct(axis) }
    let result = try accumulated(axis, product: true, "cumprod")
    guard Tensor.isRecording(self) else { return result }
    let (x, y) = (Saved(self), SavedOutput(result))
    return try result.recorded("cumprod", self) { gradient, into in
      try into(0) {
        try gradient.mul(y.value(into)).reversedCumulativeSum(axis).div(x.value(into))
      }
    }
  }

  /// The running product from products of 1, 2, 4, ... neighbours, whose derivatives divide by
  /// nothing and so hold at zeros. O(n log n).
  private func doublingProduct(_ axis: Int) throws -> Tensor {
    var (result, reach) = (self, 1)
    let extent = shape[axis]
    while reach < extent {
      let later = try result.narrow(axis, start: reach, count: extent - reach)
        .mul(result.narrow(axis, start: 0, count: extent - reach))
      result = try Tensor.cat([result.narrow(axis, start: 0, count: reach), later], axis)
      reach *= 2
    }
    return try result === self ? clone() : result
  }

  private func accumulated(_ axis: Int, product: Bool, _ name: StaticString) throws -> Tensor {
    let source = try contiguousValues()
    let result = try Tensor(uninitialized: shape, dtype, name)
    Backend.accumulate(source, product: product, ScanPlan(shape, axis), into: result)
    return result
  }

  /// result[i] = x[i] + ... + x[n] along a dimension.
  private func reversedCumulativeSum(_ axis: Int) throws -> Tensor {
    try flip([axis]).cumulativeSum(axis).flip([axis])
  }

  /// The greatest of x[0] ... x[i] along a dimension, and its position, the latest of equal ones.
  public func cumulativeMaximum(_ dimension: Int) throws -> (values: Tensor, indices: Tensor) {
    try runningExtreme("cummax", dimension, smallest: false)
  }

  /// The smallest of x[0] ... x[i] along a dimension, and its position, the latest of equal ones.
  public func cumulativeMinimum(_ dimension: Int) throws -> (values: Tensor, indices: Tensor) {
    try runningExtreme("cummin", dimension, smallest: true)
  }

  private func runningExtreme(_ name: StaticString, _ dimension: Int, smallest: Bool) throws -> (
    values: Tensor, indices: Tensor
  ) {
    if rank == 0 {
      return try asVectorPair { try $0.runningExtreme(name, dimension, smallest: smallest) }
    }
    let axis = try self.dimension(dimension, "\(name)")
    let positions = try Tensor(uninitialized: shape, .int64, name)
    Backend.runningExtremes(
      try orderKeys(name), smallest: smallest, nanKey: nanKey, ScanPlan(shape, axis),
      into: positions)
    return (try gather(axis, positions), positions)
  }
}
