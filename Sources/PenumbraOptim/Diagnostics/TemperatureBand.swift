/// Where a temperature of d degrees of freedom lies when all is well: quantiles of χ²_d/d.

internal import Glibc
internal import PenumbraTensor

/// The interval that holds T χ²_d/d, the law of p·p/d at temperature T, with a given probability; of θ·∇U/d,
/// too, where U is quadratic about 0.
public struct TemperatureBand: Sendable, Equatable {
  public let low: Double
  public let high: Double

  /// - Parameters:
  ///   - temperature: T ≥ 0
  ///   - count: d ≥ 1
  ///   - probability: what lies inside, in (0, 1); as much lies below as above.
  /// - Throws: `TensorError` (value) for numbers out of range.
  public init(temperature: Double, count: Int, probability: Double = 0.95) throws {
    try TensorError.check(temperature, "temperature", "temperature_band")
    guard count >= 1 else {
      throw TensorError(
        .value, "temperature_band", argument: "count", expected: "at least 1", got: "\(count)")
    }
    guard probability > 0, probability < 1 else {
      throw TensorError(
        .value, "temperature_band", argument: "probability", expected: "a number in (0, 1)",
        got: "\(probability)")
    }
    let d = Double(count)
    let rest = (1 - probability) / 2
    low = temperature * ChiSquareDistribution.quantile(rest, d) / d
    high = temperature * ChiSquareDistribution.quantile(1 - rest, d) / d
  }

  public func contains(_ value: Double) -> Bool { value >= low && value <= high }
}

enum ChiSquareDistribution {
  /// P(X ≤ x) for d degrees of freedom: the regularised incomplete gamma function P(d/2, x/2).
  static func cumulative(_ x: Double, _ d: Double) -> Double {
    let a = d / 2
    let y = x / 2
    guard y > 0 else { return 0 }
    let scale = exp(a * log(y) - y - lgamma(a))
    if y < a + 1 {
      var (term, sum, k) = (1 / a, 1 / a, a)
      while term > sum * 1e-17 {
        k += 1
        term *= y / k
        sum += term
      }
      return scale * sum
    }
    // Lentz's method for the continued fraction of the upper part.
    var b = y + 1 - a
    var c = 1e300
    var f = 1 / b
    var h = f
    for i in 1...100_000 {
      let n = -Double(i) * (Double(i) - a)
      b += 2
      f = 1 / (n * f + b)
      c = b + n / c
      h *= f * c
      if abs(f * c - 1) < 1e-16 { break }
    }
    return 1 - scale * h
  }

  /// The x with P(X ≤ x) = p, p in (0, 1).
  static func quantile(_ p: Double, _ d: Double) -> Double {
    // Wilson and Hilferty's cube; for many degrees it is exact to 1e-6.
    let z = NormalDistribution.quantile(p)
    let part = 2 / (9 * d)
    let root = 1 - part + z * part.squareRoot()
    let guess = d * root * root * root
    guard d < 10000 else { return guess }
    var (low, high) = (0.0, max(2 * d, guess) + 60)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if cumulative(middle, d) < p { low = middle } else { high = middle }
      if high - low <= 1e-13 * high { break }
    }
    return (low + high) / 2
  }
}
