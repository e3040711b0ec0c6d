/// Checks that layers share.

internal import PenumbraTensor

/// - Throws: `TensorError` naming the layer and the argument unless `value` ≥ 1.
func requirePositive(_ value: Int, _ layer: String, _ argument: String) throws {
  guard value >= 1 else {
    throw TensorError(
      .value, layer, argument: argument, expected: "at least 1", got: "\(value)")
  }
}

/// - Throws: `TensorError` unless `value` is a finite number of at least 0.
func requireNonNegative(_ value: Double, _ layer: String, _ argument: String) throws {
  guard value >= 0, value.isFinite else {
    throw TensorError(
      .value, layer, argument: argument, expected: "a number of at least 0",
      got: Module.text(value))
  }
}

/// - Throws: `TensorError` unless 0 ≤ `value` ≤ 1.
func requireProbability(_ value: Double, _ layer: String, _ argument: String) throws {
  guard (0...1).contains(value) else {
    throw TensorError(
      .value, layer, argument: argument, expected: "a number from 0 to 1",
      got: Module.text(value))
  }
}

/// A dimension as users count it: from 1, or from the end.
func shownDimension(_ dimension: Int) -> Int { dimension < 0 ? dimension : dimension + 1 }

/// The positions, counted from 0, that labels counted from `first` name.
///
/// - Throws: `TensorError` that counts as the caller does, unless they are integers in range.
func requireLabels(
  _ labels: Tensor, from first: Int, count: Int, _ layer: String, _ argument: String
)
  throws -> Tensor
{
  guard !labels.dtype.isFloating, labels.dtype != .bool else {
    throw TensorError(
      .dtype, layer, argument: argument, expected: "an int64 tensor", got: labels.dtype.name)
  }
  let labels = try labels.to(.int64)
  guard labels.elementCount > 0 else { return labels }
  let last = first + count - 1
  for extreme in [try labels.minimum(over: nil), try labels.maximum(over: nil)] {
    let value = try extreme.integerItem()
    guard value >= Int64(first), value <= Int64(last) else {
      throw TensorError(
        .index, layer, argument: argument, expected: "\(first) to \(last)", got: "\(value)")
    }
  }
  return first == 0 ? labels : try labels.sub(Double(first))
}
