/// The Kolmogorov–Smirnov test of a sample against a distribution.

internal import Glibc

/// √n · sup |F_n − F|: for a sample of the distribution it exceeds 1.95 once in a thousand times.
///
/// - Complexity: O(n log n)
public func kolmogorovSmirnov(_ sample: [Double], _ distribution: (Double) -> Double) -> Double {
  let sorted = sample.sorted()
  let count = Double(sorted.count)
  var distance = 0.0
  for (index, x) in sorted.enumerated() {
    let expected = distribution(x)
    distance = max(distance, expected - Double(index) / count, Double(index + 1) / count - expected)
  }
  return distance * count.squareRoot()
}

/// The standard normal distribution function.
public func normalDistribution(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

/// Σ (found − expected)²/expected over cells of equal probability.
public func chiSquare(_ counts: [Int]) -> Double {
  let expected = Double(counts.reduce(0, +)) / Double(counts.count)
  return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
}
