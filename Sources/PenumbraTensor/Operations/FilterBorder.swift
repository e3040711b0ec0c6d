/// What stands beyond the edge of a signal that a filter reaches over.

public enum FilterBorder: String, Sendable, CaseIterable {
  /// dcb|abcd|cba, PyTorch's "reflect", SciPy's "mirror": the edge itself is not repeated.
  case reflect
  /// aaa|abcd|ddd, SciPy's "nearest"
  case replicate
  /// bcd|abcd|abc, SciPy's "wrap"
  case circular
  /// 000|abcd|000, SciPy's "constant"
  case zero
  /// cba|abcd|dcb, NumPy's "symmetric", SciPy's "reflect": the edge is repeated. Symmetric weights keep
  /// the mean, as heat does that cannot leave.
  case symmetric
  /// The zero border's result divided by what that border makes of ones: weights beyond the edge are
  /// left out and the others made to sum to 1. Where they sum to 0 the result is not finite.
  case renormalised
}

extension FilterBorder {
  /// Taps that do what these do on a line of n elements, of a radius of at most n: for each of 2 radius + 1
  /// taps the place in the new list to add it at, nil where it meets only zeros. Nil where none is too
  /// far out.
  func folding(radius: Int, _ n: Int) -> (radius: Int, places: [Int?])? {
    guard radius > n, n > 0 else { return nil }
    let period =
      switch self {
      case .reflect: max(1, 2 * (n - 1))
      case .circular: n
      case .symmetric: 2 * n
      case .replicate, .zero, .renormalised: 0
      }
    let limit = period > 0 ? period / 2 : n - 1
    let places = (-radius...radius).map { tap -> Int? in
      if period > 0 {
        let rest = ((tap % period) + period) % period
        return (rest < period - period / 2 ? rest : rest - period) + limit
      }
      guard abs(tap) <= limit || self == .replicate else { return nil }
      return min(max(tap, -limit), limit) + limit
    }
    return (limit, places)
  }
}
