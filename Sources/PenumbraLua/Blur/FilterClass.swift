/// The userdata class of filters: calling, a strength that may change over time, fields, methods.

internal import LuaEmbedding
internal import PenumbraBlur
internal import PenumbraTensor

/// A filter as a Lua object.
final class FilterObject {
  /// The greatest number of filters that one may be made of.
  static let maximumSize = 1024

  let filter: any Filter
  /// The filters that it is made of.
  let parts: [FilterObject]
  /// What the strength follows; nil where the parts have their own.
  private(set) var setting: StrengthSetting?
  /// The step that the strength belongs to.
  private(set) var step = 1.0
  private let size: Int

  /// - Parameter uses: how often a call of the filter calls each part.
  /// - Throws: `TensorError` (value) for more than `maximumSize` parts, counted through all levels.
  init(
    _ filter: any Filter, _ setting: StrengthSetting? = nil, parts: [FilterObject] = [],
    uses: Int = 1
  ) throws {
    size = 1 + uses * parts.reduce(0) { $0 + $1.size }
    guard size <= FilterObject.maximumSize else {
      throw TensorError(
        .value, "blur",
        "a filter is made of at most \(FilterObject.maximumSize) others, got \(size)")
    }
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
    for part in parts { try part.set(step: step) }
    if case .overTime? = setting, let setting { try filter.setSigma(setting.strength(at: step)) }
    self.step = step
  }
}

enum FilterClass {
  static let definition: LuaClass<FilterObject> = LuaClass<FilterObject>(
    "Filter", methods: library.methods,
    metamethods: [
      (
        "__call",
        { frame in
          let filter = try object(frame).filter
          try filter(input.decode(frame, 2, "Filter", place: "argument 1")).give(to: frame)
        }
      ),
      ("__tostring", { frame in frame.returns("\(try object(frame).filter)") }),
    ],
    index: { frame in
      let object = try object(frame)
      switch frame.string(at: 2) {
      case "sigma": object.filter.sigma.give(to: frame)
      case "step": frame.returns(object.step)
      case "domain": frame.returns(object.filter.domain.rawValue)
      case "linear": frame.returns(object.filter.isLinear)
      default:
        guard let name = frame.string(at: 2), try FilterFields.read(name, object.filter, frame)
        else { throw frame.unknownField(at: 2) }
      }
    },
    newIndex: { frame in
      let object = try object(frame)
      switch frame.string(at: 2) {
      case "sigma": try object.set(sigma.decode(frame, 3, "Filter", place: "field"))
      case "step": try object.set(step: step.decode(frame, 3, "Filter", place: "field"))
      default:
        guard let name = frame.string(at: 2), try FilterFields.write(name, object.filter, frame)
        else {
          throw TensorError(
            .value, "Filter", expected: "the field 'sigma' or 'step'", got: frame.describe(at: 2))
        }
      }
    }, options: LuaClassOptions(identityMap: true, userValueCount: 1))

  private static func object(_ frame: LuaFrame) throws -> FilterObject {
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
    try Instance(FilterObject(make(setting.strength(at: 1)), setting), definition)
  }

  // MARK: Methods

  private static let this = Parameter<FilterObject>("self", .filter)
  private static let smear = "local A = pn.blur.smear{sigma = 1, copies = 4}\n"
  private static let scales =
    "local M = pn.blur.multi_scale{filter = pn.blur.noise{sigma = 0}, sigmas = {0, 0.5}}\n"

  static let library = Library(
    "Filter", "A coarse-graining A_σ: call it with a tensor.", isClass: true,
    [
      Entry(
        "average",
        "Σₖ wₖ v[k]: the mean of losses or outputs over the copies that a smear made, with the weights of "
          + "sigma points, [K, ...] → [...]. Averaged losses estimate the loss on the blurred density "
          + "without bias; the loss of averaged outputs is that of the smoothed discriminator",
        this,
        Parameter<Tensor>("values", .tensor), returns: "Tensor",
        example: smear
          + "local D = pn.nn.Linear(2, 1)\nlocal losses = pn.softplus(-D(A(pn.randn(8, 2))))"
          + "\nprint(A:average(losses):mean())"
      ) { _, object, values in try object.filter.average(values) },
      Entry(
        "weights", "The weights of so many copies of a smear, which sum to 1", this,
        Parameter<Int>("copies", .count), returns: "Tensor",
        example: "local A = pn.blur.smear{sigma = 1, sequence = \"unscented\"}\n"
          + "print(A:weights(#A(pn.zeros(1, 2))))"
      ) { _, object, copies in
        let weights = try object.filter.weights(copies: copies)
        return try Tensor(weights, [weights.count], dtype: .float64)
      },
      Entry(
        "list", "The batch at each scale of a multi_scale filter, one by one", this,
        Parameter<Tensor>("x", .tensor), returns: "table of Tensors",
        example: scales + "local sharp, blurred = table.unpack(M:list(pn.zeros(3, 2)))"
      ) { _, object, x in try multiScale(object, "list").list(x) },
      Entry(
        "discriminate",
        "The outputs of several discriminators, each called with the batch at its own scale", this,
        Parameter<[LuaReference]>("discriminators", .list(of: .callable), "one for each scale"),
        Parameter<Tensor>("x", .tensor), returns: "table of what they return",
        example: scales + "local D = {pn.nn.Linear(2, 1), pn.nn.Linear(2, 1)}\n"
          + "local outputs = M:discriminate(D, pn.randn(8, 2))\nassert(#outputs == 2)"
      ) { _, object, discriminators, x in
        let filter = try multiScale(object, "discriminate")
        guard discriminators.count == filter.filters.count else {
          throw TensorError(
            .value, "discriminate", argument: "discriminators",
            expected: "\(filter.filters.count), one for each scale", got: "\(discriminators.count)")
        }
        return LuaValue.array(
          try zip(discriminators, filter.list(x)).map { discriminator, x in
            try discriminator.call([x.luaValue]).first ?? .nil
          })
      },
    ])

  private static func multiScale(_ object: FilterObject, _ operation: String) throws
    -> MultiScaleBlur
  {
    guard let filter = object.filter as? MultiScaleBlur else {
      throw TensorError(
        .value, operation, expected: "a filter made by blur.multi_scale", got: "\(object.filter)")
    }
    return filter
  }
}

extension ParameterType where Value == FilterObject {
  static let filter = ParameterType.object("Filter", FilterClass.definition)
}

extension Strength: LuaResult {
  func give(to frame: LuaFrame) {
    switch self {
    case .number(let value): frame.returns(value)
    case .tensor(let tensor): tensor.give(to: frame)
    }
  }

  var luaValue: LuaValue {
    switch self {
    case .number(let value): .number(value)
    case .tensor(let tensor): tensor.luaValue
    }
  }
}
