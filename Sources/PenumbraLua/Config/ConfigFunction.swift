/// `pn.config`: a script's options with defaults, types and help, from the command line.

internal import LuaEmbedding
internal import PenumbraData
internal import PenumbraTensor

enum ConfigFunction {
  static let entry = Entry(
    "config",
    "The script's options: {name = {default, help, {choices}}, group = {name = {...}}, ...}, typed by "
      + "the defaults, of which one may be a list: {{64, 64}, help}. They are read from the command line "
      + "(--name value, --name=value, --group.name value, --list 64,32, --flag, --no-flag) and from the "
      + "--set of `penumbra run`; --help prints them and --print-config their values, and both end the "
      + "script", Parameter<LuaReference>("options", .table),
    Parameter<String>("about", .string, default: "", shown: "\"\"", "what the script does"),
    returns: "table name → value, with a table for each group",
    example: "local cfg = pn.config({\n  lr = {1e-3, \"learning rate\"},\n"
      + "  model = {width = {64, \"units\"}, hidden = {{64, 64}, \"layers\"}},\n"
      + "}, \"An experiment.\")\nassert(cfg.lr == 1e-3 and cfg.model.width == 64)"
  ) { call, _, about in
    let options = try ConfigOption.declared(call.frame, 1)
    let run = call.context.run
    let words = ConfigWords(options: options)
    let arguments = try commandLine(call.frame)
    if arguments.contains("--help") || arguments.contains("-h") {
      try end(call.frame, printing: words.help(about))
    }
    var values = Dictionary(uniqueKeysWithValues: options.map { ($0.name, $0.standard) })
    if let seed = run.seed, let option = options.first(where: { $0.name == "seed" }) {
      values["seed"] = try option.value(of: "\(seed)", "option --seed")
    }
    for setting in run.settings {
      let (name, value) = try words.read(setting)
      values[name] = value
    }
    let isPrinted = arguments.contains("--print-config")
    for (name, value) in try words.read(arguments.filter { $0 != "--print-config" }) {
      values[name] = value
    }
    let result = options.map { ($0.name, values[$0.name] ?? .absent) }
    let texts = result.map { (name: $0.0, value: $0.1.text) }
    if isPrinted {
      try end(call.frame, printing: texts.map { "\($0.name)=\($0.value)\n" }.joined())
    }
    let tree = ConfigTree(result)
    try run.record(tree.json, texts)
    return tree.luaValue
  }

  /// The global `arg`, from 1 on.
  private static func commandLine(_ frame: LuaFrame) throws -> [String] {
    guard case .reference(let table) = try frame.state.global("arg") else { return [] }
    var result: [String] = []
    while let word = try table.get(.integer(Int64(result.count + 1))).string {
      result.append(word)
    }
    return result
  }

  private static func end(_ frame: LuaFrame, printing text: String) throws {
    _ = try frame.state.run(
      "local text = ... io.write(text) os.exit(0, true)", name: "=config",
      arguments: [.string(text)])
  }
}

/// Values by dotted names as nested tables.
private struct ConfigTree {
  private var leaves: [(name: String, value: ConfigValue)] = []
  private var groups: [(name: String, tree: ConfigTree)] = []

  /// - Parameter values: sorted, so that a group's are neighbours.
  init(_ values: [(String, ConfigValue)]) {
    var inner: [(name: String, values: [(String, ConfigValue)])] = []
    for (name, value) in values {
      guard let dot = name.firstIndex(of: ".") else {
        leaves.append((name, value))
        continue
      }
      let (group, rest) = (String(name[..<dot]), String(name[name.index(after: dot)...]))
      if inner.last?.name != group { inner.append((group, [])) }
      inner[inner.count - 1].values.append((rest, value))
    }
    groups = inner.map { ($0.name, ConfigTree($0.values)) }
  }

  var luaValue: LuaValue {
    .table(
      leaves.map { (key: $0.name, value: $0.value.luaValue) }
        + groups.map { (key: $0.name, value: $0.tree.luaValue) })
  }

  var json: JSON {
    .object(
      leaves.map { JSON.Member($0.name, $0.value.json) }
        + groups.map { JSON.Member($0.name, $0.tree.json) })
  }
}
