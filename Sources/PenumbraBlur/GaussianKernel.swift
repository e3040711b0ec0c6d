/// One-dimensional Gaussian weights.

internal import Glibc

/// How a Gaussian becomes weights at whole pixels.
public enum GaussianKernel: String, Sendable, CaseIterable {
  /// w[k] ∝ exp(−k²/2σ²), as SciPy, OpenCV and PyTorch; its variance is σ² to rounding for σ ≥ 1.
  case sampled
  /// w[k] = exp(−σ²) I_k(σ²), the lattice's own heat kernel: its variance is exactly σ² for every
  /// σ, and blurring by σ and then by τ is blurring by √(σ² + τ²). Lindeberg (1990).
  case discrete

  /// Weights from −r to r that sum to 1: for `sampled` r = ⌊truncate · σ + ½⌋, SciPy's radius; for
  /// `discrete` 2 more, since its tails are heavier. σ = 0 gives [1].
  func taps(sigma: Double, truncate: Double) -> [Double] {
    guard sigma > 0 else { return [1] }
    let radius = Int(truncate * sigma + 0.5) + (self == .discrete ? 2 : 0)
    let half =
      switch self {
      case .sampled: (0...radius).map { GaussianKernel.density(Double($0), sigma) }
      case .discrete: GaussianKernel.heat(sigma * sigma, radius)
      }
    let total = half[0] + 2 * half.dropFirst().reduce(0, +)
    let side = half.dropFirst().map { $0 / total }
    return side.reversed() + [half[0] / total] + side
  }

  private static func density(_ k: Double, _ sigma: Double) -> Double {
    // σ² may vanish in double precision where σ does not.
    let distance = k / sigma
    return exp(-0.5 * distance * distance)
  }

  /// I_0(t), ..., I_radius(t) up to a common factor, by Miller's backward recurrence
  /// I_{k−1} = I_{k+1} + (2k/t) I_k, which is stable downwards from where I_k is negligible.
  private static func heat(_ t: Double, _ radius: Int) -> [Double] {
    let start = radius + 20 + Int(10 * t.squareRoot())
    var result = [Double](repeating: 0, count: radius + 1)
    // Below this no weight but the first differs from 0 by a rounding error.
    guard t > 1e-17 else {
      result[0] = 1
      return result
    }
    var (next, current) = (0.0, 1e-300)
    for k in stride(from: start, through: 1, by: -1) {
      var previous = next + 2 * Double(k) / t * current
      if previous > 1e250 {
        for index in result.indices { result[index] *= 1e-280 }
        previous *= 1e-280
        current *= 1e-280
      }
      (next, current) = (current, previous)
      if k - 1 <= radius { result[k - 1] = current }
    }
    return result
  }
}
