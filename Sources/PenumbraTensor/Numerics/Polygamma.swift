/// The digamma function and its derivatives, for one number.

internal import Glibc

enum Polygamma {
  /// The greatest order: beyond it n! overflows.
  static let maximumOrder = 170

  /// ψ⁽ⁿ⁾(x), the derivative of order n + 1 of log Γ: (−1)ⁿ⁺¹ n! ζ(n + 1, x) for n ≥ 1.
  ///
  /// Relative errors are a few 10⁻¹⁶ but beside a zero. Poles (0, −1, −2, ...) give ∞ of the sign on
  /// their right (NaN where the sides differ, but at ±0).
  static func value(_ order: Int, _ x: Double) -> Double {
    if order == 0 { return digamma(x) }
    if x.isNaN || x == -.infinity { return .nan }
    if x > 0 { return (order % 2 == 0 ? -1 : 1) * factorial(order) * zeta(Double(order + 1), x) }
    guard x != x.rounded(.down) else { return order % 2 == 1 ? .infinity : .nan }
    // ψ⁽ⁿ⁾(x) = (−1)ⁿ ψ⁽ⁿ⁾(1 − x) − dⁿ/dxⁿ π cot πx
    let mirrored = value(order, 1 - x)
    let cotangent = cotangentDerivative(order, x) * Glibc.pow(Double.pi, Double(order + 1))
    return (order % 2 == 0 ? mirrored : -mirrored) - cotangent
  }

  /// ψ(x) = d/dx log Γ(x)
  static func digamma(_ x: Double) -> Double {
    if x == 0 { return x.sign == .minus ? .infinity : -.infinity }
    if x.isNaN || x == -.infinity { return .nan }
    if x < 0 {
      if x == x.rounded(.down) { return .nan }
      // Only the fraction counts in the tangent, and it is exact.
      let fraction = x - x.rounded(.toNearestOrEven)
      return digamma(1 - x) - Double.pi / Glibc.tan(Double.pi * fraction)
    }
    // ψ(x) = ψ(x + 1) − 1/x as far as Stirling's series converges: log x − 1/2x − Σ B₂ₖ/(2k x²ᵏ)
    var (x, shift) = (x, 0.0)
    while x < 10 {
      shift -= 1 / x
      x += 1
    }
    if x == .infinity { return x }
    let z = 1 / (x * x)
    var series = 0.0
    for (index, bernoulli) in bernoulliNumbers.prefix(8).enumerated().reversed() {
      series = z * (bernoulli / Double(2 * index + 2) + series)
    }
    return shift + (Glibc.log(x) - 0.5 / x - series)
  }

  /// Hurwitz's ζ(s, x) = Σ (x + k)⁻ˢ, k = 0, 1, ..., for x > 0 and s ≥ 2: ten terms and more are
  /// added, and Euler and Maclaurin's formula does the rest.
  static func zeta(_ s: Double, _ x: Double) -> Double {
    if x == .infinity { return 0 }
    var (sum, x) = (0.0, x)
    for _ in 0..<10 {
      let term = Glibc.pow(x, -s)
      sum += term
      if term < sum * 1e-17 { return sum }
      x += 1
    }
    // The series needs x beyond s; the terms on the way soon vanish when s is large.
    while x < s {
      let term = Glibc.pow(x, -s)
      sum += term
      if term < sum * 1e-17 { return sum }
      x += 1
    }
    let power = Glibc.pow(x, -s)
    sum += x * power / (s - 1) + power / 2
    // Σ B₂ₖ/(2k)! · s (s + 1) ... (s + 2k − 2) x^(−s − 2k + 1)
    var factor = power / x * s / 2
    for (index, bernoulli) in bernoulliNumbers.enumerated() {
      let term = bernoulli * factor
      sum += term
      if term.magnitude < sum * 1e-17 { break }
      let k = Double(2 * index + 2)
      factor *= (s + k - 1) * (s + k) / (x * x * (k + 1) * (k + 2))
    }
    return sum
  }

  /// B₂, B₄, ..., B₂₄
  private static let bernoulliNumbers: [Double] = [
    1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510,
    43867.0 / 798, -174611.0 / 330, 854513.0 / 138, -236364091.0 / 2730,
  ]

  private static func factorial(_ n: Int) -> Double {
    n < 2 ? 1 : (2...n).reduce(1.0) { $0 * Double($1) }
  }

  /// dⁿ/dzⁿ cot z at z = πx: a polynomial in c = cot z, since c' = −(1 + c²). Its terms have one sign
  /// but for that of c, so nothing cancels.
  private static func cotangentDerivative(_ order: Int, _ x: Double) -> Double {
    let fraction = x - x.rounded(.toNearestOrEven)
    let c = 1 / Glibc.tan(Double.pi * fraction)
    var coefficients = [0.0, 1.0]
    for _ in 0..<order {
      var next = [Double](repeating: 0, count: coefficients.count + 1)
      for power in 1..<coefficients.count {
        let slope = -Double(power) * coefficients[power]
        next[power - 1] += slope
        next[power + 1] += slope
      }
      coefficients = next
    }
    return coefficients.reversed().reduce(0) { $0 * c + $1 }
  }
}
