/// Dropout: of elements, of whole channels, and the kind that goes with SELU.

public import PenumbraTensor

/// In training each element (or channel) is zeroed with probability p and the others are divided by
/// 1 − p, so that the mean stays; in use, the identity.
///
/// x: [...] of any shape; for channels [n, c, ...]. Srivastava et al. (2014), Tompson et al. (2015),
/// Klambauer et al. (2017). Copies of the layer draw from the same generator.
public final class Dropout: Module {
  /// What is dropped as one.
  public enum Kind: Sendable, Equatable {
    case elements
    /// Channels of inputs with so many spatial dimensions, or fewer.
    case channels(dimensions: Int)
    /// Elements, set to SELU's least value; scale and shift keep mean 0 and variance 1.
    case alpha
  }

  public let probability: Double
  public let kind: Kind
  private let generator: Generator

  /// - Throws: `TensorError` unless 0 ≤ p ≤ 1.
  public init(_ probability: Double = 0.5, _ kind: Kind = .elements, using generator: Generator)
    throws
  {
    (self.probability, self.kind, self.generator) = (probability, kind, generator)
    super.init()
    try requireProbability(probability, typeName, "p")
  }

  public override var typeName: String {
    switch kind {
    case .elements: "Dropout"
    case .channels(let dimensions): "Dropout\(dimensions)d"
    case .alpha: "AlphaDropout"
    }
  }

  public override var configuration: String { "p=\(Module.text(probability))" }

  public override func forward(_ input: Tensor) throws -> Tensor {
    switch kind {
    case .elements: try input.dropout(probability, isTraining: isTraining, using: generator)
    case .channels:
      try input.featureDropout(probability, isTraining: isTraining, using: generator)
    case .alpha: try input.alphaDropout(probability, isTraining: isTraining, using: generator)
    }
  }

  public override var copies: Copies {
    if case .channels = kind { .folded } else { .elementwise }
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Dropout(probability, kind, using: generator)
  }
}
