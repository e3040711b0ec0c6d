/// What layers share that run another one with a function of its weight.

internal import PenumbraTensor

extension Module.Slot {
  /// Runs a body with another tensor in this place.
  func holding<Result>(_ other: Tensor, _ body: () throws -> Result) rethrows -> Result {
    let own = tensor
    tensor = other
    defer { tensor = own }
    return try body()
  }
}

/// - Throws: `TensorError` unless the module itself has a floating parameter of that name that is not
///   empty.
func weightSlot(of module: Module, _ name: String, _ layer: String) throws -> Module.Slot {
  guard let slot = module.slot(name), slot.role == .parameter else {
    throw TensorError(
      .value, layer, argument: "module", expected: "a module with a parameter '\(name)'",
      got: module.typeName)
  }
  guard slot.tensor.rank > 0, slot.tensor.elementCount > 0 else {
    throw TensorError(
      .shape, layer, argument: name, expected: "at least one dimension, none empty",
      got: "\(slot.tensor.shape)")
  }
  return slot
}
