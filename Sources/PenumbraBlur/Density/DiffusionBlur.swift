/// Blur of a density by diffusion: the data shrink while noise takes their place.

public import PenumbraTensor

/// y = √ᾱ x + √(1 − ᾱ) s ε with ε standard normal, drawn anew for each element at each call.
///
/// x: any floating shape. The strength is σ = √(1 − ᾱ), from 0, the identity, to 1, where nothing but
/// noise is left; a tensor may be [], [n], or broadcast to x. For given noise dy/dx = √ᾱ and
/// dy/dσ = s ε − x σ/√ᾱ, which is infinite at σ = 1. Of data with variance s² the law's variance stays s².
/// Source: Sohl-Dickstein et al. 2015; Ho et al. 2020.
public final class DiffusionBlur: Filter {
  public private(set) var sigma: Strength
  /// s, the noise's own standard deviation.
  public let noise: Double
  private let generator: Generator

  /// - Throws: `TensorError` (value) unless σ is in [0, 1] and the noise is finite and at least 0.
  public init(sigma: Strength, noise: Double = 1, using generator: Generator) throws {
    try DiffusionBlur.check(sigma)
    try checkSigma(noise, "blur.diffusion", "noise")
    (self.sigma, self.noise, self.generator) = (sigma, noise, generator)
  }

  /// σ = √(1 − ᾱ)
  ///
  /// - Throws: `TensorError` (value) unless ᾱ is in [0, 1].
  public static func strength(alphaBar: Strength) throws -> Strength {
    try check(alphaBar, "alpha_bar")
    return switch alphaBar {
    case .number(let value): .number((1 - value).squareRoot())
    case .tensor(let tensor): .tensor(try tensor.subtracted(from: 1).sqrt())
    }
  }

  /// ᾱ = 1 − σ², how much of the variance is the data's.
  public var alphaBar: Strength {
    get throws {
      switch sigma {
      case .number(let value): .number((1 - value) * (1 + value))
      case .tensor(let tensor): .tensor(try tensor.square().subtracted(from: 1))
      }
    }
  }

  private static func check(_ value: Strength, _ argument: String = "sigma") throws {
    try value.check("blur.diffusion", argument)
    guard value.greatest <= 1 else {
      throw TensorError(
        .value, "blur.diffusion", argument: argument, expected: "numbers from 0 to 1",
        got: text(value.greatest))
    }
  }

  public var domain: FilterDomain { .density }
  public var isLinear: Bool { false }

  public func setSigma(_ value: Strength) throws {
    try DiffusionBlur.check(value)
    sigma = value
  }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try x.requireFloating("blur.diffusion")
    try DiffusionBlur.check(sigma)
    switch sigma {
    case .number(0): return x
    case .number(let value):
      let kept = ((1 - value) * (1 + value)).squareRoot()
      return try x.mul(kept).add(generator.normal(x.shape, std: value * noise, dtype: x.dtype))
    case .tensor:
      let share = try sigma.factor(of: x, "blur.diffusion")
      let kept = try share.subtracted(from: 1).mul(share.add(1)).sqrt()
      return try x.mul(kept).add(
        generator.normal(x.shape, std: noise, dtype: x.dtype).mul(share))
    }
  }

  public var description: String {
    "diffusion(sigma=\(sigma), noise=\(text(noise))), of the density"
  }
}
