/// The density of a mixture, and its distribution function in one dimension.

internal import Glibc
public import PenumbraTensor

extension Mixture {
  /// p(x) at each point; no derivative is recorded.
  ///
  /// - Parameter points: [n, dimension], or [n] in one dimension. Result: [n], of the points' type.
  /// - Throws: `TensorError` for another shape or a type that is not floating.
  /// - Complexity: O(n · modes · dimension).
  public func density(at points: Tensor) throws -> Tensor {
    try evaluate(points, "density") { exp($0) }
  }

  /// log p(x) at each point, finite also far from all modes; shapes as for `density`.
  public func logDensity(at points: Tensor) throws -> Tensor {
    try evaluate(points, "log_density") { $0 }
  }

  private func evaluate(_ points: Tensor, _ operation: String, _ map: (Double) -> Double) throws
    -> Tensor
  {
    let coordinates = try coordinates(of: points, operation: operation)
    guard points.dtype.isFloating else {
      throw TensorError(
        .dtype, operation, argument: "x", expected: "float32 or float64", got: points.dtype.name)
    }
    let count = coordinates.count / dimension
    let constant = 0.5 * log(2 * Double.pi) * Double(dimension)
    let offsets = (0..<modeCount).map { mode in
      log(weights[mode]) - Double(dimension) * log(sigmas[mode]) - constant
    }
    var terms = [Double](repeating: 0, count: modeCount)
    let values = (0..<count).map { index -> Double in
      for mode in 0..<modeCount {
        let distance = squaredDistance(coordinates, index, to: mode)
        terms[mode] = offsets[mode] - 0.5 * distance / (sigmas[mode] * sigmas[mode])
      }
      // log Σ exp, with the greatest term taken out against underflow.
      let greatest = terms.max() ?? 0
      guard greatest > -.infinity else { return map(greatest) }
      return map(greatest + log(terms.reduce(0) { $0 + exp($1 - greatest) }))
    }
    return try Tensor(values, Shape(count), dtype: points.dtype)
  }

  /// The coordinates of points [n, dimension], or [n] in one dimension, row by row.
  ///
  /// - Throws: `TensorError` (shape) for any other shape.
  public func coordinates(of points: Tensor, operation: String) throws -> [Double] {
    guard
      points.rank == 2 && points.shape[1] == dimension || points.rank == 1 && dimension == 1
    else {
      throw TensorError(
        .shape, operation, argument: "points", expected: "[n, \(dimension)]",
        got: "\(points.shape)")
    }
    return try points.doubles()
  }

  /// ‖x − μ‖² for point `index` of row-major coordinates and the centre of `mode`.
  @inline(__always)
  public func squaredDistance(_ coordinates: [Double], _ index: Int, to mode: Int) -> Double {
    var total = 0.0
    for axis in 0..<dimension {
      let offset = coordinates[index * dimension + axis] - flatMeans[mode * dimension + axis]
      total += offset * offset
    }
    return total
  }

  // MARK: One dimension

  /// F(x) = P(X ≤ x), for a mixture in one dimension (of the first coordinate otherwise).
  public func cumulative(_ x: Double) -> Double {
    var total = 0.0
    for mode in 0..<modeCount {
      let z = (x - means[mode][0]) / sigmas[mode]
      total += weights[mode] * 0.5 * erfc(-z / 2.0.squareRoot())
    }
    return total
  }

  /// ∫ F from −∞ to x = E max(x − X, 0), for a mixture in one dimension.
  public func cumulativeIntegral(_ x: Double) -> Double {
    var total = 0.0
    for mode in 0..<modeCount {
      let z = (x - means[mode][0]) / sigmas[mode]
      let below = 0.5 * erfc(-z / 2.0.squareRoot())
      let peak = exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
      total += weights[mode] * sigmas[mode] * (z * below + peak)
    }
    return total
  }

  /// The x with F(x) = p, for 0 < p < 1 and a mixture in one dimension.
  ///
  /// By bisection, to the last bit.
  public func quantile(_ p: Double) -> Double {
    var low = Double.infinity
    var high = -Double.infinity
    for mode in 0..<modeCount {
      // Φ(−39) is 0 in double precision.
      low = min(low, means[mode][0] - 39 * sigmas[mode])
      high = max(high, means[mode][0] + 39 * sigmas[mode])
    }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return middle }
      if cumulative(middle) < p { low = middle } else { high = middle }
    }
  }
}
