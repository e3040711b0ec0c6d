/// Nested Lua tables as a tensor.

internal import LuaEmbedding
internal import PenumbraTensor

struct NestedTable {
  private enum Kind: Int { case boolean, integer, float }

  private var shape = Shape()
  private var numbers: [Double] = []
  private var integers: [Int64] = []
  private var kind: Kind?

  /// Reads the value at a stack index.
  ///
  /// - Throws: `TensorError` for ragged tables, too deep ones, or elements that are not numbers.
  init(_ frame: LuaFrame, _ index: Int) throws {
    try read(frame, index, depth: 0)
  }

  /// The tensor, of `wanted` or of the type that the elements suggest.
  func tensor(_ wanted: DType?) throws -> Tensor {
    let natural: DType =
      switch kind {
      case .boolean: .bool
      case .integer: .int64
      case .float, nil: .float32
      }
    let dtype = wanted ?? natural
    return kind == .integer && !dtype.isFloating
      ? try Tensor(integers, shape, dtype: dtype) : try Tensor(numbers, shape, dtype: dtype)
  }

  private mutating func read(_ frame: LuaFrame, _ index: Int, depth: Int) throws {
    if frame.type(at: index) == .table { return try readTable(frame, index, depth: depth) }
    guard depth == shape.rank else { throw ragged() }
    if let truth = frame.boolean(at: index) {
      add(truth ? 1 : 0, truth ? 1 : 0, .boolean)
    } else if frame.isInteger(at: index), let value = frame.integer(at: index) {
      add(Double(value), value, .integer)
    } else if let value = frame.number(at: index) {
      add(value, Int64(saturating: value), .float)
    } else if let value = frame.object(at: index, of: TensorClass.definition) {
      guard value.elementCount == 1 else {
        throw TensorError(
          .value, "tensor",
          expected: "numbers, booleans or one-element tensors in nested tables "
            + "(pn.stack and pn.cat join larger ones)", got: "a Tensor of shape \(value.shape)")
      }
      let kind: Kind = value.dtype == .bool ? .boolean : value.dtype.isFloating ? .float : .integer
      add(try value.item(), try value.integerItem(), kind)
    } else {
      throw TensorError(
        .value, "tensor", expected: "numbers or booleans in nested tables",
        got: frame.describe(at: index))
    }
  }

  private mutating func readTable(_ frame: LuaFrame, _ index: Int, depth: Int) throws {
    let count = frame.rawLength(at: index)
    if depth == shape.rank {
      guard numbers.isEmpty, depth < Dimensions.maximumRank else { throw ragged() }
      shape.append(count)
    }
    guard shape[depth] == count else { throw ragged() }
    for position in stride(from: 1, through: count, by: 1) {
      try frame.withElement(position, ofTableAt: index) { slot in
        try read(frame, slot, depth: depth + 1)
      }
    }
  }

  private mutating func add(_ number: Double, _ integer: Int64, _ new: Kind) {
    numbers.append(number)
    integers.append(integer)
    kind = kind.map { $0.rawValue >= new.rawValue ? $0 : new } ?? new
  }

  private func ragged() -> TensorError {
    TensorError(
      .shape, "tensor", "the nested tables are ragged, deeper than 8, or hold themselves")
  }
}
