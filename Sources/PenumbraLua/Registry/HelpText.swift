/// Help and reference, written from the table of exports.

/// Text for people, made from entries.
public enum HelpText {
  /// What `help(fn)` prints.
  public static func entry(_ entry: Entry, in library: Library) -> String {
    var text = "\(signature(entry, in: library)) → \(entry.returns)\n\n\(entry.summary).\n"
    let rows = entry.parameters.flatMap { [$0] + $0.options }.filter { $0.name != "self" }
    if !rows.isEmpty { text += "\n" }
    for row in rows {
      let standard = row.standard.map { " (default \($0))" } ?? ""
      let summary = row.summary.isEmpty ? "" : ": \(row.summary)"
      text += "  \(row.name): \(row.type)\(standard)\(summary)\n"
    }
    text += "\nExample:\n"
    for line in entry.example.split(separator: "\n") { text += "  \(line)\n" }
    return text
  }

  /// `pn.cat(tensors [, dim])`
  static func signature(_ entry: Entry, in library: Library) -> String {
    var text = library.path(entry) + "("
    let parameters = entry.parameters.filter { $0.name != "self" }
    for (position, parameter) in parameters.enumerated() {
      let separator = position == 0 ? "" : ", "
      text +=
        parameter.standard == nil
        ? separator + parameter.name : (position == 0 ? "[" : " [, ") + parameter.name + "]"
    }
    return text + ")"
  }

  /// One page of the reference, in Markdown.
  public static func page(_ library: Library) -> String {
    var text = "# \(library.name)\n\n\(library.summary)\n\n"
    text += "Written from the table of exports by `Scripts/reference`; do not edit.\n"
    for entry in library.entries {
      text += "\n## `\(signature(entry, in: library))`\n\n"
      text += "\(entry.summary).\n\nReturns: \(entry.returns).\n"
      text += table(entry)
      text += "\n```lua\n\(entry.example)\n```\n"
    }
    return text
  }

  private static func table(_ entry: Entry) -> String {
    let rows = entry.parameters.flatMap { parameter in
      [(parameter, "")] + parameter.options.map { ($0, "option ") }
    }.filter { $0.0.name != "self" }
    if rows.isEmpty { return "" }
    var text = "\n| argument | type | default | meaning |\n|---|---|---|---|\n"
    for (row, prefix) in rows {
      let cells = [prefix + "`\(row.name)`", row.type, row.standard ?? "", row.summary]
      text += "| " + cells.map { $0.escapingBars }.joined(separator: " | ") + " |\n"
    }
    return text
  }
}

extension String {
  /// For a cell of a Markdown table.
  fileprivate var escapingBars: String {
    var result = ""
    for character in self { result += character == "|" ? "\\|" : String(character) }
    return result
  }
}
