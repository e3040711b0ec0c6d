/// The last layer of a projection discriminator.

public import PenumbraTensor

/// y = ψ(φ) + ⟨embed[c], φ⟩, with an affine ψ: features → 1
///
/// (φ, c) with φ: [n, features] and integer labels c: [n] → [n, 1]; φ alone gives ψ(φ), the
/// unconditional part. The children "linear" and "embed" start as `Linear` and `Embedding` do, and may
/// be spectrally normalised. Miyato & Koyama (2018), equation 3.
public final class ProjectionHead: Module {
  private let linear: Module
  private let embed: Module

  /// - Parameter spectral: whether both parts are wrapped in `SpectralNorm`, as in the paper.
  /// - Throws: `TensorError` for sizes below 1.
  public convenience init(
    _ features: Int, classes: Int, spectral: Bool = false, firstIndex: Int = 0,
    dtype: DType = .float32, using generator: Generator
  ) throws {
    try requirePositive(features, "ProjectionHead", "features")
    try requirePositive(classes, "ProjectionHead", "classes")
    let linear = try Linear(features, 1, dtype: dtype, using: generator)
    let embed = try Embedding(
      classes, features, firstIndex: firstIndex, dtype: dtype, using: generator)
    func wrapped(_ module: Module) throws -> Module {
      spectral ? try SpectralNorm(module, using: generator) : module
    }
    try self.init(wrapped(linear), wrapped(embed))
  }

  private init(_ linear: Module, _ embed: Module) throws {
    (self.linear, self.embed) = (linear, embed)
    super.init()
    try register(child: "linear", linear)
    try register(child: "embed", embed)
  }

  public override var configuration: String { "" }

  public override func forward(_ input: Tensor) throws -> Tensor { try linear(input) }

  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard inputs.count == 2 else { return try super.forward(inputs) }
    let (features, labels) = (inputs[0], inputs[1])
    guard features.rank == 2, labels.rank == 1, labels.shape[0] == features.shape[0] else {
      throw TensorError(
        .shape, "ProjectionHead", argument: "classes",
        expected: "[n, features] and [n]", got: "\(features.shape) and \(labels.shape)")
    }
    let projection = try embed(labels).mul(features).sum([1], keepDimensions: true)
    return try linear(features).add(projection)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try ProjectionHead(copier(linear), copier(embed))
  }
}
