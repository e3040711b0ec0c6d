/// Quantiles: interpolated order statistics.

/// What a quantile between two elements is.
public enum QuantileInterpolation: String, Sendable, CaseIterable {
  /// On the line between them; the lower one, the higher one, the nearer one, their mean.
  case linear, lower, higher, nearest, midpoint
}

extension Tensor {
  /// The element at place q (n − 1) of each row in order, interpolated between its neighbours; NaN
  /// where the row has one.
  ///
  /// - Parameters:
  ///   - levels: q in [0, 1]: a scalar, or [m], which gives the result a first dimension of m.
  ///   - dimension: the rows' dimension; all elements are one row by default.
  /// - Throws: `TensorError` for a q outside [0, 1], an empty row, or an integer tensor.
  /// - Complexity: O(n) for each q and row of n elements.
  public func quantile(
    _ levels: Tensor, _ dimension: Int? = nil, keepDimensions: Bool = false,
    interpolation: QuantileInterpolation = .linear
  ) throws -> Tensor {
    try quantiles(
      "quantile", levels, dimension, keepDimensions, interpolation, ignoringNaN: false)
  }

  /// The quantile of one level; see `quantile`.
  public func quantile(
    _ level: Double, _ dimension: Int? = nil, keepDimensions: Bool = false,
    interpolation: QuantileInterpolation = .linear
  ) throws -> Tensor {
    try quantile(
      Tensor.scalar(level, dtype: .float64), dimension, keepDimensions: keepDimensions,
      interpolation: interpolation)
  }

  /// The quantile of each row's elements that are not NaN, NaN where all are; see `quantile`.
  public func nanQuantile(
    _ levels: Tensor, _ dimension: Int? = nil, keepDimensions: Bool = false,
    interpolation: QuantileInterpolation = .linear
  ) throws -> Tensor {
    try quantiles(
      "nanquantile", levels, dimension, keepDimensions, interpolation, ignoringNaN: true)
  }

  private func quantiles(
    _ name: StaticString, _ levels: Tensor, _ dimension: Int?, _ keepDimensions: Bool,
    _ interpolation: QuantileInterpolation, ignoringNaN: Bool
  ) throws -> Tensor {
    try requireFloating("\(name)")
    let axis = try dimension.map { try vectorDimension($0, "\(name)") }
    guard let axis else {
      let row = try reshape(Shape(elementCount))
      let result = try row.quantiles(
        name, levels, 0, false, interpolation, ignoringNaN: ignoringNaN)
      guard keepDimensions else { return result }
      return try result.reshape(
        try Dimensions(levels.shape.array + Array(repeating: 1, count: rank), operation: "\(name)"))
    }
    if rank == 0 {
      return try unsqueeze(0).quantiles(
        name, levels, 0, false, interpolation, ignoringNaN: ignoringNaN)
    }
    try requireRow(axis, name)
    let q = try checkedLevels(levels, name)
    let places = try quantilePlaces(name, q, axis, interpolation, ignoringNaN: ignoringNaN)
    let count = q.count
    let lower = try gather(axis, places.positions.narrow(axis, start: 0, count: count))
    let upper = try gather(axis, places.positions.narrow(axis, start: count, count: count))
    let weight = try places.weights.to(dtype)
    // An infinite element at weight 0 or 1 stays what it is.
    let between = try lower.add(upper.sub(lower).mul(weight))
    let inner = try Tensor.select(weight.eq(1), upper, between)
    let values = try Tensor.select(weight.eq(0), lower, inner)
    return try values.withLevelsFirst(axis, levels, keepDimensions, name)
  }

  private func checkedLevels(_ levels: Tensor, _ name: StaticString) throws -> [Double] {
    guard levels.rank <= 1, levels.dtype.isFloating else {
      throw TensorError(
        .shape, "\(name)", argument: "q", expected: "a number or a float tensor [m]",
        got: "\(levels.dtype) \(levels.shape)")
    }
    let q = try levels.doubles()
    for level in q where !(0...1).contains(level) {
      throw TensorError(
        .value, "\(name)", argument: "q", expected: "numbers from 0 to 1", got: "\(level)")
    }
    return q
  }

