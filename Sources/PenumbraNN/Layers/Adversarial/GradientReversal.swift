/// The identity whose gradient points the other way.

public import PenumbraTensor

/// y = x, dL/dx = −scale · dL/dy
///
/// What comes before it climbs the loss that what comes after it descends: one optimiser step trains
/// both sides of a game. Ganin & Lempitsky (2015). The scale can be changed between runs.
public final class GradientReversal: Module {
  public var scale: Double

  /// - Throws: `TensorError` for a scale that is not finite.
  public init(scale: Double = 1) throws {
    guard scale.isFinite else {
      throw TensorError(
        .value, "GradientReversal", argument: "scale", expected: "a finite number",
        got: "\(scale)")
    }
    self.scale = scale
  }

  public override var configuration: String { "scale=\(Module.text(scale))" }

  public override func forward(_ input: Tensor) throws -> Tensor {
    guard input.dtype.isFloating else {
      throw TensorError(
        .dtype, "GradientReversal", argument: "input", expected: "float32 or float64",
        got: input.dtype.name)
    }
    let factor = -scale
    return try Tensor.custom("gradient_reversal", [input]) { _ in
      [input.detached()]
    } backward: { _, gradients in
      [try gradients[0].mul(factor)]
    }[0]
  }

  public override var copies: Copies { .elementwise }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try GradientReversal(scale: scale)
  }
}
