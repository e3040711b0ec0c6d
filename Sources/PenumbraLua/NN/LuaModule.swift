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

  /// A call from Lua: `self` and all arguments from `first` on go to forward, all results come back.
  func call(_ frame: LuaFrame, from first: Int = 2) throws {
    let me = LuaValue.object(self, of: ModuleClass.definition)
    let arguments = try stride(from: first, through: frame.argumentCount, by: 1).map {
      try frame.value(at: $0)
    }
    guard case .reference(let fields) = try own(frame.state),
      case .reference(let function) = try fields.get("forward")
    else { throw TensorError(.value, name, "the Lua side of this module is gone") }
    let results = try function.call([me] + arguments)
    if let output = results.first?.tensor { noteRun(arguments.compactMap(\.tensor), output) }
    for result in results { try frame.returns(result) }
  }

  override func forward(_ input: Tensor) throws -> Tensor { try forward([input]) }

  /// A call from a module in Swift, for instance a Sequential.
  override func forward(_ inputs: [Tensor]) throws -> Tensor {
    guard let state, case .reference(let fields) = try own(state),
      case .reference(let function) = try fields.get("forward")
    else { throw TensorError(.value, name, "the Lua side of this module is gone") }
    let me = LuaValue.object(self, of: ModuleClass.definition)
    let results = try function.call([me] + inputs.map(\.luaValue))
    guard let tensor = results.first?.tensor else {
      throw TensorError(.value, name, "forward must return a Tensor")
    }
    return tensor
  }

  /// The table of fields.
  func own(_ state: LuaState) throws -> LuaValue {
    try state.userValue(1, of: self, as: ModuleClass.definition)
  }

  /// A copy with copies of all parameters, buffers and children; functions and other fields are shared.
  /// Its userdata lives as long as the copier, until it has a place: see `Module.adopt`.
  override func duplicated(_ copier: ModuleCopier) throws -> Module {
    guard let state, case .reference(let fields) = try own(state) else {
      throw TensorError(.value, "copy", "the Lua side of \(name) is gone")
    }
    let copy = LuaModule(state, name: name)
    var values: [(key: String, value: LuaValue)] = []
    for (name, slot) in slots {
      let other = try copier(slot)
      try copy.register(name, other)
      values.append((name, other.tensor.luaValue))
    }
    for (name, child) in children {
      let other = try copier(child)
      try copy.register(child: name, other)
      values.append((name, .object(other, of: ModuleClass.definition)))
    }
    let table = try state.run(
      """
      local fields, own = ...
      local copy = {}
      for key, value in next, fields do copy[key] = value end
      for key, value in next, own do copy[key] = value end
      return copy
      """, name: "=penumbra", arguments: [.reference(fields), .table(values)])
    let holder = try state.makeTable(.array([.object(copy, of: ModuleClass.definition)]))
    try state.setUserValue(1, of: copy, as: ModuleClass.definition, to: table.first ?? .nil)
    copier.keep(holder)
    return copy
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
      guard let name = frame.string(at: key) else { return }
      try requireNoModules(frame, slot, name)
      if let object = frame.anyObject(at: slot) { found.append((name, object)) }
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

  /// - Throws: `TensorError` for a table that has modules in it: they would not be found.
  static func requireNoModules(_ frame: LuaFrame, _ index: Int, _ field: String) throws {
    guard frame.type(at: index) == .table else { return }
    try frame.forEachField(ofTableAt: index) { _, slot in
      guard frame.object(at: slot, of: ModuleClass.definition) == nil else {
        throw TensorError(
          .value, "nn.module", argument: field,
          "modules in a table are not found; make it an nn.ModuleList or an nn.ModuleDict")
      }
    }
  }
}