  /// For each row along `axis` the positions of the lower and then the upper neighbours of each
  /// level [.., 2 m, ..], and the upper ones' weights [.., m, ..] in float64.
  private func quantilePlaces(
    _ name: StaticString, _ q: [Double], _ axis: Int, _ interpolation: QuantileInterpolation,
    ignoringNaN: Bool
  ) throws -> (positions: Tensor, weights: Tensor) {
    let (count, nanKey) = (shape[axis], nanKey)
    let (pairs, overflow) = q.count.multipliedReportingOverflow(by: 2)
    guard !overflow else { throw TensorError(.memory, "\(name)", "too many levels") }
    var rows = try axis == rank - 1 ? shape : transpose(axis, -1).shape
    rows[rank - 1] = q.count
    let weights = try Tensor(uninitialized: rows, .float64, name)
    // Few ranks are selected; many are read off the row in order.
    let isSorting = q.count > 8
    let scratch = try Tensor.scratch(UInt64.self, isSorting ? 4 * count : count, name)
    let order = try Tensor.scratch(Int64.self, isSorting ? count : 0, name)
    var row = 0
    let positions = try withExtendedLifetime((scratch.owner, order.owner)) {
      try chosenPositions(axis, count: pairs, name) { keys, positions in
        var numbers = 0
        for index in 0..<count where keys[index] != nanKey { numbers += 1 }
        if isSorting {
          let pairs = UnsafeMutableRawPointer(scratch.start)
            .bindMemory(to: Backend.Keyed.self, capacity: 2 * count)
          Backend.argSort(
            keys, count: count, descending: false, into: order.start, scratch: pairs)
        }
        func position(_ rank: Int) -> Int64 {
          if isSorting { return order.start[rank] }
          return Backend.position(atRank: rank, keys, count: count, scratch: scratch.start)
        }
        for (index, level) in q.enumerated() {
          var place = interpolation.place(level * Double(max(numbers, 1) - 1))
          // NaN stands behind the numbers.
          if !ignoringNaN, numbers < count { place = (numbers, numbers, 0) }
          let lower = position(place.lower)
          positions[index] = lower
          positions[q.count + index] =
            place.upper == place.lower ? lower : position(place.upper)
          weights.doublesPointer[row * q.count + index] = place.weight
        }
        row += 1
      }
    }
    guard axis != rank - 1 else { return (positions, weights) }
    return (positions, try weights.transpose(axis, -1))
  }

  /// Brings the levels of dimension `axis` to the front, or takes them away where there is but one.
  private func withLevelsFirst(
    _ axis: Int, _ levels: Tensor, _ keepDimensions: Bool, _ name: StaticString
  ) throws -> Tensor {
    if levels.rank == 0 { return keepDimensions ? self : try squeeze(axis) }
    let others = (0..<rank).filter { $0 != axis }
    let front = try permute([axis] + others)
    guard keepDimensions else { return front }
    guard rank < Dimensions.maximumRank else {
      throw TensorError(.shape, "\(name)", expected: "at most 7 dimensions", got: "\(rank)")
    }
    return try front.unsqueeze(axis + 1)
  }
}

extension QuantileInterpolation {
  /// The ranks of a place's neighbours, and the weight of the upper one.
  fileprivate func place(_ place: Double) -> (lower: Int, upper: Int, weight: Double) {
    let (below, above) = (place.rounded(.down), place.rounded(.up))
    let (lower, upper) = (Int(below), Int(above))
    switch self {
    case .linear: return (lower, upper, place - below)
    case .lower: return (lower, lower, 0)
    case .higher: return (upper, upper, 0)
    case .midpoint: return (lower, upper, lower == upper ? 0 : 0.5)
    case .nearest:
      let nearest = Int(place.rounded(.toNearestOrEven))
      return (nearest, nearest, 0)
    }
  }
}
