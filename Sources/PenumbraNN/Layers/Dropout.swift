/// Dropout.

public import PenumbraTensor

/// In training each element is zeroed with probability p and the others are divided by 1 − p, so
/// that the mean stays; in use, the identity.
///
/// Srivastava et al. (2014). Copies of the layer draw from the same generator.
public final class Dropout: Module {
  public let probability: Double
  private let generator: Generator

  /// - Throws: `TensorError` unless 0 ≤ p ≤ 1.
  public init(_ probability: Double = 0.5, using generator: Generator) throws {
    try requireProbability(probability, "Dropout", "p")
    (self.probability, self.generator) = (probability, generator)
  }

  public override var configuration: String { "p=\(Module.text(probability))" }

  public override func forward(_ input: Tensor) throws -> Tensor {
    guard isTraining, probability > 0 else { return input }
    try input.requireFloating("Dropout")
    guard probability < 1 else { return try input.mul(0) }
    let kept = try generator.uniform(input.shape, dtype: input.dtype).ge(probability)
    return try input.mul(kept.to(input.dtype).mul(1 / (1 - probability)))
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Dropout(probability, using: generator)
  }
}
