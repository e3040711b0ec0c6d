/// Methods of modules about their trees: walking, copying, adding parts.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum ModuleTreeEntries {
  private static let this = Parameter<Module>("self", .module)
  private static let name = Parameter<String>("name", .string, "without dots")

  static let entries: [Entry] = [
    Entry(
      "buffers", "All buffers, in the order of their registration", this,
      returns: "table of Tensors", example: "print(#pn.nn.BatchNorm1d(2):buffers())"
    ) { _, module in module.namedBuffers().map(\.tensor) },
    Entry(
      "named_buffers", "All buffers by dotted name: saved, but not learned", this,
      returns: "table name → Tensor",
      example: "print(pn.nn.BatchNorm1d(2):named_buffers().running_mean)"
    ) { _, module in ModuleClass.named(module.namedBuffers()) },
    Entry(
      "modules", "The module and all below it, parents first", this, returns: "table of Modules",
      example: "print(#pn.nn.Sequential(pn.nn.Linear(2, 3), pn.nn.Tanh()):modules())"
    ) { _, module in list(module.namedModules()) },
    Entry(
      "named_modules", "The module (under the name \"\") and all below it by dotted name", this,
      returns: "table name → Module",
      example: "print(pn.nn.Sequential(pn.nn.Linear(2, 3)):named_modules()[\"1\"])"
    ) { _, module in ModuleClass.named(module.namedModules()) },
    Entry(
      "children", "The modules directly below, in their order", this, returns: "table of Modules",
      example: "print(#pn.nn.Sequential(pn.nn.Linear(2, 3), pn.nn.Tanh()):children())"
    ) { _, module in list(module.children) },
    Entry(
      "named_children", "The modules directly below by name", this,
      returns: "table name → Module",
      example: "print(pn.nn.Residual(pn.nn.Linear(2, 2)):named_children().block)"
    ) { _, module in ModuleClass.named(module.children) },
    Entry(
      "apply", "Calls fn(module) for every module below and then for this one; returns the module",
      this, Parameter<LuaReference>("fn", .function), returns: "Module",
      example: "local net = pn.nn.Sequential(pn.nn.Linear(2, 3), pn.nn.Linear(3, 1))\n"
        + "net:apply(function(layer)\n  if layer:named_parameters().bias then "
        + "pn.nn.init.zeros_(layer.bias) end\nend)"
    ) { _, module, body in
      try module.apply { _ = try body.call([.object($0, of: ModuleClass.definition)]) }
      return FirstArgument()
    },
    Entry(
      "copy",
      "A deep copy that shares no tensor with the module; a script's modules share their functions "
        + "and other fields with their copies", this, returns: "Module",
      example: "local net = pn.nn.Linear(2, 3)\nlocal target = net:copy():requires_grad_(false)\n"
        + "assert(target.weight:equal(net.weight))"
    ) { call, module in
      let copier = ModuleCopier()
      let copy = try module.copy(copier)
      let holder = try copy.adopt(call.frame.state)
      return withExtendedLifetime((copier, holder)) { NNLibrary.module(copy) }
    },
    Entry(
      "append", "Adds a module at the end of a Sequential or ModuleList, which is returned", this,
      Parameter<Module>("module", .module), returns: "Module",
      example: "print(#pn.nn.ModuleList():append(pn.nn.Linear(2, 3)))"
    ) { call, module, child in
      switch module {
      case let sequential as Sequential: try sequential.append(child)
      case let list as ModuleList: try list.append(child)
      default:
        throw TensorError(
          .value, "append", expected: "a Sequential or ModuleList", got: module.typeName)
      }
      try call.frame.setUserValue(1, at: 1, to: module.childObjects)
      return FirstArgument()
    },
    Entry(
      "register_parameter",
      "Gives a module made by nn.module one more parameter, or another tensor for one; returns the "
        + "module", this, name, Parameter<Tensor>("tensor", .tensor), returns: "Module",
      example: sample + "net:register_parameter(\"w\", pn.ones(2))\nprint(net(pn.ones(2)))"
    ) { call, module, name, tensor in
      try register(call, module, name) { try module.register(parameter: name, tensor) }
    },
    Entry(
      "register_buffer",
      "Gives a module made by nn.module one more buffer, which is saved but not learned; returns the "
        + "module", this, name, Parameter<Tensor>("tensor", .tensor), returns: "Module",
      example: sample + "net:register_buffer(\"w\", pn.ones(2))\nprint(#net:parameters())"
    ) { call, module, name, tensor in
      try register(call, module, name) { try module.register(buffer: name, tensor) }
    },
  ]

  private static let sample =
    "local net = pn.nn.module{forward = function(self, x) return x * self.w end}\n"

  private static func list(_ modules: [(name: String, module: Module)]) -> LuaValue {
    .array(modules.map { .object($0.module, of: ModuleClass.definition) })
  }

  /// Adds a slot to a script's module; the tensor is a field of it, too.
  private static func register(
    _ call: Call, _ module: Module, _ name: String, _ body: () throws -> Module.Slot
  ) throws -> FirstArgument {
    guard module is LuaModule else {
      throw TensorError(
        .value, call.name, expected: "a module made by nn.module", got: module.typeName)
    }
    guard module.child(name) == nil else {
      throw TensorError(.value, call.name, argument: "name", "'\(name)' is a module")
    }
    let before = module.slot(name)
    module.unregister(name)
    do {
      let slot = try body()
      try ModuleFields.setField(call.frame, name, to: slot.tensor.luaValue)
    } catch {
      if let before { try module.register(name, before) }
      throw error
    }
    return FirstArgument()
  }
}
