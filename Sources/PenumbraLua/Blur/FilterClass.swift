/// The userdata class of filters: calling, and a strength that may change over time.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

/// A filter's strength as a script gave it.
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

/// A filter as a Lua object.
final class FilterObject {
  let filter: any Filter
  /// The filters that it is made of.
  let parts: [FilterObject]
  /// What the strength follows; nil where the parts have their own.
  private(set) var setting: StrengthSetting?
  /// The step that the strength belongs to.
  private(set) var step = 1.0

  init(_ filter: any Filter, _ setting: StrengthSetting? = nil, parts: [FilterObject] = []) {
    (self.filter, self.setting, self.parts) = (filter, setting, parts)
  }

  /// Sets the strength, of all parts too.
  func set(_ setting: StrengthSetting) throws {
    try filter.setSigma(setting.strength(at: step))
    self.setting = setting
    for part in parts { part.release() }
  }

  /// Forgets what the strength followed: the whole, of which this is a part, sets it now.
  private func release() {
    setting = nil
    for part in parts { part.release() }
  }

  /// Gives the filter and its parts the strength of a step.
  func set(step: Double) throws {
    if case .overTime? = setting, let setting { try filter.setSigma(setting.strength(at: step)) }
    for part in parts { try part.set(step: step) }
    self.step = step
  }
}

enum FilterClass {
  static let definition: LuaClass<FilterObject> = LuaClass<FilterObject>(
    "Filter",
    metamethods: [
      (
        "__call",
        { frame in
          let filter = try this(frame).filter
          try filter(input.decode(frame, 2, "Filter", place: "argument 1")).give(to: frame)
        }
      ),
      ("__tostring", { frame in frame.returns("\(try this(frame).filter)") }),
    ],
    index: { frame in
      let object = try this(frame)
      switch frame.string(at: 2) {
      case "sigma":
        switch object.filter.sigma {
        case .number(let value): frame.returns(value)
        case .tensor(let tensor): tensor.give(to: frame)
        }
      case "step": frame.returns(object.step)
      case "domain": frame.returns(object.filter.domain.rawValue)
      case "linear": frame.returns(object.filter.isLinear)
      default: throw frame.unknownField(at: 2)
      }
    },
    newIndex: { frame in
      let object = try this(frame)
      switch frame.string(at: 2) {
      case "sigma": try object.set(sigma.decode(frame, 3, "Filter", place: "field"))
      case "step": try object.set(step: step.decode(frame, 3, "Filter", place: "field"))
      default:
        throw TensorError(
          .value, "Filter", expected: "the field 'sigma' or 'step'", got: frame.describe(at: 2))
      }
    }, options: LuaClassOptions(identityMap: true, userValueCount: 1))

  private static func this(_ frame: LuaFrame) throws -> FilterObject {
    try frame.requireObject(at: 1, of: definition)
  }

  private static let input = Parameter<Tensor>("x", .tensor)
  private static let step = Parameter<Double>("step", .number)

  /// The option `sigma` of filters.
  static let sigma = Parameter<StrengthSetting>(
    "sigma", .strength,
    "standard deviation: pixels for signals, data units for densities; a tensor is learnable, [] for "
      + "all or [n] for each example; for a schedule or function set `filter.step = step`")

  /// Makes a filter's object; `make` gets the strength of the first step.
  static func make(_ setting: StrengthSetting, _ make: (Strength) throws -> any Filter) throws
    -> Instance<FilterObject>
  {
    Instance(FilterObject(try make(setting.strength(at: 1)), setting), definition)
  }
}

extension ParameterType where Value == FilterObject {
  static let filter = ParameterType.object("Filter", FilterClass.definition)
}
