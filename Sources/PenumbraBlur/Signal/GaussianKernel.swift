/// One-dimensional Gaussian weights.

internal import PenumbraTensor

/// How a Gaussian becomes weights at whole pixels.
public enum GaussianKernel: String, Sendable, CaseIterable {
  /// w[k] ∝ exp(−k²/2σ²), as SciPy, OpenCV and PyTorch; its variance is σ² to rounding for σ ≥ 1.
  case sampled
  /// w[k] = exp(−σ²) I_k(σ²), the lattice's own heat kernel: its variance is exactly σ² for every
  /// σ, and blurring by σ and then by τ is blurring by √(σ² + τ²). Lindeberg (1990).
  case discrete
}

/// Gaussian weights cut off at a radius: ⌊truncate · σ + ½⌋ for `sampled`, as SciPy; 2 more for
/// `discrete`, whose tails are heavier.
///
/// Cut off at c standard deviations a Gaussian has the standard deviation
/// σ √(1 − 2c φ(c) / (2 Φ(c) − 1)), in the limit of large σ: 0.9866 σ for c = 3, 0.99985 σ for c = 5. The
/// radius is constant between two jumps as σ grows, and derivatives are those for a constant radius.
struct GaussianTaps: TapFamily {
  let kernel: GaussianKernel
  let truncate: Double

  var limit: Double { Double(SeparableKernel.maximumRadius - 3) / truncate }

  func half(_ sigma: Tensor) throws -> Tensor {
    let tail = kernel == .discrete ? 2 : 0
    let radii = try sigma.detached().doubles().map {
      $0 > 0 ? Int(truncate * $0 + 0.5) + tail : 0
    }
    // Where σ may grow from 0, the derivative of `discrete` needs its neighbours too.
    let reach = max(radii.max() ?? 0, kernel == .discrete && sigma.requiresGradient ? tail : 0)
    let weights =
      switch kernel {
      case .sampled: try GaussianTaps.sampled(sigma, reach)
      case .discrete: try LatticeHeat.weights(sigma.square(), reach)
      }
    return try TapTable.normalised(
      weights, sigma, radii: kernel == .discrete ? radii.map { max($0, tail) } : radii)
  }

  /// exp(−k²/2σ²) for k = 0, ..., reach
  private static func sampled(_ sigma: Tensor, _ reach: Int) throws -> Tensor {
    let k = try Tensor((0...reach).map(Double.init), [reach + 1], dtype: .float64)
    // Below 0.02 all but the first and all derivatives vanish in double precision.
    let distance = try k.div(sigma.clamp(minimum: 0.02).unsqueeze(2))
    return try distance.square().mul(-0.5).exp()
  }
}
