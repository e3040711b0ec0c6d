/// A number over time, as a script may give it: a number, a schedule, or a function of the step.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

/// A schedule as a Lua object: `lambda(step)`.
final class ScheduleObject {
  let schedule: Schedule

  init(_ schedule: Schedule) { self.schedule = schedule }
}

enum Schedulable {
  case number(Double)
  case schedule(Schedule)
  case function(LuaReference)

  /// Whether it may change from step to step.
  var isConstant: Bool {
    if case .number = self { true } else { false }
  }

  /// The value at a step, which counts from 1 in a script's loop.
  func value(at step: Double) throws -> Double {
    switch self {
    case .number(let value): return value
    case .schedule(let schedule): return schedule.value(at: step)
    case .function(let function):
      switch try function.call([.number(step)]).first {
      case .number(let value)?: return value
      case .integer(let value)?: return Double(value)
      default:
        throw TensorError(
          .value, "schedule", expected: "a function that returns a number", got: "something else")
      }
    }
  }
}

extension ParameterType where Value == Schedulable {
  static let schedulable = ParameterType("number, Schedule or function of the step") {
    frame, index in
    if let number = frame.number(at: index) { return .number(number) }
    if let object = frame.object(at: index, of: ScheduleLibrary.definition) {
      return .schedule(object.schedule)
    }
    return try ParameterType<LuaReference>.function.decode(frame, index).map(Schedulable.function)
  }
}
