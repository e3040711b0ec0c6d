/// Blur of a density by additive noise.

public import PenumbraTensor

/// y = x + σ ξ with ξ standard normal, drawn anew for each element at each call.
///
/// The law of y is that of x convolved with a Gaussian of standard deviation σ. x: any floating
/// shape.
public final class NoiseBlur: Filter {
  public private(set) var sigma: Double
  private let generator: Generator

  /// - Throws: `TensorError` unless σ is finite and at least 0.
  public init(sigma: Double, using generator: Generator) throws {
    try checkSigma(sigma, "blur.noise")
    (self.sigma, self.generator) = (sigma, generator)
  }

  public var domain: FilterDomain { .density }

  public func setSigma(_ value: Double) throws {
    try checkSigma(value, "blur.noise")
    sigma = value
  }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try x.requireFloating("blur.noise")
    guard sigma > 0 else { return x }
    return try x.add(generator.normal(x.shape, std: sigma, dtype: x.dtype))
  }

  public var description: String { "noise(sigma=\(text(sigma))), of the density" }
}
