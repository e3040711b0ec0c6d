/// A module as a tree of text.

internal import PenumbraTensor

extension Module {
  /// The tree, as PyTorch prints it, and the number of parameters:
  ///
  ///     Sequential(
  ///       (1): Linear(in=2, out=128)
  ///       (2): LeakyReLU(slope=0.2)
  ///     )
  ///     384 parameters
  public var description: String {
    let (all, trainable) = (parameterCount, trainableParameterCount)
    let count = "\(all) parameter\(all == 1 ? "" : "s")"
    return tree + "\n" + (trainable == all ? count : "\(count), \(trainable) trainable")
  }

  /// The tree alone; one line where there are no children.
  public final var tree: String {
    guard !children.isEmpty else { return "\(typeName)(\(configuration))" }
    var lines = ["\(typeName)(" + configuration]
    for (name, module) in children {
      // Lines after a child's first keep its own indentation.
      let text = module.tree.split(separator: "\n", omittingEmptySubsequences: false)
      lines.append("  (\(name)): " + text.joined(separator: "\n  "))
    }
    return lines.joined(separator: "\n") + "\n)"
  }
}

extension Module {
  /// A number as options show it: without ".0".
  static func text(_ value: Double) -> String {
    let whole = Int64(exactly: value)
    return whole.map(String.init) ?? "\(value)"
  }
}
