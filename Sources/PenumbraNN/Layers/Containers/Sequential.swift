/// Layers one after the other.

public import PenumbraTensor

/// y = f_n(… f_2(f_1(x)))
///
/// The children are named "1", "2", ... An error inside a layer says which one it was.
public final class Sequential: Module {
  /// - Throws: `TensorError` when modules are nested too deeply.
  public init(_ layers: [Module] = []) throws {
    super.init()
    for layer in layers { try append(layer) }
  }

  public override var typeName: String { "Sequential" }
  public override var configuration: String { "" }

  /// The number of layers.
  public var count: Int { children.count }

  /// Adds a layer at the end.
  public func append(_ layer: Module) throws {
    try register(child: "\(children.count + 1)", layer)
  }

  /// Layer `index`, counted from 0; negative: from the end.
  ///
  /// - Throws: `TensorError` when there is none.
  public func layer(_ index: Int) throws -> Module {
    let position = index < 0 ? index + children.count : index
    guard children.indices.contains(position) else {
      throw TensorError(
        .index, "Sequential", argument: "index", expected: "1 to \(count), or negative",
        got: "\(index < 0 ? index : index + 1)")
    }
    return children[position].module
  }

  public override func forward(_ input: Tensor) throws -> Tensor { try run(0, input) }

  /// The first layer may take several inputs.
  public override func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard inputs.count != 1, let first = children.first?.module else {
      return try super.forward(inputs)
    }
    let output = try located(0) { try first(inputs) }
    return try run(1, output)
  }

  public override func forward(copies input: Tensor) throws -> Tensor {
    var value = input
    for (index, child) in children.enumerated() {
      value = try located(index) { try child.module.forward(copies: value) }
    }
    return value
  }

  public override func forward(copies inputs: [Tensor]) throws -> Tensor {
    guard inputs.count != 1, let first = children.first?.module else {
      return try super.forward(copies: inputs)
    }
    var value = try located(0) { try first.forward(copies: inputs) }
    for (index, child) in children.enumerated().dropFirst() {
      value = try located(index) { try child.module.forward(copies: value) }
    }
    return value
  }

  private func run(_ start: Int, _ input: Tensor) throws -> Tensor {
    var value = input
    var index = start
    while index < children.count {
      let layer = children[index].module
      if let (linear, activation) = fused(layer, at: index) {
        value = try located(index, count: 2) {
          try linear.forward(value, activation: activation)
        }
        index += 2
      } else {
        value = try located(index) { try layer(value) }
        index += 1
      }
    }
    return value
  }

  /// An affine layer and the activation after it, which one operation computes to the same bits.
  ///
  /// The last activation stays on its own: its result belongs to the caller, who may change it in
  /// place.
  private func fused(_ layer: Module, at index: Int) -> (Linear, LinearActivation)? {
    guard index + 2 < children.count, layer.trace == nil, let linear = layer as? Linear,
      let activation = (children[index + 1].module as? Activation)?.linearActivation
    else { return nil }
    return (linear, activation)
  }

  /// Runs layer `index`, or as many in one, under its name.
  private func located(
    _ index: Int, count: Int = 1, _ body: () throws -> Tensor
  ) throws -> Tensor {
    do {
      return try Profiler.within(
        children[index..<index + count].map(\.module.typeName).joined(separator: "+"), body)
    } catch let error as TensorError {
      let layer = children[index].module
      let name = layer.children.isEmpty ? layer.tree : layer.typeName
      throw TensorError(
        error.kind, "Sequential: layer \(index + 1), \(name): \(error.operation)",
        argument: error.argument, error.reason)
    }
  }

  public override func duplicated(_ copier: ModuleCopier) throws -> Module {
    try Sequential(children.map { try copier($0.module) })
  }
}
