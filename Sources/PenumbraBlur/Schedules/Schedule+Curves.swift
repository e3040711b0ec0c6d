/// Smooth schedules.

internal import Glibc
internal import PenumbraTensor

extension Schedule {
  /// The same number always.
  public static func constant(_ value: Double) throws -> Schedule {
    try requireFinite(value, "constant", "value")
    return Schedule("constant(\(text(value)))") { _ in value }
  }

  /// from + (to − from) t / steps, and `to` afterwards.
  public static func linear(from: Double, to: Double, steps: Double) throws -> Schedule {
    try between("linear", from, to, steps) { from + (to - from) * $0 }
  }

  /// to + (from − to) (1 + cos(π t / steps)) / 2, and `to` afterwards. Loshchilov & Hutter (2017).
  public static func cosine(from: Double, to: Double, steps: Double) throws -> Schedule {
    try between("cosine", from, to, steps) { to + (from - to) * (1 + cos(.pi * $0)) / 2 }
  }

  /// from · (to / from)^(t / steps), and `to` afterwards; both must have the same sign.
  public static func exponential(from: Double, to: Double, steps: Double) throws -> Schedule {
    try require(from != 0, "exponential", "from", "a number other than 0", from)
    try require(
      to != 0 && (to > 0) == (from > 0), "exponential", "to", "a number of the sign of 'from'", to)
    return try between("exponential", from, to, steps) { from * pow(to / from, $0) }
  }

  /// a (b + t)^−γ. With ½ < γ ≤ 1 it meets the Robbins–Monro conditions; Welling & Teh (2011) use
  /// it for the steps of stochastic-gradient Langevin dynamics.
  public static func polynomial(scale a: Double, offset b: Double, power gamma: Double) throws
    -> Schedule
  {
    try requireFinite(a, "polynomial", "a")
    try requirePositive(b, "polynomial", "b")
    try requireFinite(gamma, "polynomial", "gamma")
    return Schedule("polynomial(a=\(text(a)), b=\(text(b)), gamma=\(text(gamma)))") {
      a * pow(b + $0, -gamma)
    }
  }

  /// to + (from − to) (1 − t / steps)^power, and `to` afterwards: PyTorch's PolynomialLR.
  public static func power(from: Double, to: Double, steps: Double, power: Double) throws
    -> Schedule
  {
    try requirePositive(power, "power", "power")
    return try between("power", from, to, steps) { to + (from - to) * pow(1 - $0, power) }
  }

  /// from / (1 + t / halfLife): half at `halfLife`, a third at twice that.
  public static func hyperbolic(from: Double, halfLife: Double) throws -> Schedule {
    try requireFinite(from, "hyperbolic", "from")
    try requirePositive(halfLife, "hyperbolic", "half_life")
    return Schedule("hyperbolic(from=\(text(from)), half_life=\(text(halfLife)))") {
      from / (1 + $0 / halfLife)
    }
  }

  /// A curve over the fraction t / steps that ends at `to` exactly and stays there.
  private static func between(
    _ name: String, _ from: Double, _ to: Double, _ steps: Double,
    _ curve: @escaping (Double) -> Double
  ) throws -> Schedule {
    try requireFinite(from, name, "from")
    try requireFinite(to, name, "to")
    try requirePositive(steps, name, "steps")
    return Schedule("\(name)(from=\(text(from)), to=\(text(to)), steps=\(text(steps)))") {
      $0 >= steps ? to : curve($0 / steps)
    }
  }
}
