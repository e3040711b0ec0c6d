/// The logarithms of Poisson and binomial probabilities, without cancellation for large counts.

internal import Glibc

/// Loader (2000), "Fast and accurate computation of binomial probabilities".
enum DiscreteDensity {
  /// log(λ^k·e^(−λ)/k!), λ > 0.
  static func poisson(_ k: Double, _ rate: Double) -> Double {
    if k == 0 { return -rate }
    return -stirlingError(k) - deviance(k, rate) - 0.5 * log(2 * .pi * k)
  }

  /// log(C(n, k)·p^k·(1 − p)^(n − k)), 0 < p < 1.
  static func binomial(_ k: Double, _ n: Double, _ p: Double) -> Double {
    if k == 0 { return n * log1p(-p) }
    if k == n { return n * log(p) }
    return stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p)
      - deviance(n - k, n * (1 - p)) + 0.5 * log(n / (2 * .pi * k * (n - k)))
  }

  /// log k! − log(√(2πk)·(k/e)^k), k ≥ 1.
  private static func stirlingError(_ k: Double) -> Double {
    if k < 16 {
      var product = 1.0
      var factor = 2.0
      while factor <= k {
        product *= factor
        factor += 1
      }
      return log(product) - 0.5 * log(2 * .pi * k) - k * log(k) + k
    }
    let z = 1 / (k * k)
    return (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z / 1188)))) / k
  }

  /// k·log(k/m) + m − k, k > 0.
  private static func deviance(_ k: Double, _ mean: Double) -> Double {
    guard abs(k - mean) < 0.1 * (k + mean) else { return k * log(k / mean) + mean - k }
    let v = (k - mean) / (k + mean)
    var sum = (k - mean) * v
    var power = 2 * k * v
    var n = 1.0
    // |v| < 0.1: each term is a hundredth of the one before.
    while n < 20 {
      power *= v * v
      sum += power / (2 * n + 1)
      n += 1
    }
    return sum
  }
}
