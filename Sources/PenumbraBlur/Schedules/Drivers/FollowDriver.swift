/// Schedules that follow a measurement by a power law.

internal import Glibc
internal import PenumbraTensor

/// λ = scale · (m / reference)^power, m being the running mean of what it observes.
final class FollowDriver: ScheduleDriver {
  let name = "follow"
  private let settings: Schedule.FollowSettings
  private(set) var value: Double
  private var mean = 0.0
  private var reference: Double
  private var count = 0

  init(_ settings: Schedule.FollowSettings) {
    self.settings = settings
    value = min(max(settings.scale, settings.minimum), settings.maximum)
    reference = settings.reference ?? 0
  }

  func observe(_ measurement: Double) throws {
    try Schedule.require(
      measurement >= 0, name, "value", "a measurement of at least 0", measurement)
    let mean =
      count == 0 ? measurement : settings.decay * mean + (1 - settings.decay) * measurement
    let reference = count == 0 ? settings.reference ?? measurement : reference
    try Schedule.require(
      reference > 0, name, "value", "a first measurement above 0 (or give `reference`)", reference)
    let next = settings.scale * pow(mean / reference, settings.power)
    let held = min(max(next, settings.minimum), settings.maximum)
    try Schedule.require(held.isFinite, name, "max", "bounds that keep it finite", held)
    (value, self.mean, self.reference, count) = (held, mean, reference, min(count + 1, 1))
  }

  var state: [(name: String, value: Double)] {
    [("count", Double(count)), ("mean", mean), ("reference", reference), ("value", value)]
  }

  func load(_ state: [(name: String, value: Double)]) throws {
    let numbers = try DriverState(state, of: self)
    let next = try (
      numbers.finite("value"), numbers.finite("mean"), numbers.finite("reference"),
      numbers.count("count", below: 2)
    )
    (value, mean, reference, count) = next
  }
}

extension Schedule {
  /// The settings of a schedule that follows a measurement.
  public struct FollowSettings: Sendable {
    public var scale: Double
    public var power = 1.0
    /// What the measurement is compared with; nil takes the first one.
    public var reference: Double?
    /// How much of the running mean is kept at each measurement, in [0, 1).
    public var decay = 0.99
    public var minimum = 0.0
    public var maximum = Double.infinity

    public init(scale: Double) { self.scale = scale }
  }

  /// scale · (m / reference)^power in [minimum, maximum], with m ← decay · m + (1 − decay) · measurement,
  /// at first the first measurement; `scale` before that. Measurements are at least 0: the trace of the
  /// gradients' covariance, a norm, a loss.
  ///
  /// - Throws: `TensorError` (value) for numbers out of range.
  public static func follow(_ settings: FollowSettings) throws -> Schedule {
    let name = "follow"
    try requireFinite(settings.scale, name, "scale")
    try requireFinite(settings.power, name, "power")
    if let reference = settings.reference { try requirePositive(reference, name, "reference") }
    try require(
      settings.decay >= 0 && settings.decay < 1, name, "decay", "a number from 0 to below 1",
      settings.decay)
    try require(!settings.minimum.isNaN, name, "min", "a number", settings.minimum)
    try require(
      settings.maximum >= settings.minimum, name, "max", "at least \(text(settings.minimum))",
      settings.maximum)
    let driver = FollowDriver(settings)
    try requireFinite(driver.value, name, "min")
    let shown = "scale=\(text(settings.scale)), power=\(text(settings.power))"
    return Schedule("follow(\(shown), decay=\(text(settings.decay)))", drivers: [driver]) {
      [driver] _ in driver.value
    }
  }
}
