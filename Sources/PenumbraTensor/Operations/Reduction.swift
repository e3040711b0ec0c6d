/// Sums, means and their kin over none, one or several dimensions.

internal import CKernels

/// A tensor brought into the form [kept..., reduced...] for a reduction.
struct ReductionPlan {
  /// Reduced dimensions, ascending; all of them when none were given.
  let reduced: [Int]
  /// The result's shape with and without the reduced dimensions (as 1).
  let keptShape: Shape
  let fullShape: Shape
  let rows: Int
  let columns: Int
  /// Whether the reduced dimensions are the first ones of a contiguous tensor.
  let isLeading: Bool

  init(_ x: Tensor, _ dimensions: [Int]?, _ operation: StaticString) throws {
    var isReduced = InlineArray<8, Bool>(repeating: dimensions == nil)
    for dimension in dimensions ?? [] {
      let index = try x.dimension(dimension, "\(operation)")
      guard !isReduced[index] else {
        throw TensorError(
          .shape, "\(operation)", argument: "dim", "dimension \(index + 1) is named twice")
      }
      isReduced[index] = true
    }
    var (reduced, kept, full) = ([Int](), Shape(), x.shape)
    var (rows, columns) = (1, 1)
    for index in 0..<x.rank {
      if isReduced[index] {
        reduced.append(index)
        columns *= x.shape[index]
        full[index] = 1
      } else {
        kept.append(x.shape[index])
        rows *= x.shape[index]
      }
    }
    (self.reduced, keptShape, fullShape) = (reduced, kept, full)
    (self.rows, self.columns) = (rows, columns)
    isLeading = x.isContiguous && rows > 1 && reduced.last == reduced.count - 1
  }

  /// The values with the reduced dimensions last, contiguous.
  func arranged(_ x: Tensor) throws -> Tensor {
    let isTrailing = reduced.isEmpty || reduced.first == x.rank - reduced.count
    guard !isTrailing else { return try x.contiguousValues() }
    let kept = (0..<x.rank).filter { !reduced.contains($0) }
    return try x.alias().permute(kept + reduced).copied()
  }
}

extension Tensor {
  /// Reduces with a kernel, outside the graph; float sums are accumulated in double precision.
  private func reduce(
    _ op: ReduceOp, _ plan: ReductionPlan, keepDimensions: Bool, _ name: StaticString
  ) throws -> Tensor {
    let result = try Tensor(
      uninitialized: keepDimensions ? plan.fullShape : plan.keptShape, dtype, name)
    if plan.isLeading, dtype.isFloating, plan.columns > 0 {
      Backend.reduceColumns(op, self, rows: plan.columns, columns: plan.rows, into: result)
    } else {
      Backend.reduceRows(
        op, try plan.arranged(self), rows: plan.rows, columns: plan.columns, into: result)
    }
    return result
  }

  /// The sum over the given dimensions (all by default). Integers and booleans are summed as int64.
  public func sum(_ dimensions: [Int]? = nil, keepDimensions: Bool = false) throws -> Tensor {
    guard dtype.isFloating || dtype == .int64 else {
      return try to(.int64).sum(dimensions, keepDimensions: keepDimensions)
    }
    let plan = try ReductionPlan(self, dimensions, "sum")
    let result = try reduce(PN_SUM, plan, keepDimensions: keepDimensions, "sum")
    guard Tensor.isRecording(self) else { return result }
    let own = shape
    return try result.recorded("sum", self) { gradient, into in
      try into(0) { try gradient.spread(plan.fullShape, own) }
    }
  }

  /// The mean over the given dimensions (all by default).
  ///
  /// - Throws: `TensorError` for integers, as PyTorch does.
  public func mean(_ dimensions: [Int]? = nil, keepDimensions: Bool = false) throws -> Tensor {
    try requireFloating("mean")
    let count = try dimensions.map { try ReductionPlan(self, $0, "mean").columns } ?? elementCount
    return try sum(dimensions, keepDimensions: keepDimensions).mul(1 / Double(count))
  }

  /// The variance; divides by n − `correction`.
  public func variance(
    _ dimensions: [Int]? = nil, correction: Double = 1, keepDimensions: Bool = false
  ) throws -> Tensor {
    try requireFloating("var")
    let plan = try ReductionPlan(self, dimensions, "var")
    let centred = try sub(mean(dimensions, keepDimensions: true))
    let total = try centred.square().sum(dimensions, keepDimensions: keepDimensions)
    return try total.mul(1 / max(0, Double(plan.columns) - correction))
  }

