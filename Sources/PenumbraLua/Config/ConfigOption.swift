/// One option of a script, and reading the table in which they are declared.

internal import LuaEmbedding
internal import PenumbraTensor

/// An option: its name, with dots inside groups, default, help and choices.
struct ConfigOption {
  let name: String
  let standard: ConfigValue
  let summary: String
  let choices: [ConfigValue]

  var type: ConfigType { standard.type }
  var isFlag: Bool { type == .boolean }

  /// The text of the command line in the type of the default.
  ///
  /// - Parameter place: how the error names where the text stood: "option --lr".
  func value(of text: String, _ place: String) throws -> ConfigValue {
    guard let value = type.value(of: text) else {
      throw TensorError(.value, place, expected: type.name, got: "'\(text)'")
    }
    guard !choices.isEmpty else { return value }
    var chosen = [value]
    if case .list(let elements) = value { chosen = elements }
    guard chosen.allSatisfy(choices.contains) else {
      throw TensorError(
        .value, place, expected: "one of " + choices.map(\.text).joined(separator: ", "),
        got: "'\(text)'")
    }
    return value
  }
}

extension ConfigOption {
  /// The options that the table at an index declares, in the order of their names.
  ///
  /// An entry is a default, `{default, help, {choices}}`, or a group: a table of entries by name. A
  /// default that is a list stands in such braces: `{{64, 64}, "hidden layers"}`.
  static func declared(_ frame: LuaFrame, _ index: Int) throws -> [ConfigOption] {
    var options: [ConfigOption] = []
    var count = 0
    try read(frame, index, "", depth: 0, &options, &count)
    return options.sorted { $0.name < $1.name }
  }

  private static func read(
    _ frame: LuaFrame, _ index: Int, _ prefix: String, depth: Int,
    _ options: inout [ConfigOption], _ count: inout Int
  ) throws {
    guard depth < 8 else { throw TensorError(.value, "config", "groups nested deeper than 8") }
    var found: [ConfigOption] = []
    var seen = count
    try frame.forEachField(ofTableAt: index) { key, slot in
      // A table that is reached on many ways counts each time.
      seen += 1
      guard seen <= 10_000 else { throw TensorError(.value, "config", "more than 10000 options") }
      guard frame.type(at: key) == .string, let word = frame.string(at: key) else {
        throw TensorError(
          .value, "config", expected: "names as keys", got: frame.describe(at: key))
      }
      guard !word.isEmpty, !word.contains(where: { "=.\n ".contains($0) }) else {
        throw TensorError(
          .value, "config", expected: "names without spaces, '.' and '='", got: "'\(word)'")
      }
      let name = prefix + word
      if frame.type(at: slot) == .table, try isGroup(frame, slot, name) {
        try read(frame, slot, name + ".", depth: depth + 1, &found, &seen)
      } else {
        found.append(try option(frame, slot, name))
      }
    }
    options += found
    count = seen
  }

  private static func fault(_ name: String, _ expected: String, _ got: String) -> TensorError {
    TensorError(.value, "config", argument: name, expected: expected, got: got)
  }

  /// Whether a table holds entries by name, and not an option's parts.
  private static func isGroup(_ frame: LuaFrame, _ table: Int, _ name: String) throws -> Bool {
    var (names, parts) = (0, 0)
    try frame.forEachField(ofTableAt: table) { key, _ in
      if frame.type(at: key) == .string { names += 1 } else { parts += 1 }
    }
    guard names + parts > 0, names == 0 || parts == 0 else {
      throw fault(
        name, "{default, help, {choices}} or a table of options by name",
        parts == 0 ? "an empty table" : "a mixture of both")
    }
    return names > 0
  }

  private static func option(_ frame: LuaFrame, _ slot: Int, _ name: String) throws -> ConfigOption
  {
    func value(_ slot: Int) throws -> ConfigValue {
      guard let value = try ConfigValue(frame, slot) else {
        throw fault(
          name, "a number, text, boolean or a list of one of them as default",
          frame.describe(at: slot))
      }
      return value
    }
    guard frame.type(at: slot) == .table else {
      return ConfigOption(name: name, standard: try value(slot), summary: "", choices: [])
    }
    let standard = try frame.withElement(1, ofTableAt: slot) { try value($0) }
    guard standard != .list([]) else {
      throw fault(name, "a list with an element, whose type counts", "an empty list")
    }
    let summary = try frame.withElement(2, ofTableAt: slot) { part in
      guard frame.isNoneOrNil(at: part) || frame.type(at: part) == .string else {
        throw fault(
          name, "a help text as the second part (a list is written {{64, 64}})",
          frame.describe(at: part))
      }
      return frame.string(at: part) ?? ""
    }
    let choices = try frame.withElement(3, ofTableAt: slot) { part -> [ConfigValue] in
      guard !frame.isNoneOrNil(at: part) else { return [] }
      guard case .list(let choices)? = try ConfigValue(frame, part) else {
        throw fault(name, "a table of choices as the third part", frame.describe(at: part))
      }
      return choices
    }
    return ConfigOption(name: name, standard: standard, summary: summary, choices: choices)
  }
}
