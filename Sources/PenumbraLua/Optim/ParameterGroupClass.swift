/// A group of an optimiser's parameters as a Lua object: `opt:groups()[2].lr = 1e-4`.

internal import LuaEmbedding
internal import PenumbraOptim
internal import PenumbraTensor

/// One group of an optimiser.
final class ParameterGroupObject {
  let owner: OptimizerObject
  let index: Int

  init(_ owner: OptimizerObject, _ index: Int) { (self.owner, self.index) = (owner, index) }

  /// A setting's value for Lua; nil where there is none of that name.
  func value(_ name: String) -> LuaValue? {
    guard let form = form(name), let values = owner.optimizer.values(of: name, inGroup: index)
    else { return nil }
    return form.luaValue(values)
  }

  func form(_ name: String) -> SettingForm? {
    owner.optimizer.settingNames.first { $0.name == name }?.form
  }
}

enum ParameterGroupClass {
  static let definition: LuaClass<ParameterGroupObject> = LuaClass<ParameterGroupObject>(
    "ParameterGroup", methods: library.methods,
    metamethods: [
      (
        "__tostring",
        { frame in
          let this = try frame.requireObject(at: 1, of: definition)
          let shown = this.owner.optimizer.settingNames.compactMap { name, form in
            this.owner.optimizer.values(of: name, inGroup: this.index).map {
              "\(name)=\(form.shown($0))"
            }
          }
          let count = this.owner.optimizer.parameters(inGroup: this.index).count
          frame.returns(
            "ParameterGroup(\(count) parameters, \(shown.joined(separator: ", ")))")
        }
      )
    ],
    index: { frame in
      let this = try frame.requireObject(at: 1, of: definition)
      guard let name = frame.string(at: 2) else { throw frame.unknownField(at: 2) }
      if name == "params" {
        return try frame.returns(
          .array(this.owner.optimizer.parameters(inGroup: this.index).map(\.luaValue)))
      }
      guard let value = this.value(name) else { throw frame.unknownField(at: 2) }
      try frame.returns(value)
    },
    newIndex: { frame in
      let this = try frame.requireObject(at: 1, of: definition)
      guard let name = frame.string(at: 2), let form = this.form(name) else {
        throw TensorError(
          .value, "ParameterGroup", "field \(frame.describe(at: 2)) cannot be set")
      }
      let given = try Parameter<GivenSetting>(name, .setting(form)).decode(
        frame, 3, "ParameterGroup", place: "field")
      try this.owner.set(name, given, group: this.index)
    })

  static let library = Library(
    "ParameterGroup",
    "Parameters trained with the same settings; each setting is a field, to read and to set to a "
      + "value, a schedule or a function of the step; params are its tensors.", isClass: true,
    [
      Entry(
        "settings", "All settings by name, as they are now",
        Parameter<ParameterGroupObject>("self", .object("ParameterGroup", definition)),
        returns: "table",
        example: "local opt = pn.optim.Adam(pn.nn.Linear(2, 1):parameters())\n"
          + "local group = opt:groups()[1]\ngroup.lr = pn.schedule.cosine{from = 0.1, to = 0, "
          + "steps = 100}\nprint(group:settings().betas[1])"
      ) { _, group in
        LuaValue.table(
          group.owner.optimizer.settingNames.compactMap { name, _ in
            group.value(name).map { (key: name, value: $0) }
          })
      }
    ])
}
