/// A range of real numbers as a user gives it.

/// From `low` to `high`, both included. Unlike `ClosedRange` it can hold any two numbers; what takes
/// it checks them.
public struct Interval: Sendable, Equatable {
  public var low: Double
  public var high: Double

  public init(_ low: Double, _ high: Double) {
    self.low = low
    self.high = high
  }

  /// high − low.
  public var width: Double { high - low }

  /// Whether both ends are finite and differ, low < high.
  public var isProper: Bool { low < high && width.isFinite }
}
