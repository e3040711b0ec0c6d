/// How many elements there are of each kind.

extension Tensor {
  /// The number of elements that are not zero, over the given dimensions (all by default): int64.
  public func countNonzero(_ dimensions: [Int]? = nil, keepDimensions: Bool = false) throws
    -> Tensor
  {
    let plan = try ReductionPlan(self, dimensions, "count_nonzero")
    return try ne(0).sum(plan.reduced, keepDimensions: keepDimensions)
  }

  /// Whether every element over the given dimensions is not zero, as a bool tensor.
  public func all(over dimensions: [Int], keepDimensions: Bool = false) throws -> Tensor {
    let plan = try ReductionPlan(self, dimensions, "all")
    return try eq(0).sum(plan.reduced, keepDimensions: keepDimensions).eq(0)
  }

  /// Whether some element over the given dimensions is not zero, as a bool tensor.
  public func any(over dimensions: [Int], keepDimensions: Bool = false) throws -> Tensor {
    let plan = try ReductionPlan(self, dimensions, "any")
    return try ne(0).sum(plan.reduced, keepDimensions: keepDimensions).ne(0)
  }

  /// result[v] = the number of elements equal to v, or the sum of their weights.
  ///
  /// - Parameters:
  ///   - weights: [n]; the result has their type (float64 for integers) and their derivatives.
  ///   - minimumLength: the result's least extent; it is the greatest element + 1 otherwise.
  /// - Throws: `TensorError` unless this is [n] of integers that are not negative.
  public func binCount(weights: Tensor? = nil, minimumLength: Int = 0) throws -> Tensor {
    guard dtype == .int64 || dtype == .uint8, rank == 1 else {
      throw TensorError(
        .shape, "bincount", expected: "int64 [n] or uint8 [n]", got: "\(dtype) \(shape)")
    }
    guard minimumLength >= 0 else {
      throw TensorError(
        .value, "bincount", argument: "minlength", expected: "at least 0", got: "\(minimumLength)")
    }
    if let weights, weights.shape != shape {
      throw TensorError(
        .shape, "bincount", argument: "weights", expected: "\(shape)", got: "\(weights.shape)")
    }
    let values = try to(.int64).contiguousValues()
    var length = minimumLength
    for index in 0..<elementCount {
      let value = values.int64s[index]
      guard value >= 0, value < Int64.max / 16 else {
        throw TensorError(
          .value, "bincount", expected: "labels from 1 on that memory can hold",
          got: "\(value < 0 ? value : value &+ 1)")
      }
      length = max(length, Int(value) + 1)
    }
    if let weights {
      let sums = weights.dtype.isFloating ? weights : try weights.to(.float64)
      return try Tensor.zeros(Shape(length), dtype: sums.dtype).scatterAdd(0, values, sums)
    }
    let result = try Tensor.zeros(Shape(length), dtype: .int64)
    for index in 0..<elementCount { result.int64s[Int(values.int64s[index])] += 1 }
    return result
  }

  /// The number of elements in each of `bins` cells of equal width from `low` to `high`, of this
  /// tensor's type; the last cell holds `high`. Elements outside count nowhere.
  ///
  /// - Parameter low, high: both 0 for the range of the elements.
  /// - Throws: `TensorError` for a range that is not finite or not ascending, or an integer tensor.
  /// - Complexity: O(n log bins)
  public func histogramCounts(bins: Int = 100, low: Double = 0, high: Double = 0) throws -> Tensor {
    let edges = try histogramEdges("histc", bins, low == 0 && high == 0 ? nil : (low, high))
    return try counted(edges, weights: nil, "histc").to(dtype)
  }

  /// The number of elements in each of `bins` cells of equal width, and the cells' edges; see
  /// `histogram(edges:)`.
  ///
  /// - Parameter range: from where to where; that of the elements by default.
  public func histogram(
    bins: Int, range: (low: Double, high: Double)? = nil, weights: Tensor? = nil,
    isDensity: Bool = false
  ) throws -> (values: Tensor, edges: Tensor) {
    try histogram(
      edges: try histogramEdges("histogram", bins, range), weights: weights, isDensity: isDensity)
  }

  /// The number of elements (the sum of their weights) in each cell between ascending edges, of this
  /// tensor's type, and the edges. A cell holds its lower edge, the last one its upper edge too.
  ///
  /// - Parameters:
  ///   - edges: [m + 1].
  ///   - weights: of this shape.
  ///   - isDensity: divides by the total and by the cells' widths.
  /// - Complexity: O(n log m)
  public func histogram(edges: Tensor, weights: Tensor? = nil, isDensity: Bool = false) throws -> (
    values: Tensor, edges: Tensor
  ) {
    try requireFloating("histogram")
    guard edges.rank == 1, edges.elementCount > 0 else {
      throw TensorError(
        .shape, "histogram", argument: "bins", expected: "edges [m + 1]", got: "\(edges.shape)")
    }
    if let weights, weights.shape != shape {
      throw TensorError(
        .shape, "histogram", argument: "weight", expected: "\(shape)", got: "\(weights.shape)")
    }
    let edges = try edges.detached().to(.float64)
    let cells = edges.elementCount - 1
    let widths = try edges.narrow(0, start: 1, count: cells)
      .sub(edges.narrow(0, start: 0, count: cells))
    guard try widths.ge(0).all() else {
      throw TensorError(
        .value, "histogram", argument: "bins", expected: "ascending edges", got: "others")
    }
    var values = try counted(edges, weights: weights, "histogram")
    if isDensity { values = try values.div(widths.mul(values.sum())) }
    return (try values.to(dtype), try edges.to(dtype))
  }

  /// Evenly spaced edges [bins + 1] in float64.
  private func histogramEdges(
    _ name: StaticString, _ bins: Int, _ range: (low: Double, high: Double)?
  ) throws -> Tensor {
    try requireFloating("\(name)")
    guard bins >= 1, bins < Int.max else {
      throw TensorError(.value, "\(name)", argument: "bins", expected: "at least 1", got: "\(bins)")
    }
    var (low, high) = range ?? (0, 0)
    if range == nil, elementCount > 0 {
      low = try detached().minimum().item()
      high = try detached().maximum().item()
    }
    guard low.isFinite, high.isFinite, low <= high else {
      throw TensorError(
        .value, "\(name)", argument: "range", expected: "finite bounds, min ≤ max",
        got: "\(low) to \(high)")
    }
    if low == high { (low, high) = (low - 1, high + 1) }
    return try Tensor.linspace(low, high, count: bins + 1, dtype: .float64)
  }

  /// Counts, or sums of weights, between edges: float64 [m].
  private func counted(_ edges: Tensor, weights: Tensor?, _ name: StaticString) throws -> Tensor {
    let values = try detached().to(.float64).contiguousValues()
    let shares = try weights?.detached().to(.float64).contiguousValues()
    let (cells, borders) = (edges.elementCount - 1, try edges.orderKeys(name))
    let keys = try values.orderKeys(name)
    let result = try Tensor.zeros(Shape(cells), dtype: .float64)
    if cells == 0 { return result }
    let (first, last) = (borders.int64s[0], borders.int64s[cells])
    for index in 0..<elementCount {
      let key = keys.int64s[index]
      if key < first || key > last || key == Backend.nanKey { continue }
      let place = Backend.insertionPoint(
        of: key, borders.int64s, count: cells + 1, right: true)
      result.doublesPointer[min(place, cells) - 1] += shares?.doublesPointer[index] ?? 1
    }
    return result
  }
}
