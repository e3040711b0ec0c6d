/// The table of `pn.run:log{step = 3, loss = 0.5, D = {real = x, fake = y}}`.

internal import LuaEmbedding
internal import PenumbraRuns
internal import PenumbraTensor

/// Numbers by name, and the step that they belong to.
struct LoggedValues {
  var step: Int?
  var values: [(name: String, value: Double)] = []
  /// How many fields were read; a table that is reached on many ways counts each time.
  private var count = 0
  private static let countLimit = 10_000

  /// Reads the table at an index; tables in it give names with slashes. Sorted by name.
  init(_ frame: LuaFrame, _ index: Int, _ operation: String) throws {
    try read(frame, index, "", operation, depth: 0)
    values.sort { $0.name < $1.name }
    for (first, second) in zip(values, values.dropFirst()) where first.name == second.name {
      throw TensorError(.value, operation, argument: first.name, "comes twice")
    }
  }

  private mutating func read(
    _ frame: LuaFrame, _ index: Int, _ prefix: String, _ operation: String, depth: Int
  ) throws {
    guard depth < 8 else { throw TensorError(.value, operation, "tables nested deeper than 8") }
    var copy = self
    defer { self = copy }
    try frame.forEachField(ofTableAt: index) { key, slot in
      copy.count += 1
      guard copy.count <= LoggedValues.countLimit else {
        throw TensorError(.value, operation, "more than \(LoggedValues.countLimit) values")
      }
      guard let word = frame.string(at: key) else {
        throw TensorError(
          .value, operation, argument: "values", expected: "names as keys",
          got: frame.describe(at: key))
      }
      let name = prefix + word
      if name == "step" {
        guard let step = frame.integer(at: slot), let step = Int(exactly: step), step >= 0 else {
          throw TensorError(
            .value, operation, argument: "step", expected: "an integer of at least 0",
            got: frame.describe(at: slot))
        }
        copy.step = step
        return
      }
      if frame.type(at: slot) == .table {
        return try copy.read(frame, slot, name + "/", operation, depth: depth + 1)
      }
      try RunWriter.check(name, operation)
      copy.values.append((name, try LoggedValues.number(frame, slot, name, operation)))
    }
  }

  private static func number(
    _ frame: LuaFrame, _ slot: Int, _ name: String, _ operation: String
  ) throws -> Double {
    if let number = frame.number(at: slot) { return number }
    if let tensor = frame.object(at: slot, of: TensorClass.definition), tensor.elementCount == 1 {
      return try tensor.doubles()[0]
    }
    let got = frame.object(at: slot, of: TensorClass.definition).map { "Tensor \($0.shape)" }
    throw TensorError(
      .value, operation, argument: name, expected: "a number or a Tensor of one element",
      got: got ?? frame.describe(at: slot))
  }
}
