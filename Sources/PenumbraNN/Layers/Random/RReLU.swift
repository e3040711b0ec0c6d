/// The rectifier whose negative slope is drawn anew for each element.

public import PenumbraTensor

/// x where x ≥ 0, a·x elsewhere; in training a ~ U[lower, upper) for each element, in use its mean.
///
/// x: [...] of any shape (Xu et al. 2015). Copies of the layer draw from the same generator.
public final class RReLU: Module {
  public let lower, upper: Double
  private let generator: Generator

  /// - Throws: `TensorError` unless both are finite and lower ≤ upper.
  public init(lower: Double = 1 / 8, upper: Double = 1 / 3, using generator: Generator) throws {
    (self.lower, self.upper, self.generator) = (lower, upper, generator)
    super.init()
    guard lower.isFinite, upper.isFinite, lower <= upper else {
      throw TensorError(
        .value, typeName, argument: "lower", expected: "finite slopes, lower ≤ upper",
        got: "\(Module.text(lower)) and \(Module.text(upper))")
    }
  }

  public override var typeName: String { "RReLU" }

  public override var configuration: String {
    "lower=\(Module.text(lower)), upper=\(Module.text(upper))"
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    guard isTraining, lower < upper else { return try input.leakyReLU(slope: (lower + upper) / 2) }
    try input.requireFloating(typeName)
    let slopes = try generator.uniform(input.shape, low: lower, high: upper, dtype: input.dtype)
    return try Tensor.select(input.ge(0), input, input.mul(slopes))
  }

  public override var copies: Copies { .elementwise }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try RReLU(lower: lower, upper: upper, using: generator)
  }
}
