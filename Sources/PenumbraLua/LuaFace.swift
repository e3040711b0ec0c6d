/// All libraries, and the table `pn` that a script gets from `require "penumbra"`.

public import LuaEmbedding
public import PenumbraTensor

/// The Lua face as a whole.
public enum LuaFace {
  /// Every library, in the order of the reference.
  public static let libraries: [Library] = [
    root, TensorClass.library, LinalgLibrary.library, AutogradLibrary.library, FuncLibrary.library,
    NNLibrary.library, InitLibrary.library,
    ModuleClass.library, ObjectivesLibrary.library,
    BlurLibrary.library, FilterClass.library, ScheduleLibrary.library, ScheduleClass.library,
    OptimLibrary.library,
    OptimizerClass.library, ParameterGroupClass.library, WeightAverageClass.library,
    ReservoirClass.library, ReplicaExchangeClass.library, ParameterLoanClass.library,
    DataLibrary.library, MixtureClass.library, DatasetClass.library,
    BatchesClass.library, StackedClass.library, MetricsLibrary.library,
    FeatureMomentsClass.library, PlotLibrary.library, GeneratorClass.library, RunClass.library,
    ProgressClass.library, MemoryScopeClass.library, ProfileClass.library,
  ]

  /// The class of tensors in every state.
  public static var tensorClass: LuaClass<Tensor> { TensorClass.definition }

  private static let root = Library(
    "pn", "Tensors, derivatives, files and the course of an experiment.",
    Creation.entries + TensorFunctions.entries + JoiningFunctions.entries
      + TensorLinearAlgebra.functions + TypeFunctions.entries + RandomFunctions.entries
      + FileFunctions.entries + CheckpointFunctions.entries
      + [
        SummaryFunction.entry, ConfigFunction.entry, ProgressClass.entry, ProfileFunctions.entry,
        helpEntry,
      ]
      + SystemFunctions.entries)

  static let classes: [AnyLuaClass] = [
    TensorClass.definition, ModuleClass.definition, FilterClass.definition,
    ScheduleClass.definition, OptimizerClass.definition, MixtureClass.definition,
    DatasetClass.definition, BatchesClass.definition, GeneratorClass.definition,
    GradientGuardClass.definition, ProgressClass.definition, MemoryScopeClass.definition,
    AnomalyGuard.definition, LuaOperationClass.definition, LuaFunctionContextClass.definition,
    HookClass.definition, ProfileClass.definition, ParameterGroupClass.definition,
    WeightAverageClass.definition,
    ReservoirClass.definition, ReplicaExchangeClass.definition, ParameterLoanClass.definition,
    GradientEstimatorClass.definition, StackedClass.definition, FeatureMomentsClass.definition,
    RunClass.definition,
  ]

  /// Makes `require "penumbra"` work in a state, for a script that belongs to a run or to none.
  public static func install(in state: LuaState, run: ScriptRun = ScriptRun()) throws {
    try state.preload("penumbra") { frame in try frame.returns(open(frame.state, run: run)) }
  }

  /// Makes the table `pn` in a state; for `luaopen_penumbra` too.
  public static func open(_ state: LuaState, run: ScriptRun = ScriptRun()) throws -> LuaReference {
    let context = Context(run: run)
    state.host = context
    state.externalBytes = UnsafePointer(Tenant.current?.memory.liveBytes ?? MemoryPool.liveBytes)
    state.onCoroutineChange = { [unowned state] in
      context.enter($0.id)
      context.record($0.id, in: state)
    }
    // A stock interpreter's state lives on the thread that opened it; a `Runtime` names its own.
    if Reclaimer.current == nil { Reclaimer.current = reclaimer(of: state) }
    for luaClass in classes { try state.register(luaClass) }
    var fields: [(key: String, value: LuaValue)] = []
    for entry in root.entries {
      fields.append((key: entry.name, value: .function("pn.\(entry.name)", entry.body)))
    }
    // A tensor's methods are functions of pn too: pn.exp(x).
    let taken = Set(root.entries.map(\.name))
    for entry in TensorClass.library.entries
    where !taken.contains(entry.name) && !entry.name.hasSuffix("_") {
      fields.append((key: entry.name, value: .function("pn.\(entry.name)", entry.body)))
    }
    fields += tables(inside: "pn")
    fields.append((key: "run", value: .object(run, of: RunClass.definition)))
    fields.append((key: "version", value: .string(penumbraVersion)))
    fields.append((key: "newaxis", value: .string(IndexKey.newAxis)))
    let pn = try state.makeTable(.table(fields))
    context.paths = try paths(of: pn, in: state)
    return pn
  }

