/// `pn.config`: a script's options with defaults, types and help, from the command line.

internal import Glibc
internal import LuaEmbedding
internal import PenumbraTensor

/// One option of a script.
private struct ScriptOption {
  let name: String
  let standard: LuaValue
  let summary: String
  let choices: [String]

  var isFlag: Bool { if case .boolean = standard { true } else { false } }

  var shown: String {
    switch standard {
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    default: ""
    }
  }

  /// The text of the command line in the type of the default.
  func value(of text: String) throws -> LuaValue {
    switch standard {
    case .boolean:
      if ["true", "1", "yes"].contains(text) { return true }
      if ["false", "0", "no"].contains(text) { return false }
      throw bad("true or false", text)
    case .integer:
      if let value = Int64(text) { return .integer(value) }
      // 1e4 is an integer too.
      if let value = Double(text), value == value.rounded(), value.magnitude < 9e15 {
        return .integer(Int64(value))
      }
      throw bad("an integer", text)
    case .number:
      guard let value = Double(text) else { throw bad("a number", text) }
      return .number(value)
    default:
      guard choices.isEmpty || choices.contains(text) else {
        throw bad("one of " + choices.joined(separator: ", "), text)
      }
      return .string(text)
    }
  }

  private func bad(_ expected: String, _ text: String) -> TensorError {
    TensorError(
      .value, "option --\(name)", expected: expected, got: "'\(text)'")
  }
}

enum ConfigFunction {
  static let entry = Entry(
    "config",
    "The script's options: {name = {default, help, {choices}}, ...}, typed by the defaults "
      + "and read from the command line (--name value, --name=value, --flag, --no-flag); --help "
      + "prints them and ends the script", Parameter<LuaReference>("options", .table),
    Parameter<String>("about", .string, default: "", shown: "\"\"", "what the script does"),
    returns: "table name → value",
    example: "local cfg = pn.config({lr = {1e-3, \"learning rate\"}}, \"An experiment.\")\n"
      + "assert(cfg.lr == 1e-3)"
  ) { call, _, about in
    let options = try declared(call.frame)
    let arguments = try commandLine(call.frame)
    var values = Dictionary(uniqueKeysWithValues: options.map { ($0.name, $0.standard) })
    if arguments.contains("--help") || arguments.contains("-h") {
      try printHelp(call.frame, about, options)
    }
    try parse(arguments, options) { values[$0] = $1 }
    return LuaValue.table(
      options.map { (key: $0.name, value: values[$0.name] ?? .nil) })
  }

  /// The table's options, in the order of their names.
  private static func declared(_ frame: LuaFrame) throws -> [ScriptOption] {
    var options: [ScriptOption] = []
    try frame.forEachField(ofTableAt: 1) { key, slot in
      guard let name = frame.string(at: key) else {
        throw TensorError(
          .value, "config", expected: "names as keys", got: frame.describe(at: key))
      }
      guard frame.type(at: slot) == .table else {
        options.append(
          ScriptOption(name: name, standard: try frame.value(at: slot), summary: "", choices: []))
        return
      }
      let standard = try frame.withElement(1, ofTableAt: slot) { try frame.value(at: $0) }
      let summary = try frame.withElement(2, ofTableAt: slot) { frame.string(at: $0) ?? "" }
      let choices = try frame.withElement(3, ofTableAt: slot) { table in
        frame.type(at: table) == .table
          ? try ParameterType<[String]>.list(of: .string).decode(frame, table) ?? [] : []
      }
      options.append(
        ScriptOption(name: name, standard: standard, summary: summary, choices: choices))
    }
    return options.sorted { $0.name < $1.name }
  }

  /// The global `arg`, from 1 on.
  private static func commandLine(_ frame: LuaFrame) throws -> [String] {
    guard case .reference(let table) = try frame.state.global("arg") else { return [] }
    var result: [String] = []
    while case .string(let word) = try table.get(.integer(Int64(result.count + 1))) {
      result.append(word)
    }
    return result
  }

  private static func parse(
    _ arguments: [String], _ options: [ScriptOption], _ set: (String, LuaValue) -> Void
  ) throws {
    var index = 0
    while index < arguments.count {
      let word = arguments[index]
      index += 1
      guard word.hasPrefix("--"), word.count > 2 else {
        throw TensorError(.value, "config", expected: "--name value", got: "'\(word)'")
      }
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
      let name = parts[0].replacingDashes
      if let option = options.first(where: { $0.name == name }) {
        if parts.count == 2 {
          set(name, try option.value(of: parts[1]))
        } else if option.isFlag {
          set(name, true)
        } else {
          guard index < arguments.count else {
            throw TensorError(.value, "option --\(name)", "needs a value")
          }
          set(name, try option.value(of: arguments[index]))
          index += 1
        }
      } else if name.hasPrefix("no_"),
        let flag = options.first(where: { $0.name == name.dropFirst(3) && $0.isFlag })
      {
        set(flag.name, false)
      } else {
        let hint = Spelling.nearest(to: name, in: options.map(\.name))
        throw TensorError(
          .value, "config",
          "unknown option '\(word)'" + (hint.map { " (did you mean '--\($0)'?)" } ?? ""))
      }
    }
  }

  private static func printHelp(_ frame: LuaFrame, _ about: String, _ options: [ScriptOption])
    throws
  {
    var text = about.isEmpty ? "" : about + "\n\n"
    text += "Options:\n"
    let left = options.map { "  --\($0.name)" + ($0.isFlag ? "" : " \($0.shown)") }
    let width = (left.map(\.count).max() ?? 0) + 2
    for (option, start) in zip(options, left) {
      let padding = String(repeating: " ", count: width - start.count)
      let choices =
        option.choices.isEmpty ? "" : " (" + option.choices.joined(separator: ", ") + ")"
      text += start + padding + option.summary + choices + "\n"
    }
    text += "  --help" + String(repeating: " ", count: max(width - 8, 1)) + "this text\n"
    _ = try frame.state.run(
      "local text = ... io.write(text) os.exit(0, true)", name: "=config",
      arguments: [.string(text)])
  }
}

extension String {
  /// `batch-size` as `batch_size`.
  fileprivate var replacingDashes: String {
    String(map { $0 == "-" ? "_" : $0 })
  }
}
