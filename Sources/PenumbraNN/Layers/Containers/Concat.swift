/// Branches side by side.

public import PenumbraTensor

/// y = [f_1(x), f_2(x), ...], joined along a dimension
///
/// All branches get the same input; their results agree in every other dimension. With one input and
/// an `Identity` among the branches it is a skip connection by concatenation.
public final class Concat: Module {
  public let dimension: Int

  /// - Parameter dimension: counted from 0, or from the end where negative; 1 for channels.
  /// - Throws: `TensorError` without branches, or when they are nested too deeply.
  public init(_ branches: [Module], dimension: Int = 1) throws {
    guard !branches.isEmpty else {
      throw TensorError(
        .value, "Concat", argument: "modules", expected: "at least one", got: "none")
    }
    self.dimension = dimension
    super.init()
    for (index, branch) in branches.enumerated() { try register(child: "\(index + 1)", branch) }
  }

  public override var configuration: String { "dim=\(shownDimension(dimension))" }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try Tensor.cat(children.map { try $0.module(input) }, dimension)
  }

  /// Several inputs go to every branch.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard inputs.count != 1 else { return try forward(inputs[0]) }
    return try Tensor.cat(children.map { try $0.module(inputs) }, dimension)
  }

  public override func forward(copies input: Tensor) throws -> Tensor {
    // A dimension counted from the front moves by the copies'.
    let axis = dimension < 0 ? dimension : dimension + 1
    return try Tensor.cat(children.map { try $0.module.forward(copies: input) }, axis)
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Concat(children.map { try copier($0.module) }, dimension: dimension)
  }
}
