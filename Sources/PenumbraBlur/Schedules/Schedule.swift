/// Numbers over time, as functions of the step and of nothing else.

internal import PenumbraTensor

/// A number that depends on the step: a blur's σ, a noise level, a learning rate.
///
/// A schedule has no state, so a run that is resumed at a step goes on exactly.
public struct Schedule: CustomStringConvertible {
  /// How it was made, "exponential(from=1, to=0.01, steps=20000)".
  public let description: String
  private let function: (Double) -> Double

  /// Any function of the step.
  public init(_ description: String, _ function: @escaping (_ step: Double) -> Double) {
    (self.description, self.function) = (description, function)
  }

  /// The number at a step; 0 is the start, before it the start's value holds.
  public func value(at step: Double) -> Double { function(max(0, step)) }

  public func callAsFunction(_ step: Double) -> Double { value(at: step) }
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