  /// The libraries directly inside the one of that name, as tables that hold theirs.
  private static func tables(inside parent: String) -> [(key: String, value: LuaValue)] {
    let start = parent + "."
    return libraries.compactMap { library in
      let name = library.name.dropFirst(start.count)
      guard library.name.hasPrefix(start), !library.isClass, !name.contains(".") else { return nil }
      let functions = library.entries.map { entry in
        (key: entry.name, value: LuaValue.function("\(library.name).\(entry.name)", entry.body))
      }
      return (String(name), .table(functions + tables(inside: library.name)))
    }
  }

  /// Frees the tensors that only dead Lua values hold.
  public static func reclaimer(of state: LuaState) -> Reclaimer {
    Reclaimer { [weak state] in state?.collectGarbage() }
  }

  /// A table from each function of `pn` to its path, so that `pn.help` can be asked about a value.
  private static func paths(of pn: LuaReference, in state: LuaState) throws -> LuaReference? {
    let results = try state.run(
      """
      local paths = {}
      local function add(prefix, library)
        for name, value in pairs(library) do
          if type(value) == "function" then paths[value] = prefix .. name end
          if type(value) == "table" then add(prefix .. name .. ".", value) end
        end
      end
      add("pn.", ...)
      return paths
      """, name: "=penumbra", arguments: [.reference(pn)])
    guard case .reference(let table)? = results.first else { return nil }
    return table
  }

  /// The entry that a path names: "pn.randn", "randn", "Tensor:add", "nn.Linear"; a tensor's method
  /// also as the function of pn that it is.
  public static func find(_ path: String) -> (Entry, Library)? {
    let name = path.hasPrefix("pn.") ? String(path.dropFirst(3)) : path
    for library in libraries {
      for entry in library.entries {
        let full = library.path(entry)
        if path == full || "pn." + path == full || (library.isClass && name == entry.name) {
          return (entry, library)
        }
      }
    }
    return nil
  }

  private static let helpEntry = Entry(
    "help",
    "What the reference says of a function, or of a name such as \"Tensor:add\" or \"pn.nn\"",
    Parameter<String>("what", .documented, default: "pn", shown: "\"pn\""),
    returns: "string", example: "print(pn.help(pn.randn), pn.help(\"Tensor:add\"))"
  ) { _, name in try help(name) }

  /// What the reference says of a function, a method ("Tensor:add"), a library or a class.
  ///
  /// - Throws: `TensorError` (value) for a name that nothing has, with the nearest one that exists.
  public static func help(_ name: String) throws -> String {
    if let (entry, library) = find(name) { return HelpText.entry(entry, in: library) }
    if let library = libraries.first(where: { $0.name == name || $0.name == "pn." + name }) {
      return overview(library)
    }
    let known = libraries.flatMap { library in library.entries.map { library.path($0) } }
    let hint = Spelling.nearest(to: name, in: known).map { "; did you mean '\($0)'?" } ?? ""
    throw TensorError(.value, "help", "nothing is called '\(name)'\(hint)")
  }

  private static func overview(_ library: Library) -> String {
    var text = "\(library.name): \(library.summary)\n\n"
    for entry in library.entries {
      text += "  \(HelpText.signature(entry, in: library))\n"
    }
    return text
  }
}

extension ParameterType where Value == String {
  /// A name, or a function of `pn` in place of its name.
  fileprivate static let documented = ParameterType("string or function of pn") { frame, index in
    if let name = frame.string(at: index) { return name }
    guard frame.type(at: index) == .function, let paths = Context.of(frame).paths,
      case .string(let path) = try paths.get(frame.value(at: index))
    else { return nil }
    return path
  }
}
