/// What a reduction works on: which dimensions go, and how memory is walked.

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
  /// The extent after the reduced dimensions, where these are neighbours: [blocks, columns, width].
  let width: Int?

  init(_ x: Tensor, _ dimensions: [Int]?, _ operation: StaticString) throws {
    var isReduced = InlineArray<8, Bool>(repeating: dimensions == nil)
    for dimension in dimensions ?? [] {
      let index = try x.vectorDimension(dimension, "\(operation)")
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
    guard let first = reduced.first, let last = reduced.last, last - first == reduced.count - 1
    else {
      width = nil
      return
    }
    width = (last + 1..<x.rank).reduce(1) { $0 * x.shape[$1] }
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
  func reduce(
    _ op: ReduceOp, _ plan: ReductionPlan, keepDimensions: Bool, _ name: StaticString
  ) throws -> Tensor {
    if let result = try reducedInMemoryOrder(op, plan, keepDimensions, name) { return result }
    let result = try Tensor(
      uninitialized: keepDimensions ? plan.fullShape : plan.keptShape, dtype, name)
    // Short columns are faster as rows of a copy.
    if isContiguous, dtype.isFloating, let width = plan.width, width > 1,
      plan.columns * width >= 64
    {
      Backend.reduceColumns(
        op, self, blocks: plan.rows / width, rows: plan.columns, columns: width, into: result)
    } else {
      Backend.reduceRows(
        op, try plan.arranged(self), rows: plan.rows, columns: plan.columns, into: result)
    }
    return result
  }

  /// The reduction of a transposed tensor, with its dimensions as memory has them; nil for others.
  private func reducedInMemoryOrder(
    _ op: ReduceOp, _ plan: ReductionPlan, _ keepDimensions: Bool, _ name: StaticString
  ) throws -> Tensor? {
    guard !isContiguous else { return nil }
    let order = (0..<rank).sorted { (strides[$0], $1) > (strides[$1], $0) }
    let straight = try alias().permute(order)
    guard straight.isContiguous else { return nil }
    let reduced = plan.reduced.compactMap { order.firstIndex(of: $0) }
    let result = try straight.reduce(
      op, ReductionPlan(straight, reduced, name), keepDimensions: true, name)
    var back = Array(repeating: 0, count: rank)
    for (index, dimension) in order.enumerated() { back[dimension] = index }
    let values = try result.permute(back).contiguousValues()
    return keepDimensions ? values : try values.reshape(plan.keptShape)
  }

  /// This result of a reduction repeated over the shape that was reduced.
  func spread(_ kept: Shape, _ full: Shape) throws -> Tensor {
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

  /// The same where a scalar counts as a vector of one element, whose dimension is 0 or −1.
  func vectorDimension(_ dimension: Int, _ operation: @autoclosure () -> String) throws -> Int {
    guard rank == 0 else { return try self.dimension(dimension, operation()) }
    guard dimension == 0 || dimension == -1 else {
      throw TensorError(
        .index, operation(), argument: "dim", expected: "1 or -1 (the tensor is a scalar)",
        got: "\(dimension < 0 ? dimension : dimension &+ 1)")
    }
    return 0
  }

  /// What `body` makes of this scalar as a vector of one element, as a scalar.
  func asVector(_ body: (Tensor) throws -> Tensor) throws -> Tensor {
    try body(unsqueeze(0)).squeeze(0)
  }

  /// The same for a body with two results.
  func asVectorPair(_ body: (Tensor) throws -> (values: Tensor, indices: Tensor)) throws -> (
    values: Tensor, indices: Tensor
  ) {
    let (values, indices) = try body(unsqueeze(0))
    return (try values.squeeze(0), try indices.squeeze(0))
  }

  package func requireFloating(_ operation: @autoclosure () -> String) throws {
    guard dtype.isFloating else {
      throw TensorError(
        .dtype, operation(), expected: "a float32 or float64 tensor", got: dtype.name)
    }
  }

  func requireElements(_ count: Int, _ name: StaticString) throws {
    guard count > 0 else {
      throw TensorError(.shape, "\(name)", expected: "at least one element", got: "shape \(shape)")
    }
  }
}
