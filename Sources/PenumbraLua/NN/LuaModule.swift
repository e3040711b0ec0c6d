/// Modules whose forward is a Lua function: `nn.module{ layer = ..., forward = function(self, x) end }`.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

/// A module defined by a script. Its function and other fields are in its userdata's user value; this
/// object only knows the parameters and children, so that Swift can find, save and print them.
final class LuaModule: Module {
  private weak var state: LuaState?
  private let name: String

  init(_ state: LuaState, name: String) {
    self.state = state
    self.name = name
  }

  override var typeName: String { name }

  /// A call from Lua: `self` and all arguments go to forward, all results come back.
  func call(_ frame: LuaFrame) throws {
    try frame.withUserValue(1, at: 1) { fields in
      try frame.withField("forward", ofTableAt: fields) { function in
        let arguments = try (1...frame.argumentCount).map { try frame.value(at: $0) }
        for result in try frame.call(at: function, arguments) { try frame.returns(result) }
      }
    }
  }

  override func forward(_ input: Tensor) throws -> Tensor { try forward([input]) }

  /// A call from a module in Swift, for instance a Sequential.
  override func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard let state,
      case .reference(let fields) = try state.userValue(1, of: self, as: ModuleClass.definition),
      case .reference(let function) = try fields.get("forward")
    else {
      throw TensorError(.value, name, "the Lua side of this module is gone")
    }
    let me = LuaValue.object(self, of: ModuleClass.definition)
    let results = try function.call([me] + inputs.map(\.luaValue))
    guard case .object(let object, _)? = results.first, let tensor = object as? Tensor else {
      throw TensorError(.value, name, "forward must return a Tensor")
    }
    return tensor
  }

  override func duplicated(_ copier: ModuleCopier) throws -> Module {
    throw TensorError(
      .value, "copy",
      "a module made by nn.module cannot be copied; make a second one and load "
        + "its state_dict")
  }

  /// Makes the module of a table of fields: modules become children, tensors that require a gradient
  /// parameters, other tensors buffers, and everything stays readable as a field.
  static func make(_ call: Call, tableAt index: Int) throws -> LuaModule {
    let frame = call.frame
    let name = try frame.withField("name", ofTableAt: index) { frame.string(at: $0) } ?? "module"
    let module = LuaModule(frame.state, name: name)
    let hasForward = try frame.withField("forward", ofTableAt: index) {
      frame.type(at: $0) == .function
    }
    guard hasForward else {
      throw TensorError(
        .value, "nn.module", argument: "forward", expected: "function(self, x)",
        got: try frame.withField("forward", ofTableAt: index) { frame.describe(at: $0) })
    }
    var found: [(name: String, value: AnyObject)] = []
    try frame.forEachField(ofTableAt: index) { key, slot in
      guard let name = frame.string(at: key), let object = frame.anyObject(at: slot) else { return }
      found.append((name, object))
    }
    for (name, value) in found.sorted(by: { $0.name < $1.name }) {
      if let child = value as? Module {
        try module.register(child: name, child)
      } else if let tensor = value as? Tensor {
        _ =
          tensor.requiresGradient && tensor.isLeaf
          ? try module.register(parameter: name, tensor)
          : try module.register(buffer: name, tensor)
      }
    }
    try module.anchor(frame.state, .reference(try frame.reference(at: index)))
    return module
  }
}

extension Module {
  /// Makes this module's userdata and keeps a value with it.
  func anchor(_ state: LuaState, _ value: LuaValue) throws {
    // The table holds the userdata while it is being furnished.
    let holder = try state.makeTable(.array([.object(self, of: ModuleClass.definition)]))
    try state.setUserValue(1, of: self, as: ModuleClass.definition, to: value)
    withExtendedLifetime(holder) {}
  }
}
