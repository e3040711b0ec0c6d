/// The Gaussian pyramid: a filter that goes down and up again, and the levels themselves.

public import PenumbraTensor

/// y = x reduced ℓ times to every second element and expanded again: see `MatrixBlur`.
///
/// Reducing smooths by (1, 4, 6, 4, 1)/16 with a reflecting border and keeps every second element; expanding
/// puts zeros between and smooths by twice these weights (Burt and Adelson 1983; OpenCV's pyrDown and
/// pyrUp). The variance of the impulse response is exactly 2 (4^ℓ − 1)/3: standard deviations of 1.41, 3.16,
/// 6.48, 13.0 pixels. Between two levels their results are mixed linearly, so that σ² is the variance, and
/// the filter is continuous in σ.
public final class PyramidBlur: MatrixBlur {
  /// - Throws: `TensorError` when σ is negative or not finite.
  public init(sigma: Strength, geometry: SignalGeometry = SignalGeometry()) throws {
    try super.init("blur.pyramid", LadderOperator(ladder: PyramidLadder()), sigma, geometry)
  }

  /// The same by a number.
  public convenience init(
    sigma: Double, geometry: SignalGeometry = SignalGeometry()
  ) throws {
    try self.init(sigma: .number(sigma), geometry: geometry)
  }

  /// The standard deviation of a level.
  ///
  /// - Throws: `TensorError` (value) unless the level is from 0 to 30.
  public static func sigma(level: Int) throws -> Double {
    guard (0...30).contains(level) else {
      throw TensorError(
        .value, "blur.pyramid", argument: "level", expected: "0 to 30", got: "\(level)")
    }
    // The root may be a rounding error too small for the level; its square must not be.
    var sigma = PyramidLadder().variance(level).squareRoot()
    while sigma * sigma < PyramidLadder().variance(level) { sigma = sigma.nextUp }
    return sigma
  }

  /// x and `count` − 1 reductions of it, each half as long along each axis (rounded up).
  ///
  /// x: [n, channels, length], [n, channels, height, width] or [n, channels, depth, height, width];
  /// derivatives flow through. Linear in x.
  /// - Throws: `TensorError` for another x, or a count that is not from 1 to 31.
  public static func levels(of x: Tensor, count: Int) throws -> [Tensor] {
    let operation = "blur.pyramid_levels"
    guard (1...31).contains(count) else {
      throw TensorError(
        .value, operation, argument: "levels", expected: "1 to 31", got: "\(count)")
    }
    var levels = [try SignalGeometry().signals(x, operation)]
    let weights = try Tensor(PyramidLadder.weights, [5], dtype: x.dtype)
    while levels.count < count {
      var level = levels[levels.count - 1]
      for dimension in 2..<x.rank where level.shape[dimension] > 1 {
        level = try level.lineFilter(weights, dimension, border: .reflect).narrow(
          dimension, start: 0, count: (level.shape[dimension] + 1) / 2, step: 2)
      }
      levels.append(level)
    }
    return levels
  }

  public override var description: String { describe("pyramid") }
}

/// Rung ℓ is the ℓ-th level.
private struct PyramidLadder: Ladder {
  static let weights = [1.0 / 16, 4.0 / 16, 6.0 / 16, 4.0 / 16, 1.0 / 16]

  func lastRung(_ n: Int) -> Int { n < 2 ? 0 : Int.bitWidth - (n - 1).leadingZeroBitCount }

  func variance(_ rung: Int) -> Double { 2 * (Double(1 << (2 * rung)) - 1) / 3 }

  func matrix(_ rung: Int, _ n: Int) -> [Double] {
    var rows = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0.0 } }
    var sizes = [n]
    for _ in 0..<rung {
      rows = PyramidLadder.reduced(rows)
      sizes.append(rows.count)
    }
    for size in sizes.dropLast().reversed() { rows = PyramidLadder.expanded(rows, size) }
    return rows.flatMap { $0 }
  }

  /// The place of i among n elements, reflected without repeating the edges.
  private static func reflected(_ i: Int, _ n: Int) -> Int {
    guard n > 1 else { return 0 }
    let period = 2 * (n - 1)
    let rest = ((i % period) + period) % period
    return rest < n ? rest : period - rest
  }

  private static func sum(_ terms: [(weight: Double, row: [Double])], _ count: Int) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    for (weight, row) in terms {
      for j in 0..<count { result[j] += weight * row[j] }
    }
    return result
  }

  private static func reduced(_ rows: [[Double]]) -> [[Double]] {
    guard rows.count > 1 else { return rows }
    return (0..<(rows.count + 1) / 2).map { i in
      sum(
        weights.enumerated().map { ($1, rows[reflected(2 * i + $0 - 2, rows.count)]) },
        rows[0].count)
    }
  }

  private static func expanded(_ rows: [[Double]], _ n: Int) -> [[Double]] {
    guard n > 1 else { return rows }
    return (0..<n).map { i in
      sum(
        weights.enumerated().compactMap { k, weight in
          let place = reflected(i + k - 2, n)
          return place % 2 == 0 ? (2 * weight, rows[place / 2]) : nil
        }, rows[0].count)
    }
  }
}
