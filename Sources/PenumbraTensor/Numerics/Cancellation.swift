/// Differences whose terms nearly cancel, rewritten so that their digits remain; for one number.

internal import Glibc

enum Cancellation {
  /// dⁿ/dzⁿ sin z / z.
  ///
  /// z S_n + n S_(n−1) = sin(z + n π/2) leads from one order to the next where z is large; elsewhere
  /// the power series does: S_n = Σ (−1)ᵏ zᵐ / (m! (2k + 1)), m = 2k − n ≥ 0.
  static func sinc(_ order: Int, _ z: Double) -> Double {
    let n = Double(order)
    if z.magnitude < max(1, n) {
      var sum = 0.0
      var m = order % 2
      var term = m == 0 ? 1 : z
      var isNegative = (order + 1) / 2 % 2 == 1
      while true {
        let part = term / (Double(m) + n + 1)
        sum += isNegative ? -part : part
        if part.magnitude <= sum.magnitude * 1e-17 { return sum }
        term *= z * z / Double((m + 1) * (m + 2))
        m += 2
        isNegative.toggle()
      }
    }
    if z.magnitude == .infinity { return 0 }
    let (sine, cosine) = (Glibc.sin(z), Glibc.cos(z))
    var value = sine / z
    for index in stride(from: 1, through: order, by: 1) {
      let turned = [sine, cosine, -sine, -cosine][index % 4]
      value = (turned - Double(index) * value) / z
    }
    return value
  }

  /// x − tanh x. Near 0 by Lambert's fraction tanh x = x/(1 + t), t = x²/(3 + x²/(5 + ...)).
  static func tanhShrink(_ x: Double) -> Double {
    guard x.magnitude < 1 else { return x - Glibc.tanh(x) }
    let square = x * x
    var t = 0.0
    for odd in stride(from: 21.0, through: 3, by: -2) { t = square / (odd + t) }
    return x * t / (1 + t)
  }

  /// log(x/(1 − x)); about ½, where the quotient is near 1, by the inverse hyperbolic tangent.
  static func logit(_ x: Double) -> Double {
    x > 0.25 && x < 0.75 ? 2 * Glibc.atanh(2 * x - 1) : Glibc.log(x / (1 - x))
  }

  /// log(eᵃ + eᵇ) = max + log1p(e^(min − max))
  static func logAddExp(_ a: Double, _ b: Double) -> Double {
    if a == b { return a + 0.6931471805599453 }
    return max(a, b) + Glibc.log1p(Glibc.exp(-(a - b).magnitude))
  }

  /// log₂(2ᵃ + 2ᵇ)
  static func logAddExp2(_ a: Double, _ b: Double) -> Double {
    if a == b { return a + 1 }
    let rest = Glibc.log1p(Glibc.exp2(-(a - b).magnitude)) * 1.4426950408889634
    return max(a, b) + rest
  }
}
