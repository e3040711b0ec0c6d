/// A filter's strength as a script may give it: a number, a tensor, a schedule, a function of the step.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

enum StrengthSetting {
  case fixed(Strength)
  /// A schedule, or a function of the step that gives a number or a tensor.
  case overTime(Schedulable)

  /// The strength at a step, which counts from 1 in a script's loop.
  func strength(at step: Double) throws -> Strength {
    switch self {
    case .fixed(let strength): return strength
    case .overTime(.function(let function)):
      let value = try function.call([.number(step)]).first ?? .nil
      if let tensor = value.tensor { return .tensor(tensor) }
      guard let number = value.number else {
        throw TensorError(
          .value, "sigma", expected: "a function that returns a number or a Tensor",
          got: value.kind)
      }
      return .number(number)
    case .overTime(let schedule): return .number(try schedule.value(at: step))
    }
  }
}

extension ParameterType where Value == StrengthSetting {
  static let strength = ParameterType("number, Tensor, Schedule or function of the step") {
    frame, index in
    if let number = frame.number(at: index) { return .fixed(.number(number)) }
    if let tensor = frame.object(at: index, of: TensorClass.definition) {
      return .fixed(.tensor(tensor))
    }
    return try ParameterType<Schedulable>.schedulable.decode(frame, index).map(
      StrengthSetting.overTime)
  }
}
