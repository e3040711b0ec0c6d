/// How a gamma number moves with its concentration: the implicit derivative of a sample.

internal import Glibc

/// For x with P(α, x) fixed, dx/dα = −(∂P/∂α)/(∂P/∂x), P the regularised incomplete gamma function
/// (Figurnov, Mohamed & Mnih 2018, "Implicit reparameterization gradients").
package enum GammaDerivative {
  /// dx/dα for each element, in the type of `x`; it has no further derivative, and says so when one is
  /// asked for.
  static func slopes(_ alpha: Tensor, _ x: Tensor) throws -> Tensor {
    let result = try GradientMode.with(false) {
      let wide = try Tensor(uninitialized: x.shape, .float64, "gamma")
      let a = try alpha.detached().to(.float64).contiguousValues()
      let value = try x.to(.float64).contiguousValues()
      for index in 0..<x.elementCount {
        if index & 255 == 0 { try Interruption.check("gamma") }
        wide.doublesPointer[index] = slope(a.doublesPointer[index], value.doublesPointer[index])
      }
      return try wide.to(x.dtype)
    }
    return try result.recorded("gamma", alpha) { _, into in
      try into(0) {
        throw TensorError(
          .graph, "gamma", argument: "concentration",
          "samples have no second derivative with "
            + "respect to it")
      }
    }
  }

  /// dx/dα. Relative error about 1e-12; 1e-7 from α = 10⁵ on.
  package static func slope(_ a: Double, _ x: Double) -> Double {
    if a > 1e5 { return largeSlope(a, x) }
    return x < a + 1 ? seriesSlope(a, x) : fractionSlope(a, x)
  }

  /// From P = x^a·e^(−x)/Γ(a + 1)·S, S = Σ xⁿ/((a + 1)···(a + n)).
  private static func seriesSlope(_ a: Double, _ x: Double) -> Double {
    var (term, sum, sumSlope, harmonic) = (1.0, 1.0, 0.0, 0.0)
    var n = 1.0
    while term > 1e-17 * sum {
      term *= x / (a + n)
      harmonic += 1 / (a + n)
      sum += term
      sumSlope -= term * harmonic
      n += 1
    }
    return -x / a * (sum * (log(x) - digamma(a + 1)) + sumSlope)
  }

  /// From 1 − P = x^a·e^(−x)/Γ(a)·F, F Legendre's continued fraction (Lentz's method), with the
  /// derivative of each quantity carried along.
  private static func fractionSlope(_ a: Double, _ x: Double) -> Double {
    var b = x + 1 - a
    var (c, cSlope) = (1e300, 0.0)
    var (d, dSlope) = (1 / b, 1 / (b * b))
    var (f, fSlope) = (d, dSlope)
    var n = 1.0
    while n < 10_000 {
      let p = -n * (n - a)
      b += 2
      let (e, eSlope) = (p * d + b, n * d + p * dSlope - 1)
      (c, cSlope) = (b + p / c, -1 + n / c - p * cSlope / (c * c))
      (d, dSlope) = (1 / e, -eSlope / (e * e))
      let (factor, factorSlope) = (c * d, cSlope * d + c * dSlope)
      (f, fSlope) = (f * factor, fSlope * factor + f * factorSlope)
      if abs(factor - 1) < 1e-16, abs(factorSlope * f) <= 1e-16 * abs(fSlope) { break }
      n += 1
    }
    return x * (f * (log(x) - digamma(a)) + fSlope)
  }

  /// From Cornish & Fisher's x = a + √a·z + (z² − 1)/3 + (z³ − 7z)/(36√a) + ..., z standard normal.
  private static func largeSlope(_ a: Double, _ x: Double) -> Double {
    let root = a.squareRoot()
    let first = (x - a) / root
    let z = first - (first * first - 1) / (3 * root)
    return 1 + z / (2 * root) - (z * z * z - 7 * z) / (72 * a * root)
  }

  /// ψ(x) = Γ′(x)/Γ(x) for x > 0: recurrence to x ≥ 10, then the asymptotic series.
  private static func digamma(_ x: Double) -> Double {
    var (x, shift) = (x, 0.0)
    while x < 10 {
      shift -= 1 / x
      x += 1
    }
    let z = 1 / (x * x)
    let series =
      z
      * (1.0 / 12 - z
        * (1.0 / 120 - z
          * (1.0 / 252 - z * (1.0 / 240 - z * (1.0 / 132 - z * (691.0 / 32760 - z / 12))))))
    return shift + log(x) - 0.5 / x - series
  }
}
