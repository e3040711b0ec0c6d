/// `pn.nn`: modules made of modules.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum ContainerEntries {
  static let entries: [Entry] = [
    Entry(
      "Sequential", "Modules one after the other; a last activation of an affine layer is its part",
      ModuleArguments.parameter, returns: "Module",
      example: "print(pn.nn.Sequential(pn.nn.Linear(2, 8), pn.nn.ReLU(), pn.nn.Linear(8, 1)))"
    ) { call, layers in try container(call, Sequential(layers)) },
    Entry(
      "ModuleList",
      "Modules in a row, found, saved and printed as part of the module that holds them; list[i], "
        + "#list, ipairs(list), list:append(m)", ModuleArguments.parameter, returns: "Module",
      example: "local list = pn.nn.ModuleList(pn.nn.Linear(2, 2), pn.nn.Linear(2, 1))\n"
        + "local x = pn.ones(3, 2)\nfor _, layer in ipairs(list) do x = layer(x) end\nprint(x)"
    ) { call, modules in try container(call, ModuleList(modules)) },
    Entry(
      "ModuleDict", "Modules by name: dict.name, dict[name] = module, pairs(dict)",
      Parameter<[(name: String, module: Module)]>(
        "modules", .namedModules, default: { [] }, shown: "{}"), returns: "Module",
      example:
        "local heads = pn.nn.ModuleDict{real = pn.nn.Linear(2, 1), class = pn.nn.Linear(2, 3)}\n"
        + "print(heads.class(pn.ones(1, 2)))"
    ) { call, modules in try container(call, ModuleDict(modules)) },
    Entry(
      "Residual", "shortcut(x) + scale · block(x), the shortcut being x itself unless given",
      Parameter<Module>("block", .module),
      Parameter<Options>.options("Residual", [shortcut.doc, scale.doc]), returns: "Module",
      example: "print(pn.nn.Residual(pn.nn.Linear(2, 2), {scale = 0.1})(pn.ones(1, 2)))"
    ) { call, block, options in
      try container(
        call, Residual(block, shortcut: options[shortcut], scale: options[scale]))
    },
    Entry(
      "Concat", "The results of all modules for the same input, joined along a dimension",
      ModulesAndOptions.parameter("Concat", [dim.doc]), returns: "Module",
      example: "local split = pn.nn.Concat(pn.nn.Linear(2, 3), pn.nn.Identity())\n"
        + "print(split(pn.ones(4, 2)):size(2), pn.nn.Concat{pn.nn.ReLU(), pn.nn.Tanh(), dim = 1})"
    ) { call, given in
      try container(call, Concat(given.modules, dimension: given.options[dim]))
    },
    Entry(
      "Ensemble",
      "K networks of one structure as a single batched one: [K, n, ...] → [K, n, ...], parameters "
        + "[K, ...] in the order of one network's, as `pn.optim.stack_chains` makes them. Made of "
        + "networks in a table, of a function that makes one, called K times, or of K copies of one",
      Parameter<EnsembleSource>("source", .ensembleSource),
      Parameter<Int?>.optional("count", .count, "K, unless the networks are given"),
      Parameter<Options>.options("Ensemble", [shared.doc]), returns: "Module",
      example:
        "local D = pn.nn.Ensemble(function() return pn.nn.Linear(2, 1) end, 8, {shared = true})\n"
        + "print(D(pn.randn(4, 2)):size(1), #pn.optim.unstack_chains(D:parameters()))"
    ) { call, source, count, options in
      let copier = ModuleCopier()
      let ensemble = try source.ensemble(
        call, count, shared: options[shared], copier)
      let holder = try ensemble.adopt(call.frame.state)
      return withExtendedLifetime((copier, holder)) { NNLibrary.module(ensemble) }
    },
    Entry(
      "unstack", "The networks of an Ensemble, one by one: copies",
      Parameter<Module>("ensemble", .module), returns: "table of Modules",
      example: "local E = pn.nn.Ensemble(pn.nn.Linear(2, 1), 3)\nprint(#pn.nn.unstack(E))"
    ) { call, module in
      guard let ensemble = module as? Ensemble else {
        throw TensorError(.value, "unstack", expected: "an Ensemble", got: module.typeName)
      }
      var copiers: [ModuleCopier] = []
      let networks = try ensemble.networks {
        copiers.append(ModuleCopier())
        return copiers[copiers.count - 1]
      }
      let holders = try networks.map { try $0.adopt(call.frame.state) }
      let table = try call.frame.state.makeTable(
        .array(networks.map { .object($0, of: ModuleClass.definition) }))
      return withExtendedLifetime((copiers, holders)) { table }
    },
    Entry(
      "module",
      "A module of your own: a table with forward = function(self, x), child modules, tensors and "
        + "anything else; tensors that require a gradient are parameters, others buffers",
      Parameter<LuaReference>("fields", .table), returns: "Module",
      example: "local net = pn.nn.module{\n  inner = pn.nn.Linear(2, 2),\n"
        + "  forward = function(self, x) return x + self.inner(x) end,\n}\n"
        + "print(net(pn.ones(1, 2)), #net:parameters())"
    ) { call, _ in NNLibrary.module(try LuaModule.make(call, tableAt: 1)) },
  ]

  /// A module whose children came from a script: they live only as long as their userdata.
  static func container(_ call: Call, _ module: Module) throws -> Instance<Module> {
    try module.anchor(call.frame.state, module.childObjects)
    return NNLibrary.module(module)
  }

  private static let shortcut = Parameter<Module?>.optional(
    "shortcut", .module, "the way around the block; the identity when left out")
  private static let scale = Parameter<Double>(
    "scale", .number, default: 1, "of the block's result")
  private static let dim = Parameter<Int>("dim", .dimension, default: 1, shown: "2")
  private static let shared = Parameter<Bool>(
    "shared", .boolean, default: false, "every network gets the same input [n, ...]")
}

extension ParameterType where Value == [(name: String, module: Module)] {
  /// A table from names to modules, in the order of the names.
  static let namedModules = ParameterType("table name → Module") { frame, index in
    guard frame.type(at: index) == .table else { return nil }
    var result: [(name: String, module: Module)] = []
    try frame.forEachField(ofTableAt: index) { key, slot in
      guard let name = frame.string(at: key) else {
        throw BadValue(expected: "names as keys, got \(frame.describe(at: key))")
      }
      guard let module = frame.object(at: slot, of: ModuleClass.definition) else {
        throw BadValue(expected: "a Module for '\(name)', got \(frame.describe(at: slot))")
      }
      result.append((name, module))
    }
    return result.sorted { $0.name < $1.name }
  }
}
