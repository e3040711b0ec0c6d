/// Blur of a density by additive noise.

public import PenumbraTensor

/// y = x + σ ξ with ξ standard normal, drawn anew for each element at each call.
///
/// x: any floating shape. The law of y is that of x convolved with a Gaussian of standard deviation σ.
/// σ is a number, or a tensor: [] one for all, [n] one for each example, or a shape such as [1, d] that
/// broadcasts to x. For given noise dy/dx = 1 and dy/dσ = ξ (the noise is reparameterised), so σ can be
/// learnt.
public final class NoiseBlur: Filter {
  public private(set) var sigma: Strength
  private let generator: Generator

  /// - Throws: `TensorError` unless σ is finite and at least 0.
  public init(sigma: Strength, using generator: Generator) throws {
    try sigma.check("blur.noise")
    (self.sigma, self.generator) = (sigma, generator)
  }

  public convenience init(sigma: Double, using generator: Generator) throws {
    try self.init(sigma: .number(sigma), using: generator)
  }

  public var domain: FilterDomain { .density }
  public var isLinear: Bool { false }

  public func setSigma(_ value: Strength) throws {
    try value.check("blur.noise")
    sigma = value
  }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try x.requireFloating("blur.noise")
    switch sigma {
    case .number(0): return x
    case .number(let std): return try x.add(generator.normal(x.shape, std: std, dtype: x.dtype))
    case .tensor:
      let factor = try sigma.factor(of: x, "blur.noise")
      return try x.add(generator.normal(x.shape, dtype: x.dtype).mul(factor))
    }
  }

  public var description: String { "noise(sigma=\(sigma)), of the density" }
}
