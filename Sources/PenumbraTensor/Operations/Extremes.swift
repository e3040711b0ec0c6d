/// Least and greatest elements, and their positions.

internal import CKernels

extension Tensor {
  /// The smallest value over the given dimensions; ties share the gradient.
  public func minimum(over dimensions: [Int]? = nil, keepDimensions: Bool = false) throws -> Tensor
  {
    try extremum("min", PN_MIN, dimensions, keepDimensions)
  }

  /// The greatest value over the given dimensions; ties share the gradient.
  public func maximum(over dimensions: [Int]? = nil, keepDimensions: Bool = false) throws -> Tensor
  {
    try extremum("max", PN_MAX, dimensions, keepDimensions)
  }

  private func extremum(
    _ name: StaticString, _ op: ReduceOp, _ dimensions: [Int]?, _ keepDimensions: Bool
  ) throws -> Tensor {
    guard dtype.isFloating || dtype == .int64 else {
      return try to(.int64).extremum(name, op, dimensions, keepDimensions).to(dtype)
    }
    let plan = try ReductionPlan(self, dimensions, name)
    try requireElements(plan.columns, name)
    let result = try reduce(op, plan, keepDimensions: keepDimensions, name)
    guard Tensor.isRecording(self) else { return result }
    let (x, y) = (Saved(self), SavedOutput(result))
    return try result.recorded(name, self) { gradient, into in
      try into(0) {
        let (x, y) = (try x.value(into), try y.value(into))
        let share = try GradientMode.with(false) {
          let winners = try x.eq(y.spread(plan.fullShape, x.shape)).to(x.dtype)
          return try winners.div(winners.sum(plan.reduced, keepDimensions: true))
        }
        return try gradient.spread(plan.fullShape, x.shape).mul(share)
      }
    }
  }

  /// Position of the first smallest element along a dimension (of all, row-major, by default).
  public func argMinimum(_ dimension: Int? = nil, keepDimensions: Bool = false) throws -> Tensor {
    try argument("argmin", 0, dimension, keepDimensions)
  }

  /// Position of the first greatest element along a dimension (of all, row-major, by default).
  public func argMaximum(_ dimension: Int? = nil, keepDimensions: Bool = false) throws -> Tensor {
    try argument("argmax", 1, dimension, keepDimensions)
  }

  private func argument(
    _ name: StaticString, _ kind: Int32, _ dimension: Int?, _ keepDimensions: Bool
  ) throws -> Tensor {
    let source = dtype.isFloating ? self : try to(.int64)
    let plan = try ReductionPlan(self, dimension.map { [$0] }, name)
    try requireElements(plan.columns, name)
    let result = try Tensor(
      uninitialized: keepDimensions ? plan.fullShape : plan.keptShape, .int64, name)
    Backend.argReduceRows(
      kind, try plan.arranged(source), rows: plan.rows, columns: plan.columns, into: result)
    return result
  }

  /// The smallest element of each row along a dimension, and the position of the first such; its
  /// derivative belongs to that element alone.
  public func minimum(along dimension: Int, keepDimension: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    if rank == 0 { return try asVectorPair { try $0.minimum(along: dimension) } }
    let axis = try self.dimension(dimension, "min")
    let positions = try argument("min", 0, axis, true)
    return try picked(axis, positions, keepDimension: keepDimension)
  }

  /// The greatest element of each row along a dimension, and the position of the first such; its
  /// derivative belongs to that element alone.
  public func maximum(along dimension: Int, keepDimension: Bool = false) throws -> (
    values: Tensor, indices: Tensor
  ) {
    if rank == 0 { return try asVectorPair { try $0.maximum(along: dimension) } }
    let axis = try self.dimension(dimension, "max")
    let positions = try argument("max", 1, axis, true)
    return try picked(axis, positions, keepDimension: keepDimension)
  }

  /// The smallest and the greatest value over the given dimensions (all by default); ties share the
  /// gradient.
  public func extrema(_ dimensions: [Int]? = nil, keepDimensions: Bool = false) throws -> (
    minimum: Tensor, maximum: Tensor
  ) {
    try requireElements(ReductionPlan(self, dimensions, "aminmax").columns, "aminmax")
    return (
      try minimum(over: dimensions, keepDimensions: keepDimensions),
      try maximum(over: dimensions, keepDimensions: keepDimensions)
    )
  }
}
