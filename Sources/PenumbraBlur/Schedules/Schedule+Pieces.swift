/// Schedules made of pieces.

internal import Glibc
internal import PenumbraTensor

extension Schedule {
  /// Straight lines through (step, value) points, level before the first and after the last.
  ///
  /// - Throws: `TensorError` unless there is a point and the steps rise.
  public static func piecewise(_ points: [(step: Double, value: Double)]) throws -> Schedule {
    guard let first = points.first, let last = points.last else {
      throw TensorError(.value, "schedule.piecewise", expected: "at least one point", got: "none")
    }
    try requireRising(points.map(\.step), "piecewise", "points")
    for point in points { try requireFinite(point.value, "piecewise", "points") }
    let shown = points.map { "(\(text($0.step)), \(text($0.value)))" }.joined(separator: ", ")
    return Schedule("piecewise(\(shown))") { step in
      guard step < last.step else { return last.value }
      let next = count(points, notAfter: step) { $0.step }
      guard next > 0 else { return first.value }
      let (a, b) = (points[next - 1], points[next])
      return a.value + (b.value - a.value) * (step - a.step) / (b.step - a.step)
    }
  }

  /// values[i] from boundaries[i − 1] until before boundaries[i]: PyTorch's MultiStepLR and more.
  ///
  /// - Throws: `TensorError` unless there is one value more than boundaries, which rise.
  public static func steps(_ values: [Double], at boundaries: [Double]) throws -> Schedule {
    guard values.count == boundaries.count + 1 else {
      throw TensorError(
        .value, "schedule.steps", argument: "values",
        expected: "\(boundaries.count + 1), one more than boundaries", got: "\(values.count)")
    }
    try requireRising(boundaries, "steps", "boundaries")
    for value in values { try requireFinite(value, "steps", "values") }
    let (shown, at) = (values.map(text), boundaries.map(text))
    return Schedule("steps(\(shown.joined(separator: ", ")) at \(at.joined(separator: ", ")))") {
      values[count(boundaries, notAfter: $0) { $0 }]
    }
  }

  /// from · factor^⌊t / every⌋: PyTorch's StepLR, and ExponentialLR with every = 1.
  public static func step(from: Double, factor: Double, every: Double) throws -> Schedule {
    try requireFinite(from, "step", "from")
    try require(factor >= 0 && factor.isFinite, "step", "factor", "a number of at least 0", factor)
    try requirePositive(every, "step", "every")
    let shown = "step(from=\(text(from)), factor=\(text(factor)), every=\(text(every)))"
    return Schedule(shown) { from * pow(factor, ($0 / every).rounded(.down)) }
  }

  /// How many of the rising positions are at or before `step`.
  private static func count<Element>(
    _ elements: [Element], notAfter step: Double, _ position: (Element) -> Double
  ) -> Int {
    var (low, high) = (0, elements.count)
    while low < high {
      let middle = (low + high) / 2
      if position(elements[middle]) <= step { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func requireRising(_ list: [Double], _ name: String, _ argument: String) throws {
    for value in list { try requireFinite(value, name, argument) }
    for (a, b) in zip(list, list.dropFirst()) {
      try require(a < b, name, argument, "rising steps (after \(text(a)))", b)
    }
  }
}
