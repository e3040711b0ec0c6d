/// Elementwise activations, and Maxout.

public import PenumbraTensor

/// An elementwise function as a layer.
public final class Activation: Module {
  private let name: String
  private let options: String
  private let function: (Tensor) throws -> Tensor
  /// What an affine layer before this one can do in its own pass; see `Sequential`.
  let linearActivation: LinearActivation?

  /// - Parameters:
  ///   - name: shown in the tree, "LeakyReLU".
  ///   - options: shown in parentheses.
  ///   - linearActivation: the same function, where `Tensor.linear` can apply it.
  public init(
    _ name: String, _ options: String = "", linearActivation: LinearActivation? = nil,
    _ function: @escaping (Tensor) throws -> Tensor
  ) {
    (self.name, self.options, self.function) = (name, options, function)
    self.linearActivation = linearActivation
  }

  public override var typeName: String { name }
  public override var configuration: String { options }
  public override func forward(_ input: Tensor) throws -> Tensor { try function(input) }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    Activation(name, options, linearActivation: linearActivation, function)
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

  /// log(1 + eˣ)
  public static func softplus() -> Activation { Activation("Softplus") { try $0.softplus() } }

  /// x where x > 0, α (eˣ − 1) elsewhere
  public static func elu(alpha: Double = 1) -> Activation {
    Activation("ELU", "alpha=\(text(alpha))") { try $0.elu(alpha: alpha) }
  }

  /// x Φ(x)
  public static func gelu() -> Activation { Activation("GELU") { try $0.gelu() } }

  /// x σ(x)
  public static func silu() -> Activation { Activation("SiLU") { try $0.silu() } }
}

/// y_i = max_j x_{i · pieces + j}, the greatest of each group of neighbours.
///
/// x: [..., n · pieces] → [..., n]. After a `Linear` it is the maxout unit of Goodfellow et al.
/// (2013).
public final class Maxout: Module {
  public let pieces: Int

  /// - Throws: `TensorError` for less than one piece.
  public init(pieces: Int) throws {
    try requirePositive(pieces, "Maxout", "pieces")
    self.pieces = pieces
  }

  public override var configuration: String { "pieces=\(pieces)" }

  public override func forward(_ input: Tensor) throws -> Tensor {
    var target = input.shape
    guard let last = target.indices.last, target[last] % pieces == 0,
      target.rank < Shape.maximumRank
    else {
      throw TensorError(
        .shape, "Maxout", argument: "input", expected: "[..., n · \(pieces)]",
        got: "\(input.shape)")
    }
    target[last] /= pieces
    target.append(pieces)
    return try input.reshape(target).maximum(over: [-1])
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Maxout(pieces: pieces)
  }
}

extension Dimensions {
  fileprivate var indices: Range<Int> { 0..<rank }
}
