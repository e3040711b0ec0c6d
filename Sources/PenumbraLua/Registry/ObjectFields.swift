/// What fields objects have: for completion and help, which compute and make nothing.

public import LuaEmbedding
internal import PenumbraNN
internal import PenumbraOptim
internal import PenumbraTensor

/// Looks at Swift objects as a script would, without Lua.
public enum ObjectFields {
  /// The names that can stand behind a dot, besides the methods; not the fields that a script gave.
  public static func names(of object: AnyObject) -> [String] {
    switch object {
    case is Tensor: TensorIndexing.fields.map(\.name)
    case let module as Module:
      module.slots.map(\.name) + module.children.map(\.name) + ["training"]
    case is FilterObject: ["sigma", "step", "domain", "linear"]
    case let optimizer as OptimizerObject: optimizer.fieldNames
    case let average as WeightAverageObject:
      average.average.decay == nil ? ["count"] : ["count", "decay"]
    case is ProfileObject: ProfileClass.fields
    case is MixtureObject: MixtureClass.fields
    case is ScriptRun: RunClass.fields.map(\.name)
    default: []
    }
  }

  /// A field that is an object which exists already: a layer, a parameter.
  public static func value(_ name: String, of object: AnyObject) -> AnyObject? {
    guard let module = object as? Module else { return nil }
    return module.slot(name)?.tensor ?? module.child(name)
  }

  /// The class of such an object.
  public static func luaClass(of object: AnyObject) -> AnyLuaClass? {
    switch object {
    case is Tensor: TensorClass.definition
    case is Module: ModuleClass.definition
    default: nil
    }
  }

  /// Whether the userdata's first user value is a table with the fields that a script gave.
  public static func keepsFieldsInTable(_ object: AnyObject) -> Bool { object is LuaModule }
}

extension OptimizerObject {
  fileprivate var fieldNames: [String] {
    let sampler = optimizer is StochasticSampler ? SamplerFields.names : []
    return Set(["lr", "param_groups"] + settable + sampler).sorted()
  }
}
