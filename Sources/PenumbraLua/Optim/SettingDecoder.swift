/// Settings of optimisers as options of a Lua table: their documentation and their decoding.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraOptim
internal import PenumbraTensor

/// A setting as a script gave it.
enum GivenSetting {
  case values([Double])
  /// A number that changes from step to step.
  case overTime(Schedulable)
}

/// Settings by name, as a table gave them.
struct GivenSettings {
  private(set) var all: [(name: String, value: GivenSetting)] = []

  mutating func add(_ name: String, _ value: GivenSetting) { all.append((name, value)) }

  var values: [(name: String, values: [Double])] {
    all.compactMap { name, value in
      if case .values(let values) = value { (name, values) } else { nil }
    }
  }

  var schedules: [(name: String, value: Schedulable)] {
    all.compactMap { name, value in
      if case .overTime(let schedule) = value { (name, schedule) } else { nil }
    }
  }

  func has(_ name: String) -> Bool { all.contains { $0.name == name } }
}

extension ParameterType where Value == GivenSetting {
  /// What a script may give for a setting of this form.
  static func setting(_ form: SettingForm) -> ParameterType {
    switch form {
    case .number:
      ParameterType<Schedulable>.schedulable.refined("number, Schedule or function of the step") {
        if case .number(let value) = $0 { .values([value]) } else { .overTime($0) }
      }
    case .pair:
      ParameterType<[Double]>.list(of: .number).refined("{number, number}") {
        guard $0.count == 2 else { throw BadValue(expected: "2 numbers, got \($0.count)") }
        return .values($0)
      }
    case .flag: ParameterType<Bool>.boolean.refined("boolean") { .values([$0 ? 1 : 0]) }
    case .count: ParameterType<Int>.integer.refined("integer") { .values([Double($0)]) }
    case .choice(let words):
      ParameterType<String>.choice(words).refined(
        words.map { "\"\($0)\"" }.joined(separator: " | ")
      ) { .values([Double(words.firstIndex(of: $0) ?? 0)]) }
    }
  }
}

extension SettingForm {
  /// The value as Lua sees it.
  func luaValue(_ values: [Double]) -> LuaValue {
    switch self {
    case .number: .number(values[0])
    case .pair: .array(values.map { .number($0) })
    case .flag: .boolean(values[0] != 0)
    case .count: .integer(Int64(values[0]))
    case .choice(let words): .string(words[Int(values[0])])
    }
  }

  /// The value as the reference writes it.
  func shown(_ values: [Double]) -> String {
    func text(_ value: Double) -> String {
      value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }
    return switch self {
    case .pair: "{\(values.map(text).joined(separator: ", "))}"
    case .flag: "\(values[0] != 0)"
    case .choice(let words): "\"\(words[Int(values[0])])\""
    case .number, .count: text(values[0])
    }
  }
}

/// The options that one kind of settings makes, with the defaults that the reference shows.
struct SettingDecoder<Settings: GroupSettings> {
  let docs: [ParameterDoc]
  private let list: OptionList
  private let groupList: OptionList

  init(_ standard: Settings) {
    docs = Settings.settings.map {
      ParameterDoc(
        name: $0.name, type: ParameterType<GivenSetting>.setting($0.form).name,
        standard: $0.form.shown($0.values(standard)), summary: $0.summary)
    }
    list = OptionList(docs)
    groupList = OptionList(docs + [GroupTable.parameters.doc])
  }

  /// The settings in the table at `index`; none where there is nothing.
  func decode(_ frame: LuaFrame, _ index: Int, _ operation: String) throws -> GivenSettings {
    guard !frame.isNoneOrNil(at: index) else { return GivenSettings() }
    guard frame.type(at: index) == .table else {
      throw TensorError(
        .value, operation, argument: "argument \(index) (options)", expected: "table of options",
        got: frame.describe(at: index))
    }
    try list.check(frame, index, operation)
    return try values(frame, index, operation)
  }

  /// A group's table: `{params = ..., lr = ...}`.
  func group(_ frame: LuaFrame, _ index: Int, _ operation: String) throws -> GroupTable {
    guard frame.type(at: index) == .table else {
      throw TensorError(
        .value, operation, argument: "group", expected: "{params = ..., settings...}",
        got: frame.describe(at: index))
    }
    try groupList.check(frame, index, operation)
    let parameters = try frame.withField("params", ofTableAt: index) {
      try GroupTable.parameters.decode(frame, $0, operation, place: "option")
    }
    return GroupTable(tensors: parameters, settings: try values(frame, index, operation))
  }

  /// The parameters at `index`: a table of tensors, a module, or a table of groups.
  func groups(_ frame: LuaFrame, _ index: Int, _ operation: String) throws -> [GroupTable] {
    var groups: [GroupTable] = []
    if frame.type(at: index) == .table {
      let isGroups = try frame.withElement(1, ofTableAt: index) { frame.type(at: $0) == .table }
      if isGroups {
        try frame.forEachElement(ofTableAt: index) { _, slot in
          groups.append(try group(frame, slot, operation))
        }
        return groups
      }
    }
    let tensors = try GroupTable.source.decode(frame, index, operation)
    return [GroupTable(tensors: tensors, settings: GivenSettings())]
  }

  private func values(_ frame: LuaFrame, _ index: Int, _ operation: String) throws -> GivenSettings
  {
    var result = GivenSettings()
    for setting in Settings.settings {
      try frame.withField(setting.name, ofTableAt: index) { slot in
        guard !frame.isNoneOrNil(at: slot) else { return }
        let parameter = Parameter<GivenSetting>(setting.name, .setting(setting.form))
        result.add(
          setting.name, try parameter.decode(frame, slot, operation, place: "option"))
      }
    }
    return result
  }
}

/// Parameters and the settings that a script gave for them.
struct GroupTable {
  let tensors: [Tensor]
  let settings: GivenSettings

  static let parameters = Parameter<[Tensor]>(
    "params", .trainable, "the group's tensors, or a module")
  static let source = Parameter<[Tensor]>(
    "parameters", .trainable, "a table of tensors, a module, or a table of groups {params = ...}")
}

extension ParameterType where Value == [Tensor] {
  /// A module's parameters, a tensor, or a table of tensors.
  static let trainable = ParameterType("table of Tensors or Module") { frame, index in
    if let module = frame.object(at: index, of: ModuleClass.definition) { return module.parameters }
    return try ParameterType<[Tensor]>.oneOrMore.decode(frame, index)
  }
}
