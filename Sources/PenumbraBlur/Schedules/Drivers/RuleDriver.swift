/// Schedules that a function of the user's own drives.

internal import PenumbraTensor

/// λ ← update(λ, measurement, count) at each measurement.
final class RuleDriver: ScheduleDriver {
  let name = "driven"
  private let update: (Double, Double, Int) throws -> Double
  private(set) var value: Double
  private var count = 0

  init(_ start: Double, _ update: @escaping (Double, Double, Int) throws -> Double) {
    (value, self.update) = (start, update)
  }

  func observe(_ measurement: Double) throws {
    let next = try update(value, measurement, count + 1)
    try Schedule.requireFinite(next, name, "update's result")
    (value, count) = (next, count + 1)
  }

  var state: [(name: String, value: Double)] { [("count", Double(count)), ("value", value)] }

  func load(_ state: [(name: String, value: Double)]) throws {
    let numbers = try DriverState(state, of: self)
    let next = try (numbers.finite("value"), numbers.count("count"))
    (value, count) = next
  }
}

extension Schedule {
  /// A number that starts at `start` and is update(number, measurement, count) after each measurement,
  /// `count` being how many there were, this one included.
  ///
  /// Its state is the number and the count; what else `update` remembers is the caller's to save.
  /// - Throws: `TensorError` (value) unless the start is finite; `observe` throws what `update` throws, and
  ///   when it gives a number that is not finite.
  public static func driven(
    start: Double,
    update: @escaping (_ value: Double, _ measurement: Double, _ count: Int) throws -> Double
  ) throws -> Schedule {
    try requireFinite(start, "driven", "start")
    let driver = RuleDriver(start, update)
    return Schedule("driven(start=\(text(start)))", drivers: [driver]) { [driver] _ in
      driver.value
    }
  }
}
