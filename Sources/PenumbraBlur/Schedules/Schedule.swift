/// Numbers over time: functions of the step, and of measurements where something drives them.

internal import PenumbraTensor

/// A number that depends on the step: a blur's σ, a noise level, a learning rate.
///
/// A plain schedule has no state, so a run that is resumed at a step goes on exactly. A driven one also
/// depends on what it was told by `observe`; its drivers have state, which is saved and loaded. Copies of
/// a schedule, and what is made of it, share its drivers.
public struct Schedule: CustomStringConvertible {
  /// The greatest number of schedules that one may be made of; its value costs as many calls.
  public static let maximumSize = 1000

  /// How it was made, "exponential(from=1, to=0.01, steps=20000)"; the start of it where it is long.
  public let description: String
  /// What measurements drive, each once.
  public let drivers: [any ScheduleDriver]
  /// The number of schedules that it is made of.
  let size: Int
  private let function: (Double) throws -> Double

  /// Any function of the step, and of what drives it.
  public init(
    _ description: String, drivers: [any ScheduleDriver] = [],
    _ function: @escaping (_ step: Double) throws -> Double
  ) {
    self.init(description, drivers, size: 1, function)
  }

  private init(
    _ description: String, _ drivers: [any ScheduleDriver], size: Int,
    _ function: @escaping (Double) throws -> Double
  ) {
    let limit = 300
    self.description =
      description.count <= limit ? description : description.prefix(limit) + "..."
    (self.drivers, self.size, self.function) = (drivers, size, function)
  }

  /// A schedule made of others.
  ///
  /// - Throws: `TensorError` (value) when it would be made of more than `maximumSize`.
  init(
    _ description: String, of parts: [Schedule], _ operation: String,
    _ function: @escaping (Double) throws -> Double
  ) throws {
    let size = parts.reduce(1) { $0 + $1.size }
    guard size <= Schedule.maximumSize else {
      throw TensorError(
        .value, "schedule.\(operation)",
        "a schedule is made of at most \(Schedule.maximumSize) others; a function of the step can "
          + "say more")
    }
    var drivers: [any ScheduleDriver] = []
    for driver in parts.flatMap(\.drivers) where !drivers.contains(where: { $0 === driver }) {
      drivers.append(driver)
    }
    self.init(description, drivers, size: size, function)
  }

  /// The number at a step; 0 is the start, before it the start's value holds.
  ///
  /// - Throws: what a function of the user's own throws.
  public func value(at step: Double) throws -> Double { try function(max(0, step)) }

  public func callAsFunction(_ step: Double) throws -> Double { try value(at: step) }
}

extension Schedule {
  /// - Throws: `TensorError` naming the schedule and the argument unless `isGood`.
  static func require(
    _ isGood: Bool, _ name: String, _ argument: String, _ expected: String, _ got: Double
  ) throws {
    guard isGood else {
      throw TensorError(
        .value, "schedule.\(name)", argument: argument, expected: expected, got: text(got))
    }
  }

  static func requireFinite(_ value: Double, _ name: String, _ argument: String) throws {
    try require(value.isFinite, name, argument, "a finite number", value)
  }

  static func requirePositive(_ value: Double, _ name: String, _ argument: String) throws {
    try require(value > 0 && value.isFinite, name, argument, "a finite number above 0", value)
  }
}
