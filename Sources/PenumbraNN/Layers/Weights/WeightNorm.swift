/// A layer's weight as a direction and a length.

public import PenumbraTensor

/// Runs a layer with g · V/‖V‖ in the place of its weight
///
/// V is the layer's own parameter, "module.weight"; ‖V‖ is taken over all dimensions but one, along
/// which every slice has its own length in g: for a Linear [out, in], g: [out, 1]. g starts as ‖V‖, so that
/// the layer is what it was. Salimans & Kingma (2016); PyTorch's `parametrizations.weight_norm`.
public final class WeightNorm: Module {
  public let module: Module
  /// The parameter's name.
  public let parameter: String
  /// The dimension with lengths of its own, counted from 0; nil for one length of the whole weight.
  public let dimension: Int?
  private let weight: Slot
  private let length: Slot

  /// - Parameter dimension: counted from 0, or from the end; nil for one length of the whole weight.
  /// - Throws: `TensorError` for a module without that parameter, or with an empty one.
  public convenience init(_ module: Module, parameter: String = "weight", dimension: Int? = 0)
    throws
  {
    let weight = try weightSlot(of: module, parameter, "WeightNorm")
    let axis = try dimension.map { try weight.tensor.dimension($0, "WeightNorm") }
    let length = try WeightNorm.norm(weight.tensor.detached(), axis)
    try self.init(module, parameter, axis, .parameter(length))
  }

  private init(_ module: Module, _ parameter: String, _ dimension: Int?, _ length: Slot) throws {
    weight = try weightSlot(of: module, parameter, "WeightNorm")
    (self.module, self.parameter, self.dimension) = (module, parameter, dimension)
    self.length = length
    super.init()
    try register("g", length)
    try register(child: "module", module)
  }

  public override var configuration: String {
    parameter + (dimension.map { ", dim=\($0 + 1)" } ?? "")
  }

  /// ‖V‖ over all dimensions but one, with extent 1 for those.
  private static func norm(_ value: Tensor, _ dimension: Int?) throws -> Tensor {
    guard let dimension else { return try value.norm() }
    let others = (0..<value.rank).filter { $0 != dimension }
    return others.isEmpty ? try value.abs() : try value.norm(others, keepDimensions: true)
  }

  private func normalizedWeight() throws -> Tensor {
    let value = weight.tensor
    return try value.mul(length.tensor.div(WeightNorm.norm(value, dimension)))
  }

  public override func forward(_ input: Tensor) throws -> Tensor {
    try weight.holding(normalizedWeight()) { try module(input) }
  }

  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    try weight.holding(normalizedWeight()) { try module(inputs) }
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try WeightNorm(copier(module), parameter, dimension, copier(length))
  }
}
