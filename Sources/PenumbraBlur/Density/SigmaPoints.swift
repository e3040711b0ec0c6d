/// Fixed offsets whose weighted mean is exact for polynomials, in place of random ones.

internal import PenumbraTensor

/// Points ξ_k in d dimensions with weights w_k > 0 of sum 1: Σ_k w_k f(ξ_k) = E f(ξ), ξ standard normal,
/// exactly for the polynomials that each rule names.
enum SigmaPoints {
  /// ±√(d + κ) e_i with weights 1/(2(d + κ)) and, for κ > 0, the origin with κ/(d + κ): the unscented
  /// transform of Julier & Uhlmann (1997) with κ = max(3 − d, 0), which keeps all weights positive.
  /// Exact up to degree 3; for d ≤ 3 also for ξ_i⁴, for d = 1 up to degree 5. 2d + 1 points, 2d from d = 3.
  case unscented
  /// All combinations of the m points of Gauss–Hermite's rule on each axis, mᵈ in all. Exact up to degree
  /// 2m − 1 in each coordinate.
  case tensorProduct(Int)

  /// The greatest number of points.
  static let maximumCount = 1 << 20

  /// How many points d ≥ 1 dimensions take; nil for more than `maximumCount`.
  func count(_ dimension: Int) -> Int? {
    switch self {
    case .unscented:
      let count = dimension < 3 ? 2 * dimension + 1 : dimension.multipliedReportingOverflow(by: 2).0
      return (1...SigmaPoints.maximumCount).contains(count) ? count : nil
    case .tensorProduct(let points):
      var count = 1
      guard points > 1 else { return 1 }
      for _ in 0..<dimension {
        count *= points
        if count > SigmaPoints.maximumCount { return nil }
      }
      return count
    }
  }

  /// The number of dimensions that take so many points; nil where none does.
  private func dimension(_ count: Int) -> Int? {
    switch self {
    case .unscented:
      return count == 3 ? 1 : count == 5 ? 2 : count >= 6 && count % 2 == 0 ? count / 2 : nil
    case .tensorProduct(let points):
      if points == 1 { return count == 1 ? 1 : nil }
      var (dimension, reached) = (0, 1)
      while reached < count { (dimension, reached) = (dimension + 1, reached * points) }
      return reached == count ? dimension : nil
    }
  }

  private func kappa(_ dimension: Int) -> Double { Double(max(3 - dimension, 0)) }

  /// [count, d]; `count` is that of `count(d)`.
  func offsets(_ count: Int, _ dimension: Int, _ dtype: DType) throws -> Tensor {
    let result = try Tensor.zeros([count, dimension], dtype: .float64)
    try result.withMutableBytes { bytes in
      let values = bytes.bindMemory(to: Double.self)
      switch self {
      case .unscented:
        let radius = (Double(dimension) + kappa(dimension)).squareRoot()
        for axis in 0..<dimension {
          values[2 * axis * dimension + axis] = radius
          values[(2 * axis + 1) * dimension + axis] = -radius
        }
      case .tensorProduct(let points):
        let rule = try GaussHermiteRule(points).points
        for index in 0..<count {
          var rest = index
          for axis in 0..<dimension {
            values[index * dimension + axis] = rule[rest % points]
            rest /= points
          }
        }
      }
    }
    return try result.to(dtype)
  }

  /// The weights of so many points, in the order of `offsets`; nil where no dimension has so many.
  func weights(_ count: Int) throws -> [Double]? {
    guard count <= SigmaPoints.maximumCount, let dimension = dimension(count) else { return nil }
    switch self {
    case .unscented:
      let whole = Double(dimension) + kappa(dimension)
      var result = [Double](repeating: 0.5 / whole, count: count)
      if dimension < 3 { result[count - 1] = kappa(dimension) / whole }
      return result
    case .tensorProduct(let points):
      let rule = try GaussHermiteRule(points).weights
      return (0..<count).map { index in
        var (rest, weight) = (index, 1.0)
        for _ in 0..<dimension {
          weight *= rule[rest % points]
          rest /= points
        }
        return weight
      }
    }
  }
}