  /// The square root of `variance`.
  public func standardDeviation(
    _ dimensions: [Int]? = nil, correction: Double = 1, keepDimensions: Bool = false
  ) throws -> Tensor {
    try variance(dimensions, correction: correction, keepDimensions: keepDimensions).sqrt()
  }

  /// The Euclidean norm √Σx²; its derivative at 0 is taken as 0.
  public func norm(_ dimensions: [Int]? = nil, keepDimensions: Bool = false) throws -> Tensor {
    try requireFloating("norm")
    let plan = try ReductionPlan(self, dimensions, "norm")
    let result = try GradientMode.with(false) {
      try square().sum(dimensions, keepDimensions: keepDimensions).sqrt()
    }
    guard Tensor.isRecording(self) else { return result }
    let (x, y) = (Saved(self), SavedOutput(result))
    return try result.recorded("norm", self) { gradient, into in
      try into(0) {
        let (x, y) = (try x.value(into), try y.value(into))
        let divisor = try y.maskedFill(y.eq(0), .infinity)
        return try x.mul(gradient.div(divisor).spread(plan.fullShape, x.shape))
      }
    }
  }

  /// The product over the given dimensions (all by default).
  public func product(_ dimensions: [Int]? = nil, keepDimensions: Bool = false) throws -> Tensor {
    guard dtype.isFloating || dtype == .int64 else {
      return try to(.int64).product(dimensions, keepDimensions: keepDimensions)
    }
    let plan = try ReductionPlan(self, dimensions, "prod")
    if Tensor.isRecording(self), try eq(0).any() {
      return try pairwiseProduct(plan, keepDimensions)
    }
    let result = try reduce(PN_PROD, plan, keepDimensions: keepDimensions, "prod")
    guard Tensor.isRecording(self) else { return result }
    let (x, y) = (Saved(self), SavedOutput(result))
    return try result.recorded("prod", self) { gradient, into in
      try into(0) {
        let (x, y) = (try x.value(into), try y.value(into))
        return try gradient.mul(y).spread(plan.fullShape, x.shape).div(x)
      }
    }
  }

  /// The product by halves, whose derivatives divide by nothing and so hold at zeros.
  private func pairwiseProduct(_ plan: ReductionPlan, _ keepDimensions: Bool) throws -> Tensor {
    let kept = (0..<rank).filter { !plan.reduced.contains($0) }
    var rest = try permute(kept + plan.reduced).reshape(Shape(plan.rows, plan.columns))
    while rest.shape[1] > 1 {
      let half = rest.shape[1] / 2
      let product = try rest.narrow(1, start: 0, count: half)
        .mul(rest.narrow(1, start: half, count: half))
      let isOdd = rest.shape[1] % 2 == 1
      rest =
        try isOdd
        ? Tensor.cat([product, rest.narrow(1, start: 2 * half, count: 1)], 1) : product
    }
    return try rest.reshape(keepDimensions ? plan.fullShape : plan.keptShape)
  }

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

  /// log Σ eˣ over one dimension, without overflow.
  public func logSumExp(_ dimension: Int, keepDimensions: Bool = false) throws -> Tensor {
    try requireFloating("logsumexp")
    let peak = try GradientMode.with(false) {
      let peak = try detached().maximum(over: [dimension], keepDimensions: true)
      return try peak.maskedFill(peak.isInfinite(), 0)
    }
    let total = try sub(peak).exp().sum([dimension], keepDimensions: true).log().add(peak)
    return keepDimensions ? total : try total.squeeze(dimension)
  }

  /// This result of a reduction repeated over the shape that was reduced.
  fileprivate func spread(_ kept: Shape, _ full: Shape) throws -> Tensor {
    try (shape == kept ? self : reshape(kept)).expand(to: full)
  }

  /// A dimension counted from 0, from one that may count from the end.
  package func dimension(_ dimension: Int, _ operation: @autoclosure () -> String) throws -> Int {
    let index = dimension < 0 ? dimension + rank : dimension
    guard index >= 0, index < rank else {
      throw TensorError(
        .index, operation(), argument: "dim",
        expected: rank == 0 ? "no dimension (the tensor is a scalar)" : "1 to \(rank), or negative",
        got: "\(dimension < 0 ? dimension : dimension &+ 1)")
    }
    return index
  }

  package func requireFloating(_ operation: @autoclosure () -> String) throws {
    guard dtype.isFloating else {
      throw TensorError(
        .dtype, operation(), expected: "a float32 or float64 tensor", got: dtype.name)
    }
  }

  private func requireElements(_ count: Int, _ name: StaticString) throws {
    guard count > 0 else {
      throw TensorError(.shape, "\(name)", expected: "at least one element", got: "shape \(shape)")
    }
  }
}
