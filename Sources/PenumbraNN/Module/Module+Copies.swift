/// K copies of a module at once: the ways of it that all layers share.

internal import PenumbraTensor

extension Module {
  /// How K copies of a layer run on inputs [K, n, ...].
  public enum Copies: Sendable {
    /// One after the other, each with its own part of the slots: right for every module.
    case oneByOne
    /// As one run on [K · n, ...]: for layers without slots that treat examples independently.
    case folded
    /// As one run on [K, n, ...]: for functions of single elements.
    case elementwise
  }

  /// The copies one after the other. Slots hold [K, ...]; in place of them each copy has its own.
  final func eachCopy(_ inputs: [Tensor]) throws -> Tensor {
    let count = inputs.first.map { $0.rank > 0 ? $0.shape[0] : 0 } ?? 0
    guard count > 0, inputs.allSatisfy({ $0.rank > 0 && $0.shape[0] == count }) else {
      throw TensorError(
        .shape, typeName, argument: "input", expected: "[copies, n, ...] for every input",
        got: inputs.map { "\($0.shape)" }.joined(separator: ", "))
    }
    let own = namedSlots().map(\.slot)
    let stacked = own.map(\.tensor)
    defer { for (slot, tensor) in zip(own, stacked) { slot.tensor = tensor } }
    let parts = try stacked.map { try $0.unbind(0) }
    let each = try inputs.map { try $0.unbind(0) }
    let outputs = try (0..<count).map { copy in
      for (slot, values) in zip(own, parts) { slot.tensor = values[copy] }
      return try forward(each.map { $0[copy] })
    }
    return try Tensor.stack(outputs)
  }

  /// All copies as one batch.
  final func foldedCopies(_ input: Tensor) throws -> Tensor {
    guard input.rank >= 2 else {
      throw TensorError(
        .shape, typeName, argument: "input", expected: "[copies, n, ...]", got: "\(input.shape)")
    }
    let (count, examples) = (input.shape[0], input.shape[1])
    var folded = input.shape
    folded.remove(at: 0)
    folded[0] = count * examples
    let output = try forward(input.reshape(folded))
    var target = output.shape
    guard target.rank > 0, target[0] == folded[0], target.rank < Shape.maximumRank else {
      throw TensorError(
        .shape, typeName, argument: "input", expected: "one that keeps its examples apart",
        got: "\(input.shape)")
    }
    target[0] = examples
    target.insert(count, at: 0)
    return try output.reshape(target)
  }
}
