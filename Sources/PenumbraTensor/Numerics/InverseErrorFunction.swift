/// The inverse of the error function, for one number.

internal import Glibc

enum InverseErrorFunction {
  /// y with erf y = x; ±∞ at ±1, NaN outside.
  ///
  /// Giles's approximation (2010), good to 10⁻⁶ but in the far tails, and Halley's steps until they are
  /// small. Beyond ½ these solve erfc y = 1 − |x|, whose right side is exact, so the tails keep all
  /// digits.
  static func value(_ x: Double) -> Double {
    let magnitude = x.magnitude
    guard magnitude < 1 else { return magnitude == 1 ? x * .infinity : .nan }
    let complement = 1 - magnitude
    var y = estimate(magnitude, complement)
    for _ in 0..<8 {
      let excess = magnitude < 0.5 ? Glibc.erf(y) - magnitude : complement - Glibc.erfc(y)
      // excess / erf'(y), erf'' = −2y erf'
      let step = excess * Glibc.exp(y * y) * (Double.pi.squareRoot() / 2)
      y -= step / (1 + y * step)
      // The next step would be of the order of step³.
      if step.magnitude <= 1e-7 * y { break }
    }
    return x.sign == .minus ? -y : y
  }

  private static func estimate(_ x: Double, _ complement: Double) -> Double {
    let w = -Glibc.log(complement * (1 + x))
    let (t, coefficients) = w < 5 ? (w - 2.5, central) : (w.squareRoot() - 3, tail)
    return coefficients.reduce(0) { $0 * t + $1 } * x
  }

  private static let central = [
    2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
    -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
  ]
  private static let tail = [
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
    -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
  ]
}
