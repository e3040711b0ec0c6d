/// The userdata class of modules: calling, parameters, state, printing.

internal import LuaEmbedding
internal import PenumbraNN
internal import PenumbraTensor

enum ModuleClass {
  /// User value 1 of a module's userdata is a table: the fields of a Lua module, or what anchors the
  /// userdata of a Sequential's children. So a Lua closure lives with its userdata, where the
  /// collector sees cycles, and not in a registry reference.
  static let definition: LuaClass<Module> = LuaClass<Module>(
    "Module", methods: library.methods,
    metamethods: [
      ("__call", call),
      ("__tostring", { frame in frame.returns("\(try module(frame, 1))") }),
      (
        "__len",
        { frame in
          let module = try module(frame, 1)
          guard module.holdsModules else {
            throw TensorError(
              .value, "#", expected: "a Sequential, ModuleList or ModuleDict", got: module.typeName)
          }
          frame.returns(module.children.count)
        }
      ),
      (
        "__pairs",
        { frame in
          let children = try module(frame, 1).children
          let isList = try module(frame, 1).holdsModules && !(module(frame, 1) is ModuleDict)
          let table: LuaValue =
            isList
            ? .array(children.map { .object($0.module, of: definition) }) : named(children)
          let results = try frame.state.run(
            "return pairs(...)", name: "=penumbra", arguments: [table])
          for result in results { try frame.returns(result) }
        }
      ),
    ],
    index: ModuleFields.read, newIndex: ModuleFields.write,
    options: LuaClassOptions(identityMap: true, userValueCount: 1))

  static func module(_ frame: LuaFrame, _ index: Int) throws -> Module {
    try frame.requireObject(at: index, of: definition)
  }

  /// `net(x, ...)`
  private static let call: LuaFunction = { frame in
    try run(try module(frame, 1), frame, from: 2)
  }

  /// Runs a module on the arguments from `first` on: a Lua module's forward gets and returns whatever
  /// it likes, others get tensors and return one.
  static func run(_ module: Module, _ frame: LuaFrame, from first: Int) throws {
    if let user = module as? LuaModule {
      return try user.call(frame, from: first)
    }
    let count = frame.argumentCount - first + 1
    guard count > 0 else {
      throw TensorError(
        .value, module.typeName, argument: "argument 1 (input)", expected: "Tensor",
        got: "no value")
    }
    let inputs = try (first..<(first + count)).map { index in
      guard let input = frame.object(at: index, of: TensorClass.definition) else {
        throw TensorError(
          .value, module.typeName, argument: "argument \(index - first + 1) (input)",
          expected: "Tensor", got: frame.describe(at: index))
      }
      return input
    }
    try (count == 1 ? module(inputs[0]) : module(inputs)).give(to: frame)
  }

  private static let this = Parameter<Module>("self", .module)

