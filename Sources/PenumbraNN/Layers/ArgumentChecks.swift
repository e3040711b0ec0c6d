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
