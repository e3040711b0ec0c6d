/// A module as a tree of text.

internal import PenumbraTensor

extension Module {
  /// The tree, as PyTorch prints it, with the numbers of parameters:
  ///
  ///     Sequential(
  ///       (1): Linear(in=2, out=128)  384
  ///       (2): LeakyReLU(slope=0.2)
  ///     )
  ///     384 parameters
  public var description: String {
    let (all, trainable) = (parameterCount, trainableParameterCount)
    let count = "\(all) parameter\(all == 1 ? "" : "s")"
    let total = trainable == all ? count : "\(count), \(trainable) trainable"
    return (children.isEmpty ? tree : lines(counted: true).joined(separator: "\n")) + "\n" + total
  }

  /// The tree alone; one line where there are no children.
  public final var tree: String { lines(counted: false).joined(separator: "\n") }

  /// One line for this module, or the lines between its name and the closing parenthesis.
  private final func lines(counted: Bool) -> [String] {
    let own = slots.reduce(0) { $1.slot.role == .parameter ? $0 + $1.slot.tensor.elementCount : $0 }
    let count = counted && own > 0 ? "  \(own)" : ""
    guard !children.isEmpty else { return ["\(typeName)(\(configuration))" + count] }
    var result = ["\(typeName)(" + configuration + count]
    for (name, module) in children {
      let inner = module.lines(counted: counted)
      result.append("  (\(name)): " + inner[0])
      result += inner.dropFirst().map { "  " + $0 }
    }
    return result + [")"]
  }
}

extension Module {
  /// A number as options show it: without ".0".
  static func text(_ value: Double) -> String {
    let whole = Int64(exactly: value)
    return whole.map(String.init) ?? "\(value)"
  }
}
