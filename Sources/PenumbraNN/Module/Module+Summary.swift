/// A network as a table: layers, output shapes, parameters, multiply-adds.

public import PenumbraTensor

extension Module {
  /// Runs the module once, outside training and the graph, and tells of each layer its output's shape, its
  /// own parameters and its multiply-adds where they are known (affine layers and convolutions):
  ///
  ///     layer                     output   parameters  multiply-adds
  ///     Sequential                [1, 1]
  ///       1: Linear(in=2, out=8)  [1, 8]           24             16
  ///     24 parameters, 96 bytes; 16 multiply-adds
  ///
  /// A layer that runs several times counts once; one that did not run has no shape. The numbers are
  /// those of the given inputs, their batch included.
  /// - Throws: what the module throws.
  public final func summary(_ inputs: [Tensor]) throws -> String {
    let modules = namedModules().map(\.module)
    let modes = modules.map(\.isTraining)
    let trace = ModuleTrace()
    for module in modules { (module.isTraining, module.trace) = (false, trace) }
    defer {
      for (module, mode) in zip(modules, modes) { (module.isTraining, module.trace) = (mode, nil) }
    }
    try GradientMode.with(false) { _ = try self(inputs) }
    return SummaryTable(self, trace).description
  }
}

/// The rows of a summary, and its totals.
private struct SummaryTable: CustomStringConvertible {
  private var rows = [["layer", "output", "parameters", "multiply-adds"]]
  private var multiplyAdds = 0.0
  private let totals: String
  private var seen: Set<ObjectIdentifier> = []

  init(_ module: Module, _ trace: ModuleTrace) {
    let (all, trainable) = (module.parameterCount, module.trainableParameterCount)
    let bytes = module.parameters.reduce(0) { $0 + $1.elementCount * $1.dtype.byteCount }
    totals =
      "\(all) parameter\(all == 1 ? "" : "s")"
      + (trainable == all ? "" : ", \(trainable) trainable") + ", \(bytes) bytes"
    add(module, "", "", trace)
  }

  private mutating func add(
    _ module: Module, _ name: String, _ indent: String, _ trace: ModuleTrace
  ) {
    let isFirst = seen.insert(ObjectIdentifier(module)).inserted
    var label = indent + (name.isEmpty ? "" : name + ": ") + module.typeName
    if module.children.isEmpty {
      label += module.configuration.isEmpty ? "" : "(\(module.configuration))"
    }
    guard isFirst else {
      rows.append([label + " (again)", "", "", ""])
      return
    }
    let run = trace.runs[ObjectIdentifier(module)]
    let own = module.slots.reduce(0) { sum, named in
      guard named.slot.role == .parameter, seen.insert(ObjectIdentifier(named.slot)).inserted
      else { return sum }
      return sum + named.slot.tensor.elementCount
    }
    let work = run.flatMap { run in
      run.inputs.first.flatMap { module.multiplyAdds(input: $0, output: run.output) }
    }
    multiplyAdds += work ?? 0
    rows.append([
      label, run.map { "\($0.output)" } ?? "", own > 0 ? "\(own)" : "", work.map(Module.text) ?? "",
    ])
    for (name, child) in module.children { add(child, name, indent + "  ", trace) }
  }

  var description: String {
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column < 2 ? cell + space : space + cell
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    return lines.joined(separator: "\n") + "\n\(totals); \(Module.text(multiplyAdds)) multiply-adds"
  }
}
