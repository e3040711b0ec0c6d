/// The energy distance between two sets of samples.

public import PenumbraTensor

/// D² = 2 E‖X − Y‖ − E‖X − X'‖ − E‖Y − Y'‖, 0 just when the two laws agree, in any dimension.
///
/// Source: Székely & Rizzo, "Energy statistics" (2013). On the line D² = 2 ∫ (F − G)²;
/// `scipy.stats.energy_distance` gives its square root.
public enum EnergyDistance {
  /// D² of two empirical laws (never negative), or its unbiased estimate for the laws behind them.
  ///
  /// - Parameters:
  ///   - x: [n, ...], a point a row; y: [m, ...] with points of as many numbers.
  ///   - unbiased: leave out each point's distance to itself: the mean over pairs of different
  ///     points, whose expectation is 0 for equal laws; needs two points of each.
  /// - Returns: infinity when a number is not finite.
  /// - Throws: `TensorError` (shape) for too few points or dimensions that differ.
  /// - Complexity: O((n + m)² d) time, in blocks of 8 MB.
  public static func squared(_ x: Tensor, _ y: Tensor, unbiased: Bool = false) throws -> Double {
    let (x, y) = try Points.pair(x, y, "energy_distance", atLeast: unbiased ? 2 : 1)
    guard try x.isFinite, try y.isFinite else { return .infinity }
    var between = 0.0
    try x.forEachDistances(to: y, "energy_distance") { between += try $1.sum().item() }
    let across = 2 * between / (Double(x.count) * Double(y.count))
    let value = try across - meanWithin(x, unbiased) - meanWithin(y, unbiased)
    return unbiased ? value : max(value, 0)
  }

  private static func meanWithin(_ points: Points, _ unbiased: Bool) throws -> Double {
    var total = 0.0
    try points.forEachOwnDistances("energy_distance") { inner, outer in
      total += try inner.sum().item() + 2 * (outer?.sum().item() ?? 0)
    }
    let n = Double(points.count)
    return total / (n * (unbiased ? n - 1 : n))
  }
}
