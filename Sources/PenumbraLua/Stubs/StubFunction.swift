/// One exported function in LuaCATS: its options as a class, its parameters, its results.

struct StubFunction {
  let entry: Entry
  /// What stands before the name: "pn.nn." or "Tensor:".
  let owner: String
  /// The name in types: "pn.nn.Linear".
  let path: String

  var text: String {
    optionClasses + comment + signature
  }

  // MARK: - The function

  private var parameters: [ParameterDoc] { entry.parameters.filter { $0.name != "self" } }

  /// Up to the first that stands for all others.
  private var shown: (named: [ParameterDoc], rest: ParameterDoc?) {
    var named: [ParameterDoc] = []
    for parameter in parameters {
      if StubType.isVariadic(parameter.type) { return (named, parameter) }
      named.append(parameter)
    }
    return (named, nil)
  }

  private var comment: String {
    var text = ""
    for line in (entry.summary + ".").split(separator: "\n") { text += "--- \(line)\n" }
    text += "---\n--- ```lua\n"
    for line in entry.example.split(separator: "\n") { text += "--- \(line)\n" }
    text += "--- ```\n"
    let (named, rest) = shown
    for parameter in named {
      let mark = parameter.standard == nil ? "" : "?"
      text += "---@param \(StubFunction.identifier(parameter.name))\(mark) \(type(of: parameter))"
      text += StubFunction.remark(parameter) + "\n"
    }
    if let rest {
      var union = StubType.text(of: rest.type)
      let options = parameters.filter { !$0.options.isEmpty }.map(type)
      if union != "any" { union = ([union, "table"] + options).joined(separator: "|") }
      text += "---@param ... \(union)\(StubFunction.remark(rest))\n"
    }
    guard let results = StubType.results(of: entry.returns) else {
      return text + "---@return any ...\n"
    }
    for (place, result) in results.enumerated() {
      text += "---@return \(result)" + (place == 0 ? " # \(entry.returns)" : "") + "\n"
    }
    return text
  }

  private var signature: String {
    let (named, rest) = shown
    let names = named.map { StubFunction.identifier($0.name) } + (rest == nil ? [] : ["..."])
    guard StubFunction.identifier(entry.name) == entry.name else {
      // A word of Lua's cannot stand behind a dot.
      let words = (owner.hasSuffix(":") ? ["self"] : []) + names
      return "\(owner.dropLast())[\"\(entry.name)\"] = "
        + "function(\(words.joined(separator: ", "))) end\n\n"
    }
    return "function \(owner)\(entry.name)(\(names.joined(separator: ", "))) end\n\n"
  }

  /// " mean over these (default 1)"
  private static func remark(_ parameter: ParameterDoc) -> String {
    let standard =
      parameter.standard.flatMap { ["nil", "{}"].contains($0) ? nil : "default \($0)" } ?? ""
    let parts = [parameter.summary, standard].filter { !$0.isEmpty }
    return parts.isEmpty ? "" : " # " + parts.joined(separator: "; ")
  }

  // MARK: - Options

  private func type(of parameter: ParameterDoc) -> String {
    if parameter.options.isEmpty { return StubType.text(of: parameter.type) }
    let name = StubFunction.capital(parameter.name)
    return "\(path).\(StubFunction.identifier(name) == name && !name.isEmpty ? name : "Options")"
  }

  /// A class for each table of options, and for the tables inside: "panels[i].series[j].kind".
  private var optionClasses: String {
    parameters.filter { !$0.options.isEmpty }.map { parameter in
      StubFunction.classes(
        type(of: parameter), parameter.options,
        hasElements: parameter.type != "table" || shown.rest != nil)
    }
    .joined()
  }

  private static func classes(
    _ name: String, _ options: [ParameterDoc], hasElements: Bool
  ) -> String {
    var text = "---@class \(name)\n"
    var inner: [(name: String, options: [ParameterDoc])] = []
    for option in options {
      guard let bracket = option.name.firstIndex(of: "["),
        let dot = option.name[bracket...].firstIndex(of: ".")
      else {
        let members = options.contains { $0.name.hasPrefix(option.name + "[") }
        let type = members ? "\(name).\(capital(option.name))[]" : StubType.text(of: option.type)
        let mark = option.standard == nil ? "" : "?"
        text += "---@field \(field(option.name))\(mark) \(type)\(remark(option))\n"
        continue
      }
      let outer = String(option.name[..<bracket])
      let member = ParameterDoc(
        name: String(option.name[option.name.index(after: dot)...]), type: option.type,
        standard: option.standard, summary: option.summary)
      if let place = inner.firstIndex(where: { $0.name == outer }) {
        inner[place].options.append(member)
      } else {
        inner.append((outer, [member]))
      }
    }
    if hasElements { text += "---@field [integer] any\n" }
    text += "\n"
    return inner.map { classes("\(name).\(capital($0.name))", $0.options, hasElements: false) }
      .joined() + text
  }

  // MARK: - Names

  private static let keywords: Set = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
    "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while", "self",
  ]

  /// A name that Lua accepts for a parameter.
  static func identifier(_ name: String) -> String {
    var result = ""
    for scalar in name.unicodeScalars {
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar == "_")
      let isDigit = ("0"..."9").contains(scalar) && !result.isEmpty
      result.unicodeScalars.append(isPlain || isDigit ? scalar : "_")
    }
    return keywords.contains(result) ? result + "_" : result
  }

  private static func field(_ name: String) -> String {
    identifier(name) == name ? name : "[\"\(name)\"]"
  }

  /// "start_rate" → "StartRate"
  private static func capital(_ name: String) -> String {
    name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
