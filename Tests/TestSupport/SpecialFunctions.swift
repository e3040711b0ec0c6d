/// Distribution functions for tests: incomplete gamma and beta functions by textbook series.

internal import Glibc

/// P(a, x) = ∫₀ˣ t^(a−1)·e^(−t) dt / Γ(a)
public func incompleteGamma(_ a: Double, _ x: Double) -> Double {
  guard x > 0 else { return 0 }
  let scale = exp(a * log(x) - x - logGammaFunction(a))
  if x < a + 1 {
    var term = 1 / a
    var sum = term
    var n = a
    while term > 1e-17 * sum {
      n += 1
      term *= x / n
      sum += term
    }
    return scale * sum
  }
  // Legendre's continued fraction, from the far end.
  var tail = 0.0
  for n in stride(from: 200 + 10 * a.squareRoot().rounded(), to: 0, by: -1) {
    tail = n * (n - a) / (x + 2 * n + 1 - a - tail)
  }
  return 1 - scale / (x + 1 - a - tail)
}

/// I(x; a, b) = ∫₀ˣ t^(a−1)·(1 − t)^(b−1) dt / B(a, b)
public func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if x >= 1 { return 1 }
  if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
  let scale = exp(
    logGammaFunction(a + b) - logGammaFunction(a) - logGammaFunction(b) + a * log(x)
      + b * log1p(-x))
  // Its continued fraction, from the far end.
  var tail = 1.0
  for m in stride(from: 100.0, through: 0, by: -1) {
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    let even = (m + 1) * (b - m - 1) * x / ((a + 2 * m + 1) * (a + 2 * m + 2))
    tail = 1 + odd / (1 + even / tail)
  }
  return scale / (a * tail)
}

/// log Γ(x), x > 0
public func logGammaFunction(_ x: Double) -> Double {
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}

/// Pearson's Σ (found − expected)²/expected of whole numbers against their probabilities, cells with
/// fewer than ten expected together, and the degrees of freedom.
public func chiSquare(_ sample: [Double], probability: (Double) -> Double) -> (
  value: Double, freedom: Double
) {
  var counts: [Double: Double] = [:]
  for x in sample { counts[x, default: 0] += 1 }
  let total = Double(sample.count)
  var (value, cells, restFound, restExpected) = (0.0, 0.0, total, total)
  let (least, greatest) = (sample.min() ?? 0, sample.max() ?? 0)
  for k in stride(from: least, through: greatest, by: 1) {
    let expected = total * probability(k)
    guard expected >= 10 else { continue }
    let found = counts[k] ?? 0
    value += (found - expected) * (found - expected) / expected
    cells += 1
    restFound -= found
    restExpected -= expected
  }
  guard restExpected > 1 else { return (value, cells - 1) }
  return (
    value + (restFound - restExpected) * (restFound - restExpected) / restExpected, cells
  )
}
