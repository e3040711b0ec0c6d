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
    try input.dropout(probability, isTraining: isTraining, using: generator)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Dropout(probability, using: generator)
  }
}
