/// Schedules that fall when a loss no longer improves.

internal import PenumbraTensor

/// Whether less or more is better.
public enum PlateauMode: String, Sendable, CaseIterable { case min, max }

/// Multiplies a number by a factor when a measurement has not improved for longer than `patience`.
final class PlateauDriver: ScheduleDriver {
  let name = "plateau"
  private let settings: Schedule.PlateauSettings
  private(set) var value: Double
  /// The best measurement; none yet where it is infinite.
  private var best: Double
  private var bad = 0
  private var cooling = 0

  init(_ settings: Schedule.PlateauSettings) {
    self.settings = settings
    value = settings.start
    best = settings.mode == .min ? .infinity : -.infinity
  }

  func observe(_ measurement: Double) {
    if isBetter(measurement) {
      (best, bad) = (measurement, 0)
    } else {
      bad += 1
    }
    if cooling > 0 { (cooling, bad) = (cooling - 1, 0) }
    guard bad > settings.patience else { return }
    let next = max(value * settings.factor, settings.minimum)
    if value - next > 1e-8 { value = next }
    (cooling, bad) = (settings.cooldown, 0)
  }

  /// PyTorch's test: beyond the best by `threshold`, relative to it or absolute.
  private func isBetter(_ measurement: Double) -> Bool {
    guard best.isFinite else { return true }
    let t = settings.threshold
    return switch (settings.mode, settings.isRelative) {
    case (.min, true): measurement < best * (1 - t)
    case (.min, false): measurement < best - t
    case (.max, true): measurement > best * (t + 1)
    case (.max, false): measurement > best + t
    }
  }

  var state: [(name: String, value: Double)] {
    [
      ("bad", Double(bad)), ("best", best), ("cooling", Double(cooling)), ("value", value),
    ]
  }

  func load(_ state: [(name: String, value: Double)]) throws {
    let numbers = try DriverState(state, of: self)
    let next = try (
      numbers.finite("value"), numbers.count("bad"), numbers.count("cooling")
    )
    (value, bad, cooling) = next
    best = numbers["best"]
  }
}

extension Schedule {
  /// The settings of a plateau.
  public struct PlateauSettings: Sendable {
    public var start: Double
    public var factor = 0.1
    /// How many measurements without improvement are borne.
    public var patience = 10
    public var threshold = 1e-4
    /// Whether the threshold is relative to the best measurement.
    public var isRelative = true
    public var mode = PlateauMode.min
    /// How many measurements do not count after a fall.
    public var cooldown = 0
    public var minimum = 0.0

    public init(start: Double) { self.start = start }
  }

  /// start · factorᵏ, k being how often what it observes has not improved for more than `patience`
  /// measurements. PyTorch's ReduceLROnPlateau; a fall of less than 1e-8 is none.
  ///
  /// - Throws: `TensorError` (value) for numbers out of range.
  public static func plateau(_ settings: PlateauSettings) throws -> Schedule {
    let name = "plateau"
    try require(
      settings.start >= 0 && settings.start.isFinite, name, "from",
      "a finite number of at least 0", settings.start)
    try require(
      settings.factor >= 0 && settings.factor < 1, name, "factor", "a number from 0 to below 1",
      settings.factor)
    try require(
      settings.patience >= 0, name, "patience", "at least 0", Double(settings.patience))
    try require(
      settings.cooldown >= 0, name, "cooldown", "at least 0", Double(settings.cooldown))
    try require(
      settings.threshold >= 0 && settings.threshold.isFinite, name, "threshold",
      "a finite number of at least 0", settings.threshold)
    try require(
      settings.minimum >= 0 && settings.minimum.isFinite, name, "min",
      "a finite number of at least 0", settings.minimum)
    let driver = PlateauDriver(settings)
    let shown =
      "from=\(text(settings.start)), factor=\(text(settings.factor)), "
      + "patience=\(settings.patience)"
    return Schedule("plateau(\(shown))", drivers: [driver]) { [driver] _ in driver.value }
  }
}
