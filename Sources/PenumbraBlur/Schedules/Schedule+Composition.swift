/// Schedules made of schedules.

internal import PenumbraTensor

extension Schedule {
  /// This schedule times start + (1 − start) t / steps until `steps`: a linear warm-up.
  ///
  /// - Parameter start: the part with which it begins, from 0 to 1.
  public func warmedUp(over steps: Double, from start: Double = 0) throws -> Schedule {
    try Schedule.requirePositive(steps, "warm_up", "steps")
    try Schedule.require(
      start >= 0 && start <= 1, "warm_up", "from", "a number from 0 to 1", start)
    let shown = start == 0 ? "" : " from \(text(start))"
    return try Schedule(
      "\(description) warmed up over \(text(steps))\(shown)", of: [self], "warm_up"
    ) {
      try value(at: $0) * ($0 >= steps ? 1 : start + (1 - start) * ($0 / steps))
    }
  }

  /// This schedule until before `step`, then `next`, which starts there from its own step 0.
  public func then(_ next: Schedule, at step: Double) throws -> Schedule {
    try Schedule.requirePositive(step, "then_", "step")
    return try Schedule(
      "\(description) then \(next) at \(text(step))", of: [self, next], "then_"
    ) {
      try $0 < step ? value(at: $0) : next.value(at: $0 - step)
    }
  }

  /// factor · this
  public func scaled(by factor: Double) throws -> Schedule {
    try Schedule.requireFinite(factor, "scale", "factor")
    return try Schedule("\(text(factor)) · \(description)", of: [self], "scale") {
      try factor * value(at: $0)
    }
  }

  /// The product with another schedule.
  public func times(_ other: Schedule) throws -> Schedule {
    try Schedule("\(description) · \(other)", of: [self, other], "*") {
      try value(at: $0) * other.value(at: $0)
    }
  }

  /// The sum with another schedule.
  public func plus(_ other: Schedule) throws -> Schedule {
    try Schedule("(\(description) + \(other))", of: [self, other], "+") {
      try value(at: $0) + other.value(at: $0)
    }
  }

  /// The lesser of both at each step.
  public func minimum(_ other: Schedule) throws -> Schedule {
    try Schedule("min(\(description), \(other))", of: [self, other], "min") {
      try Swift.min(value(at: $0), other.value(at: $0))
    }
  }

  /// The greater of both at each step.
  public func maximum(_ other: Schedule) throws -> Schedule {
    try Schedule("max(\(description), \(other))", of: [self, other], "max") {
      try Swift.max(value(at: $0), other.value(at: $0))
    }
  }

  /// This schedule held between bounds; either may be left out.
  ///
  /// - Throws: `TensorError` when the bounds are NaN or in the wrong order.
  public func clamped(minimum low: Double? = nil, maximum high: Double? = nil) throws -> Schedule {
    let (low, high) = (low ?? -.infinity, high ?? .infinity)
    try Schedule.require(!low.isNaN, "clamp", "min", "a number", low)
    try Schedule.require(high >= low, "clamp", "max", "at least \(text(low))", high)
    return try Schedule("\(description) in [\(text(low)), \(text(high))]", of: [self], "clamp") {
      try Swift.min(Swift.max(value(at: $0), low), high)
    }
  }
}