  static let library = Library(
    "Module", "A layer, or a network of layers, with named parameters.", isClass: true,
    [
      Entry(
        "parameters", "All parameters, in the order of their registration", this,
        returns: "table of Tensors", example: "print(#pn.nn.Linear(2, 3):parameters())"
      ) { _, module in module.parameters },
      Entry(
        "named_parameters", "All parameters by dotted name", this, returns: "table name → Tensor",
        example: "print(pn.nn.Linear(2, 3):named_parameters().weight)"
      ) { _, module in named(module.namedParameters()) },
      Entry(
        "state_dict", "Copies of all parameters and buffers by dotted name", this,
        returns: "table name → Tensor",
        example:
          "for name, value in pairs(pn.nn.Linear(2, 3):state_dict()) do print(name, value) end"
      ) { _, module in
        named(
          try module.stateDictionary().map { ($0.name, try $0.tensor.detached().clone()) })
      },
      Entry(
        "load_state_dict",
        "Copies values from a table name → Tensor; nothing changes unless all fit. With strict = "
          + "false names may be missing or unexpected: both lists come back", this,
        Parameter<[(name: String, tensor: Tensor)]>("state", .namedTensors),
        Parameter<Options>.options("load_state_dict", [strict.doc]),
        returns: "table of missing names, table of unexpected names",
        example: "local a, b = pn.nn.Linear(2, 3), pn.nn.Linear(2, 3)\n"
          + "b:load_state_dict(a:state_dict())\nassert(a.weight:equal(b.weight))\n"
          + "print(#b:load_state_dict({bias = pn.zeros(3)}, {strict = false}))"
      ) { _, module, state, options in
        let report = try module.load(state: state, strict: options[strict])
        return Pair(report.missing, report.unexpected)
      },
      Entry(
        "train", "Training mode, here and below; returns the module", this,
        Parameter<Bool>("on", .boolean, default: true), returns: "Module",
        example: "local net = pn.nn.Dropout(0.5):train()"
      ) { _, module, on in
        module.train(on)
        return FirstArgument()
      },
      Entry(
        "eval", "Evaluation mode, here and below; returns the module", this, returns: "Module",
        example: "local net = pn.nn.Dropout(0.5):eval()"
      ) { _, module in
        module.evaluate()
        return FirstArgument()
      },
      Entry(
        "requires_grad_",
        "Makes parameters want gradients, or freezes them: all, or those whose dotted name has "
          + "something that matches a Lua pattern (at least one must); returns the module",
        this, Parameter<Bool>("wanted", .boolean, default: true),
        Parameter<String?>.optional("pattern", .string, "as for string.find"), returns: "Module",
        example: "local net = pn.nn.Sequential(pn.nn.Linear(2, 3), pn.nn.Linear(3, 1))\n"
          + "net:requires_grad_(false)\nnet:requires_grad_(true, \"^2%.\")\nprint(net)"
      ) { call, module, wanted, pattern in
        guard let pattern else {
          try module.requiresGradient(wanted)
          return FirstArgument()
        }
        let names = module.namedParameters().map(\.name)
        let chosen = try matching(pattern, names, call.frame.state)
        guard !chosen.isEmpty else {
          throw TensorError(
            .value, "requires_grad_", argument: "pattern",
            "no parameter's name matches '\(pattern)'")
        }
        try module.requiresGradient(wanted) { chosen.contains($0) }
        return FirstArgument()
      },
      Entry(
        "zero_grad", "Forgets the gradients of all parameters", this, returns: "nothing",
        example: "pn.nn.Linear(2, 3):zero_grad()"
      ) { _, module in
        module.zeroGradients()
        return NoResult()
      },
      Entry(
        "to", "Turns floating parameters and buffers into another dtype; returns the module", this,
        Parameter<DType>("dtype", .dtype), returns: "Module",
        example: "print(pn.nn.Linear(2, 3):to(\"float64\").weight.dtype)"
      ) { _, module, dtype in
        try module.to(dtype)
        return FirstArgument()
      },
      Entry(
        "count_parameters", "The number of values in all parameters", this, returns: "integer",
        example: "assert(pn.nn.Linear(2, 3):count_parameters() == 9)"
      ) { _, module in module.parameterCount },
    ] + ModuleTreeEntries.entries)

  private static let strict = Parameter<Bool>(
    "strict", .boolean, default: true, "missing and unexpected names are errors")

  /// The names in which a Lua pattern finds something.
  private static func matching(_ pattern: String, _ names: [String], _ state: LuaState) throws
    -> Set<String>
  {
    let found = try state.run(
      """
      local find, pattern, names = ...
      local found = {}
      for place, name in ipairs(names) do found[place] = find(name, pattern) ~= nil end
      return found
      """, name: "=penumbra",
      arguments: [
        state.global("string").reference?.get("find") ?? .nil, .string(pattern),
        .array(names.map(\.luaValue)),
      ])
    guard case .reference(let table)? = found.first else { return [] }
    var chosen: Set<String> = []
    for (place, name) in names.enumerated()
    where try table.get(.integer(Int64(place + 1))).isTruthy {
      chosen.insert(name)
    }
    return chosen
  }

  static func named(_ modules: [(name: String, module: Module)]) -> LuaValue {
    .table(modules.map { (key: $0.name, value: .object($0.module, of: definition)) })
  }

  static func named(_ tensors: [(name: String, tensor: Tensor)]) -> LuaValue {
    .table(tensors.map { (key: $0.name, value: $0.tensor.luaValue) })
  }
}

extension ParameterType where Value == Module {
  static let module = ParameterType.object("Module", ModuleClass.definition)
}

extension ParameterType where Value == [(name: String, tensor: Tensor)] {
  /// A table from names to tensors, in the order of the names.
  static let namedTensors = ParameterType("table name → Tensor") { frame, index in
    guard frame.type(at: index) == .table else { return nil }
    var result: [(name: String, tensor: Tensor)] = []
    try frame.forEachField(ofTableAt: index) { key, slot in
      guard let name = frame.string(at: key) else {
        throw BadValue(expected: "names as keys, got \(frame.describe(at: key))")
      }
      guard let tensor = frame.object(at: slot, of: TensorClass.definition) else {
        throw BadValue(expected: "a Tensor for '\(name)', got \(frame.describe(at: slot))")
      }
      result.append((name, tensor))
    }
    return result.sorted { $0.name < $1.name }
  }
}
