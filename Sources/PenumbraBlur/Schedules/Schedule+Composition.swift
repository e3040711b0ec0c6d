/// Schedules made of schedules.

internal import PenumbraTensor

extension Schedule {
  /// This schedule multiplied by t / steps until `steps`: a linear warm-up.
  public func warmedUp(over steps: Double) throws -> Schedule {
    try Schedule.requirePositive(steps, "warm_up", "steps")
    return Schedule("\(description) warmed up over \(text(steps))") {
      value(at: $0) * min(1, $0 / steps)
    }
  }

  /// This schedule until before `step`, then `next`, which starts there from its own step 0.
  public func then(_ next: Schedule, at step: Double) throws -> Schedule {
    try Schedule.requirePositive(step, "then", "step")
    return Schedule("\(description) then \(next) at \(text(step))") {
      $0 < step ? value(at: $0) : next.value(at: $0 - step)
    }
  }

  /// factor · this
  public func scaled(by factor: Double) throws -> Schedule {
    try Schedule.requireFinite(factor, "scale", "factor")
    return Schedule("\(text(factor)) · \(description)") { factor * value(at: $0) }
  }

  /// The product with another schedule.
  public func times(_ other: Schedule) -> Schedule {
    Schedule("\(description) · \(other)") { value(at: $0) * other.value(at: $0) }
  }

  /// This schedule held between bounds; either may be left out.
  ///
  /// - Throws: `TensorError` when the bounds are NaN or in the wrong order.
  public func clamped(minimum low: Double? = nil, maximum high: Double? = nil) throws -> Schedule {
    let (low, high) = (low ?? -.infinity, high ?? .infinity)
    try Schedule.require(!low.isNaN, "clamp", "min", "a number", low)
    try Schedule.require(high >= low, "clamp", "max", "at least \(text(low))", high)
    return Schedule("\(description) in [\(text(low)), \(text(high))]") {
      min(max(value(at: $0), low), high)
    }
  }
}
