/// The reference's words for types, as types of LuaCATS.

/// Translates what `ParameterType` and `Entry.returns` say. What is not understood is `any`: a type
/// checker must not complain of a call that works.
enum StubType {
  /// "Tensor, number or boolean" → "pn.Tensor|number|boolean"
  static func text(of words: String) -> String {
    let pieces = pieces(of: words).map(piece)
    if pieces.contains("any") { return "any" }
    var seen: Set<String> = []
    let union = pieces.filter { seen.insert($0).inserted }
    return union.isEmpty ? "any" : union.joined(separator: "|")
  }

  /// Whether the words stand for any number of arguments: "sizes, or a table of them".
  static func isVariadic(_ words: String) -> Bool {
    if words.hasSuffix("...") || words == "any values" { return true }
    let first = words.prefix { $0 != "," && $0 != " " }
    return ["sizes", "dimensions", "Tensors", "Modules"].contains(String(first))
  }

  /// The values that come back, in their order; nil for any number of them.
  static func results(of words: String) -> [String]? {
    switch words {
    case "nothing": return []
    case "two numbers": return ["number", "number"]
    case "three numbers": return ["number", "number", "number"]
    case "two Tensors": return ["pn.Tensor", "pn.Tensor"]
    case "the value and the product": return ["any", "any"]
    default: break
    }
    for start in ["what ", "the results", "one Tensor for each", "a Tensor for each"]
    where words.hasPrefix(start) { return nil }
    var result: [String] = []
    var isFirst = true
    for alternative in split(words, at: [", or "]) {
      let places = split(alternative, at: [" and ", ", "])
        .filter { !["whose ", "views", "a table when "].contains(where: $0.hasPrefix) }
      if places.contains(where: {
        $0.contains("several") || $0.contains("those that") || $0.contains("for each")
      }) {
        return nil
      }
      let types = places.map(text)
      for place in 0..<max(types.count, result.count) {
        let new = place < types.count ? types[place] : "nil"
        let old = place < result.count ? result[place] : isFirst ? nil : "nil"
        let both = [old, new].compactMap { $0 }
        let union =
          both.contains("any") ? "any" : Set(both).count == 1 ? new : both.joined(separator: "|")
        if place < result.count { result[place] = union } else { result.append(union) }
      }
      isFirst = false
    }
    return result
  }

  // MARK: - Pieces

  private static func pieces(of words: String) -> [String] {
    let end = words.split(separator: "; whose").first.map(String.init) ?? words
    return split(
      end,
      at: [
        " | ", ", then options; or one table of both", ", then options", "; or ", ", or ", " or ",
        ", ",
      ])
  }

  /// Splits at any of these, the first that fits, outside of quotes and braces.
  private static func split(_ words: String, at separators: [String]) -> [String] {
    var parts = [""]
    var rest = words[...]
    var depth = 0
    while let character = rest.first {
      if depth == 0, let separator = separators.first(where: { rest.hasPrefix($0) }) {
        rest = rest.dropFirst(separator.count)
        parts.append("")
        continue
      }
      switch character {
      case "{", "[": depth += 1
      case "}", "]": depth -= 1
      case "\"":
        let quoted = rest.dropFirst().prefix { $0 != "\"" }
        parts[parts.count - 1] += "\"\(quoted)\""
        rest = rest.dropFirst(quoted.count + 2)
        continue
      default: break
      }
      parts[parts.count - 1].append(character)
      rest = rest.dropFirst()
    }
    return parts.filter { !$0.isEmpty }
  }

  private static let words: [String: String] = [
    "true": "true", "boolean": "boolean", "booleans": "boolean", "string": "string",
    "strings": "string", "table": "table", "a table of them": "table", "table of them": "table",
    "tables of them": "table", "one table of both": "table", "dimension": "integer",
    "dimensions": "integer", "sizes": "integer", "labels": "integer", "function": "function",
    "index": "integer|string|boolean|table|pn.Tensor", "indices": "integer|table",
    "dtype": "pn.dtype", "math.huge": "number",
    "function of the step": "fun(step: integer): number",
  ]

  private static func piece(_ text: String) -> String {
    if text.hasPrefix("\"") { return text }
    if let known = words[text] { return known }
    if text.hasPrefix("nil") { return "nil" }
    if text.hasPrefix("±") { return "number" }
    if text.hasPrefix("integer") { return "integer" }
    if text.hasPrefix("number") { return "number" }
    for start in ["table name → ", "a table name → "] where text.hasPrefix(start) {
      return "table<string, \(StubType.text(of: String(text.dropFirst(start.count))))>"
    }
    for start in ["table of ", "a table of ", "tables of "] where text.hasPrefix(start) {
      let element = StubType.text(of: String(text.dropFirst(start.count)))
      return element.contains("|") || element.hasPrefix("fun") ? "(\(element))[]" : element + "[]"
    }
    if text.hasPrefix("table") || text.hasPrefix("{") { return "table" }
    return object(text)
  }

  /// "int64 Tensor of indices", "Tensors", "Module".
  private static func object(_ text: String) -> String {
    for word in text.split(separator: " ").prefix(2) {
      for name in [String(word), String(word.hasSuffix("s") ? word.dropLast() : word)]
      where LuaStubs.classNames.contains(name) { return "pn." + name }
    }
    return "any"
  }
}
