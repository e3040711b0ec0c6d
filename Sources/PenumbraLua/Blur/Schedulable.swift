/// A number over time, as a script may give it: a number, a schedule, or a function of the step.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

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
    case .schedule(let schedule): return try schedule.value(at: step)
    case .function(let function): return try function.number([.number(step)], "schedule")
    }
  }
}

extension LuaReference {
  /// Calls a function that must return a number.
  func number(_ arguments: [LuaValue], _ operation: String) throws -> Double {
    let value = try call(arguments).first ?? .nil
    guard let number = value.number else {
      throw TensorError(
        .value, operation, expected: "a function that returns a number", got: value.kind)
    }
    return number
  }
}

extension ParameterType where Value == Schedulable {
  static let schedulable = ParameterType("number, Schedule or function of the step") {
    frame, index in
    if let number = frame.number(at: index) { return .number(number) }
    if let object = frame.object(at: index, of: ScheduleClass.definition) {
      return .schedule(object.schedule)
    }
    return try ParameterType<LuaReference>.function.decode(frame, index).map(Schedulable.function)
  }
}
