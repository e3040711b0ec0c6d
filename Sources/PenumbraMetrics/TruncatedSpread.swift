/// The spread of a Gaussian of which only the middle was seen.

internal import Glibc

/// Estimates the standard deviation of a centred Gaussian from the points within a cut-off.
///
/// High-quality samples end at 3σ, so their plain variance is too small (in two dimensions by 5 %),
/// and samples further out belong to no mode. The maximum-likelihood estimate s under truncation at
/// radius c solves, for the observed mean square m per coordinate,
///
///     m = s² P(d/2 + 1, c²/2s²) / P(d/2, c²/2s²),
///
/// P the regularised incomplete gamma function. It is 1 for a perfect sampler, whatever c.
enum TruncatedSpread {
  /// The greatest estimate; beyond about the cut-off points look uniform and say no more.
  static let limit = 10.0

  /// s, at most `limit`; NaN when m is.
  static func estimate(meanSquare: Double, cutoff: Double, dimension: Int) -> Double {
    guard meanSquare > 0 else { return meanSquare }
    var (low, high) = (0.0, limit)
    guard meanSquare < moment(high, cutoff, dimension) else { return limit }
    // The moment grows with s. 60 halvings exhaust double precision.
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if moment(middle, cutoff, dimension) < meanSquare { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The mean square per coordinate of a Gaussian of spread s cut off at radius c.
  private static func moment(_ s: Double, _ cutoff: Double, _ dimension: Int) -> Double {
    let x = cutoff * cutoff / (2 * s * s)
    // Far inside the cut-off nothing is cut, and the series below would overflow.
    guard x < 500 else { return s * s }
    // P(a + 1, x) / P(a, x) = T / (1 + T) with T = x/(a+1) + x²/((a+1)(a+2)) + ...
    var (term, sum, a) = (1.0, 0.0, Double(dimension) / 2)
    repeat {
      a += 1
      term *= x / a
      sum += term
    } while term > sum * 1e-17
    return s * s * sum / (1 + sum)
  }
}
