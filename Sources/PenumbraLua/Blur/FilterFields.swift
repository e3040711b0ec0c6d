/// Fields that only some filters have: what they drew, and what else can be set.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

enum FilterFields {
  /// Returns the field's value to Lua; false where the filter has no such field.
  static func read(_ name: String, _ filter: any Filter, _ frame: LuaFrame) throws -> Bool {
    switch (name, filter) {
    case ("strengths", let levels as NoiseLevelsBlur):
      try levels.strengths.give(to: frame)
    case ("alpha_bar", let diffusion as DiffusionBlur):
      try diffusion.alphaBar.give(to: frame)
    case ("alpha_bar", let diffusion as DiffusionStepsBlur):
      try diffusion.alphaBar().give(to: frame)
    case ("t", let diffusion as DiffusionStepsBlur):
      try diffusion.times.give(to: frame)
    case ("max_t", let diffusion as DiffusionStepsBlur):
      frame.returns(diffusion.greatestStep)
    default: return false
    }
    return true
  }

  private static let alphaBar = Parameter<Strength>("alpha_bar", .fixedStrength)
  private static let t = Parameter<DiffusionSteps>("t", .diffusionSteps)
  private static let greatest = Parameter<Int>("max_t", .integer)

  /// Sets the field to the third argument; false where the filter has no such field.
  static func write(_ name: String, _ filter: any Filter, _ frame: LuaFrame) throws -> Bool {
    switch (name, filter) {
    case ("alpha_bar", let diffusion as DiffusionBlur):
      let value = try alphaBar.decode(frame, 3, "Filter", place: "field")
      try diffusion.setSigma(DiffusionBlur.strength(alphaBar: value))
    case ("t", let diffusion as DiffusionStepsBlur):
      try diffusion.set(t.decode(frame, 3, "Filter", place: "field"))
    case ("max_t", let diffusion as DiffusionStepsBlur):
      try diffusion.set(greatestStep: greatest.decode(frame, 3, "Filter", place: "field"))
    default: return false
    }
    return true
  }
}

extension ParameterType where Value == Strength {
  /// A strength that does not change by itself.
  static let fixedStrength = ParameterType("number or Tensor") { frame, index in
    if let number = frame.number(at: index) { return .number(number) }
    return frame.object(at: index, of: TensorClass.definition).map(Strength.tensor)
  }
}

extension ParameterType where Value == DiffusionSteps {
  static let diffusionSteps = ParameterType(
    "integer, Tensor, "
      + DiffusionStepLaw.allCases.map { "\"\($0.rawValue)\"" }.joined(
        separator: " or ")
  ) { frame, index in
    if let step = frame.integer(at: index) { return .given(try Tensor([step], [])) }
    if let name = frame.string(at: index) {
      return DiffusionStepLaw(rawValue: name).map { .drawn($0, clean: 0) }
    }
    return frame.object(at: index, of: TensorClass.definition).map(DiffusionSteps.given)
  }
}
