/// What stands in the brackets of `x[...]`, decoded.

internal import LuaEmbedding
internal import PenumbraTensor

/// `x[2]`, `x[{1, {2, -1}, {}}]`, `x[mask]`, `x[index]`, `x[{"...", {{3, 1}}, pn.newaxis}]`.
///
/// A key is one index, or a table of indices, one a dimension:
/// an integer; {} for all; {first, last} or {first, last, step}, both ends included; a tensor of indices
/// or {{3, 1, 2}}, a table of them in braces of its own; a mask, or {{true, false}}; "..." for all
/// dimensions not named; pn.newaxis for a new dimension of extent 1.
enum IndexKey {
  static let ellipsis = "..."
  static let newAxis = "newaxis"
  /// Strings that are indices and no fields.
  static let words = [ellipsis, newAxis]

  static func decode(_ frame: LuaFrame, _ index: Int) throws -> [TensorIndex] {
    do {
      guard frame.type(at: index) == .table else { return [try item(frame, index)] }
      var items: [TensorIndex] = []
      try frame.forEachElement(ofTableAt: index) { _, slot in
        // Beyond the most dimensions and new ones there is nothing to name.
        guard items.count <= 2 * Shape.maximumRank else {
          throw BadValue(expected: "at most \(2 * Shape.maximumRank) indices")
        }
        items.append(try item(frame, slot))
      }
      return items
    } catch let bad as BadValue {
      throw TensorError(.index, "x[...]", "expected \(bad.expected)")
    }
  }

  private static func item(_ frame: LuaFrame, _ slot: Int) throws -> TensorIndex {
    switch frame.type(at: slot) {
    case .number:
      if let position = frame.integer(at: slot) {
        return .position(try OneBased.position(Int(position)))
      }
    case .string:
      if frame.string(at: slot) == ellipsis { return .ellipsis }
      if frame.string(at: slot) == newAxis { return .newAxis }
    case .table: if let range = try range(frame, slot) { return range }
    default:
      if let tensor = try ParameterType<Tensor>.tensor.decode(frame, slot) {
        return try chosen(by: tensor)
      }
    }
    throw BadValue(
      expected: "an integer, {} for all, {first, last}, {first, last, step}, {{indices}}, a mask, "
        + "an int64 tensor, \"...\" or pn.newaxis, got \(frame.describe(at: slot))")
  }

  /// A table within the key: nothing, bounds, or one table of indices.
  private static func range(_ frame: LuaFrame, _ slot: Int) throws -> TensorIndex? {
    if frame.rawLength(at: slot) == 1 {
      return try frame.withElement(1, ofTableAt: slot) { inner in
        guard frame.type(at: inner) == .table else { return nil }
        let list = try NestedTable(frame, inner).tensor(
          frame.rawLength(at: inner) == 0 ? .int64 : nil)
        return try chosen(by: list)
      }
    }
    guard let bounds = frame.integers(inTableAt: slot), [0, 2, 3].contains(bounds.count) else {
      return nil
    }
    if bounds.isEmpty { return .all }
    return .range(
      first: try OneBased.position(Int(bounds[0])), last: try OneBased.position(Int(bounds[1])),
      step: bounds.count == 3 ? Int(bounds[2]) : 1)
  }

  private static func chosen(by tensor: Tensor) throws -> TensorIndex {
    tensor.dtype == .bool ? .mask(tensor) : .positions(try OneBased.positions(tensor))
  }
}
