/// What drives a schedule by measurements, and its state.

internal import PenumbraTensor

/// A number that changes when it is told a measurement.
public protocol ScheduleDriver: AnyObject {
  /// The schedule's name, for errors.
  var name: String { get }

  /// Takes a measurement: an accuracy, a loss, the trace of a covariance.
  ///
  /// - Throws: `TensorError` (value) for a measurement that it cannot use; it stays as it was.
  func observe(_ measurement: Double) throws

  /// Everything that the values to come depend on besides the measurements to come.
  var state: [(name: String, value: Double)] { get }

  /// Goes on from a state, exactly.
  ///
  /// - Throws: `TensorError` (value) when a number is missing, unknown or impossible; it stays as it was.
  func load(_ state: [(name: String, value: Double)]) throws
}

extension Schedule {
  /// Tells the measurement to what drives this schedule.
  ///
  /// - Throws: `TensorError` (value) for a plain schedule, for one with several drivers, each of which must
  ///   be told its own measurement, and for a measurement that is not finite.
  public func observe(_ measurement: Double) throws {
    guard drivers.count == 1 else {
      throw TensorError(
        .value, "schedule.observe",
        drivers.isEmpty
          ? "expected a schedule that is driven by measurements, got \(description)"
          : "this schedule has \(drivers.count) drivers; let each of its driven parts observe its own "
            + "measurement")
    }
    try Schedule.requireFinite(measurement, "observe", "value")
    try drivers[0].observe(measurement)
  }

  /// The state of each driver, in their order; empty for a plain schedule.
  public var state: [[(name: String, value: Double)]] { drivers.map(\.state) }

  /// Goes on from a state, exactly.
  ///
  /// - Throws: `TensorError` (value) when the states do not fit; all drivers stay as they were.
  public func load(_ states: [[(name: String, value: Double)]]) throws {
    guard states.count == drivers.count else {
      throw TensorError(
        .value, "schedule.load", argument: "state",
        expected: "the states of \(drivers.count) drivers", got: "\(states.count)")
    }
    let before = state
    for (index, driver) in drivers.enumerated() {
      do { try driver.load(states[index]) } catch {
        for (changed, old) in zip(drivers, before).prefix(index) { try changed.load(old) }
        throw error
      }
    }
  }
}

/// The numbers of a state on their way back into a driver.
struct DriverState {
  private let name: String
  private let numbers: [(name: String, value: Double)]

  /// - Throws: `TensorError` (value) unless the names are exactly `expected`.
  init(
    _ numbers: [(name: String, value: Double)], of driver: any ScheduleDriver
  ) throws {
    (name, self.numbers) = (driver.name, numbers)
    let (wanted, got) = (driver.state.map(\.name).sorted(), numbers.map(\.name).sorted())
    guard wanted == got else {
      throw TensorError(
        .value, "schedule.load", argument: "state",
        expected: "\(driver.name)'s \(wanted.joined(separator: ", "))",
        got: got.isEmpty ? "nothing" : got.joined(separator: ", "))
    }
  }

  subscript(_ key: String) -> Double { numbers.first { $0.name == key }?.value ?? 0 }

  /// A number that must be finite.
  func finite(_ key: String) throws -> Double {
    guard self[key].isFinite else { throw bad(key, "a finite number") }
    return self[key]
  }

  /// A whole number from 0 to `limit`.
  func count(_ key: String, below limit: Double = 0x1p53) throws -> Int {
    guard let count = Int(exactly: self[key]), count >= 0, Double(count) < limit else {
      throw bad(key, "a whole number of at least 0 and below \(text(limit))")
    }
    return count
  }

  private func bad(_ key: String, _ expected: String) -> TensorError {
    TensorError(
      .value, "schedule.load", argument: "\(name)'s \(key)", expected: expected,
      got: text(self[key]))
  }
}
