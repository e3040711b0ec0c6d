/// Schedules that hold a measurement at a target, as adaptive augmentation does.

internal import Glibc
internal import PenumbraTensor

/// How far a driven number moves when the measurement misses its target.
public enum TargetRule: String, Sendable, CaseIterable {
  /// λ + rate · sign(m − target): ADA's.
  case sign
  /// λ + rate · (m − target)
  case proportional
  /// λ · exp(rate · (m − target)): for a λ that ranges over decades; it must begin above 0.
  case multiplicative
}

/// λ moves up while the mean m of the last `every` measurements is above the target, and down while it
/// is below; a negative rate turns that round. It is held in [minimum, maximum].
final class TargetDriver: ScheduleDriver {
  let name: String
  private let target: Double
  private let rate: Double
  private let every: Int
  private let bounds: (low: Double, high: Double)
  private let rule: TargetRule
  private(set) var value: Double
  private var sum = 0.0
  private var count = 0

  init(
    _ name: String, start: Double, target: Double, rate: Double, every: Int, low: Double,
    high: Double, rule: TargetRule
  ) throws {
    try Schedule.requireFinite(target, name, "target")
    try Schedule.requireFinite(rate, name, "rate")
    try Schedule.require(every >= 1, name, "every", "at least 1", Double(every))
    try Schedule.require(!low.isNaN, name, "min", "a number", low)
    try Schedule.require(high >= low, name, "max", "at least \(text(low))", high)
    try Schedule.require(
      start >= low && start <= high && start.isFinite, name, "start",
      "a finite number from \(text(low)) to \(text(high))", start)
    if rule == .multiplicative {
      try Schedule.require(start > 0, name, "start", "a number above 0", start)
    }
    self.name = name
    (self.target, self.rate, self.every) = (target, rate, every)
    (bounds, self.rule, value) = ((low, high), rule, start)
  }

  func observe(_ measurement: Double) throws {
    guard count + 1 >= every else {
      sum += measurement
      count += 1
      return
    }
    let miss = (sum + measurement) / Double(count + 1) - target
    let next =
      switch rule {
      case .sign: value + (miss > 0 ? rate : miss < 0 ? -rate : 0)
      case .proportional: value + rate * miss
      case .multiplicative: value * exp(rate * miss)
      }
    let held = min(max(next, bounds.low), bounds.high)
    try Schedule.require(
      held.isFinite, name, "max", "bounds that keep it finite", held)
    (value, sum, count) = (held, 0, 0)
  }

  var state: [(name: String, value: Double)] {
    [("count", Double(count)), ("sum", sum), ("value", value)]
  }

  func load(_ state: [(name: String, value: Double)]) throws {
    let numbers = try DriverState(state, of: self)
    let next = try (
      numbers.finite("value"), numbers.finite("sum"), numbers.count("count", below: Double(every))
    )
    (value, sum, count) = next
  }
}

extension Schedule {
  /// A number that holds what it observes at a target: after each `every` measurements with the mean m it
  /// moves by the rule, up where m > target, within [minimum, maximum].
  ///
  /// For a blur: observe the discriminator's accuracy, or E[sign D(real)], so that λ rises while D is
  /// ahead and falls while it is behind.
  /// - Throws: `TensorError` (value) for numbers out of range.
  public static func adaptive(
    start: Double, target: Double, rate: Double, every: Int = 1, minimum: Double = 0,
    maximum: Double = .infinity, rule: TargetRule = .sign
  ) throws -> Schedule {
    let driver = try TargetDriver(
      "adaptive", start: start, target: target, rate: rate, every: every, low: minimum,
      high: maximum, rule: rule)
    let shown = "start=\(text(start)), target=\(text(target)), rate=\(text(rate)), every=\(every)"
    return Schedule("adaptive(\(shown), \(rule.rawValue))", drivers: [driver]) { [driver] _ in
      driver.value
    }
  }

  /// Adaptive discriminator augmentation's rule: from 0 to `maximum`, by
  /// maximum · batch · every / images · sign(m − target) after each `every` measurements of E[sign D(real)].
  ///
  /// Source: Karras et al. 2020, "Training generative adversarial networks with limited data"; target
  /// 0.6, every 4 batches, and 500,000 images from 0 to 1.
  public static func ada(
    batch: Int, target: Double = 0.6, every: Int = 4, images: Double = 500_000,
    maximum: Double = 1, start: Double = 0
  ) throws -> Schedule {
    try require(batch >= 1, "ada", "batch", "at least 1", Double(batch))
    try requirePositive(images, "ada", "images")
    try requirePositive(maximum, "ada", "max")
    let rate = maximum * (Double(batch) * Double(every)) / images
    let driver = try TargetDriver(
      "ada", start: start, target: target, rate: rate, every: every, low: 0, high: maximum,
      rule: .sign)
    let shown = "batch=\(batch), target=\(text(target)), every=\(every), images=\(text(images))"
    return Schedule("ada(\(shown), max=\(text(maximum)))", drivers: [driver]) { [driver] _ in
      driver.value
    }
  }
}
