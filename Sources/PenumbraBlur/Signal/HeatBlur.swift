/// Heat flow of signals, by the discrete cosine transform.

internal import PenumbraTensor

/// How fast a wave of angle θ (radians a pixel) fades.
public enum HeatSpectrum: String, Sendable, CaseIterable {
  /// exp(−σ² (1 − cos θ)): heat flow on the pixels themselves, ∂u/∂t = ½ Δu with the neighbours' Laplacian
  /// at the time σ². Weights are positive, so no value leaves the input's range; the variance of the
  /// impulse response is exactly σ². `GaussianKernel.discrete` never cut off.
  case lattice
  /// exp(−σ² θ²/2): the continuous Gaussian of the signal that has no wave beyond θ = π. Small σ has
  /// negative weights (ringing). Inverse heat dissipation's (Rissanen, Heinonen and Solin 2023).
  case continuous
}

/// y = the heat flow of x for a time σ², whose border lets nothing through: see `MatrixBlur`.
///
/// Edges repeat (cba|abcd|dcb), sums are kept exactly, and A_σ A_τ = A_√(σ² + τ²). Where σ is a number,
/// A_σ = I + Dᵀ (e^{−σ²λ} − 1) D is one matrix for each axis; a tensor's σ takes two products for each.
public final class HeatBlur: MatrixBlur {
  public let spectrum: HeatSpectrum

  /// - Throws: `TensorError` when σ is negative or not finite.
  public init(
    sigma: Strength, spectrum: HeatSpectrum = .lattice, geometry: SignalGeometry = SignalGeometry()
  ) throws {
    self.spectrum = spectrum
    try super.init("blur.heat", HeatOperator(spectrum: spectrum), sigma, geometry)
  }

  /// The same by a number.
  public convenience init(
    sigma: Double, spectrum: HeatSpectrum = .lattice, geometry: SignalGeometry = SignalGeometry()
  ) throws {
    try self.init(sigma: .number(sigma), spectrum: spectrum, geometry: geometry)
  }

  public override var description: String {
    describe("heat", ", spectrum=\(spectrum.rawValue)")
  }
}

private struct HeatOperator: AxisOperator {
  let spectrum: HeatSpectrum

  func matrix(_ sigma: Double, _ n: Int) throws -> Tensor {
    let transform = try CosineTransform.matrix(n)
    let fading = try rates(n).mul(-AxisVariance.of(sigma)).expm1().unsqueeze(1)
    return try transform.transpose(0, 1).matmul(transform.mul(fading)).add(.eye(n, dtype: .float64))
  }

  func apply(_ x: Tensor, _ dimension: Int, _ sigma: Tensor) throws -> Tensor {
    let n = x.shape[dimension]
    let transform = try CosineTransform.matrix(n).to(x.dtype)
    // [a, b, 1, ..., n, ..., 1]
    var shape = Shape(repeating: 1, rank: x.rank)
    (shape[0], shape[1], shape[dimension]) = (sigma.shape[0], sigma.shape[1], n)
    let fading = try AxisVariance.of(sigma).unsqueeze(2).mul(rates(n).negative()).expm1()
    // As a change, so that none is exactly none.
    let change = try x.multiplied(by: transform, along: dimension).mul(
      fading.to(x.dtype).reshape(shape))
    return try x.add(change.multiplied(by: transform.transpose(0, 1), along: dimension))
  }

  /// λ[k], [n]
  private func rates(_ n: Int) throws -> Tensor {
    let angles = try Tensor((0..<n).map { Double($0) / Double(n) }, [n], dtype: .float64).mul(.pi)
    return switch spectrum {
    // 1 − cos θ without its cancellation
    case .lattice: try angles.mul(0.5).sin().square().mul(2)
    case .continuous: try angles.square().mul(0.5)
    }
  }
}
