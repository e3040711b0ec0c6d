/// Activations without parameters: the layer, and those that `Tensor.linear` can apply itself.

public import PenumbraTensor

/// A function of tensors as a layer: of single elements, or of slices along one dimension.
///
/// x: [...] → [...].
public final class Activation: Module {
  private let name: String
  private let options: String
  private let isElementwise: Bool
  private let function: (Tensor) throws -> Tensor
  /// What an affine layer before this one can do in its own pass; see `Sequential`.
  let linearActivation: LinearActivation?

  /// - Parameters:
  ///   - name: shown in the tree, "LeakyReLU".
  ///   - options: shown in parentheses.
  ///   - linearActivation: the same function, where `Tensor.linear` can apply it.
  ///   - elementwise: whether each element's value depends on that element alone; if not, the function
  ///     must treat examples [n, ...] independently.
  public init(
    _ name: String, _ options: String = "", linearActivation: LinearActivation? = nil,
    elementwise: Bool = true, _ function: @escaping (Tensor) throws -> Tensor
  ) {
    (self.name, self.options, self.function) = (name, options, function)
    (self.linearActivation, isElementwise) = (linearActivation, elementwise)
  }

  public override var typeName: String { name }
  public override var configuration: String { options }
  public override func forward(_ input: Tensor) throws -> Tensor { try function(input) }

  public override var copies: Copies { isElementwise ? .elementwise : .folded }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    Activation(
      name, options, linearActivation: linearActivation, elementwise: isElementwise, function)
  }

  /// max(x, 0)
  public static func relu() -> Activation {
    Activation("ReLU", linearActivation: .relu) { try $0.relu() }
  }

  /// x where x > 0, slope · x elsewhere
  public static func leakyReLU(slope: Double = 0.01) -> Activation {
    Activation(
      "LeakyReLU", "slope=\(text(slope))",
      linearActivation: slope > 0 ? .leakyReLU(slope: slope) : nil
    ) { try $0.leakyReLU(slope: slope) }
  }

  public static func tanh() -> Activation {
    Activation("Tanh", linearActivation: .tanh) { try $0.tanh() }
  }

  /// 1/(1 + e⁻ˣ)
  public static func sigmoid() -> Activation {
    Activation("Sigmoid", linearActivation: .sigmoid) { try $0.sigmoid() }
  }
}
