/// A block with a way around it.

public import PenumbraTensor

/// y = shortcut(x) + scale · block(x)
///
/// The shortcut is the identity unless given. Both results must have one shape, or shapes that
/// broadcast. He et al. (2016).
public final class Residual: Module {
  public let block: Module
  public let shortcut: Module?
  public let scale: Double

  /// - Throws: `TensorError` for modules that are nested too deeply, or a scale that is not finite.
  public init(_ block: Module, shortcut: Module? = nil, scale: Double = 1) throws {
    guard scale.isFinite else {
      throw TensorError(
        .value, "Residual", argument: "scale", expected: "a finite number", got: "\(scale)")
    }
    (self.block, self.shortcut, self.scale) = (block, shortcut, scale)
    super.init()
    try register(child: "block", block)
    if let shortcut { try register(child: "shortcut", shortcut) }
  }

  public override var configuration: String { scale == 1 ? "" : "scale=\(Module.text(scale))" }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try sum(shortcut.map { try $0(input) } ?? input, block(input))
  }

  public override func forward(copies input: Tensor) throws -> Tensor {
    try sum(shortcut.map { try $0.forward(copies: input) } ?? input, block.forward(copies: input))
  }

  private func sum(_ direct: Tensor, _ value: Tensor) throws -> Tensor {
    try direct.add(scale == 1 ? value : value.mul(scale))
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Residual(copier(block), shortcut: shortcut.map { try copier($0) }, scale: scale)
  }
}
