/// Blur of a density at many strengths at once, one drawn for each example.

public import PenumbraTensor

/// y[i] = x[i] + λ[i] ξ[i], λ[i] = σ u[i] with u drawn from a law at each call, ξ standard normal.
///
/// x: [n, ...]. The discriminator sees the densities at all levels, and should be told which: `strengths`
/// are the λ [n] of the last call. σ scales the law; it may be a tensor, [] or [n].
public final class NoiseLevelsBlur: Filter {
  public private(set) var sigma: Strength
  public let law: StrengthLaw
  /// λ of the last call, [n]; nil before the first.
  public private(set) var strengths: Tensor?
  private let generator: Generator

  /// - Throws: `TensorError` for numbers out of range.
  public init(sigma: Strength = .number(1), law: StrengthLaw, using generator: Generator) throws {
    try sigma.check("blur.noise_levels")
    try law.check("blur.noise_levels")
    (self.sigma, self.law, self.generator) = (sigma, law, generator)
  }

  public var domain: FilterDomain { .density }
  public var isLinear: Bool { false }

  public func setSigma(_ value: Strength) throws {
    try value.check("blur.noise_levels")
    sigma = value
  }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    let name = "blur.noise_levels"
    try x.requireFloating(name)
    guard x.rank > 0 else {
      throw TensorError(.shape, name, argument: "input", expected: "[n, ...]", got: "\(x.shape)")
    }
    let drawn = try law.draw(x.shape[0], x.dtype, using: generator, name)
    let levels: Tensor
    switch sigma {
    case .number(let value): levels = try drawn.mul(value)
    case .tensor(let tensor):
      guard tensor.rank == 0 || tensor.shape == [x.shape[0]] else {
        throw TensorError(
          .shape, name, argument: "sigma", expected: "[] or [\(x.shape[0])]", got: "\(tensor.shape)"
        )
      }
      levels = try drawn.mul(sigma.factor(of: drawn, name))
    }
    strengths = levels
    if sigma.isZero { return x }
    let noise = try generator.normal(x.shape, dtype: x.dtype)
    return try x.add(noise.mul(levels.aligned(with: x, name, "strengths")))
  }

  public var description: String {
    "noise_levels(sigma=\(sigma), \(law.description)), of the density"
  }
}
