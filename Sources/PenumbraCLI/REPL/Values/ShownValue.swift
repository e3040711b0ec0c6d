// A value ready to be laid out in lines.

/// A key as Lua source writes it.
struct ShownKey: Hashable, Comparable {
  /// Numbers before names before other strings before everything else.
  let rank: Int
  let number: Double
  let text: String

  static func < (a: ShownKey, b: ShownKey) -> Bool {
    (a.rank, a.number, a.text) < (b.rank, b.number, b.text)
  }
}

indirect enum ShownValue {
  struct Item {
    /// Nil for the elements 1, 2, ...
    let key: ShownKey?
    let value: ShownValue

    var prefix: String { key.map { "\($0.text) = " } ?? "" }
  }

  case atom(String)
  /// `omitted` counts what is not shown; nil if that was not counted.
  case table([Item], omitted: Int?)

  /// On one line if that is short enough, else an item a line.
  func layout(width: Int, indent: Int = 0, used: Int = 0) -> String {
    guard case .table(let items, let omitted) = self else { return line }
    let line = line
    if indent + used + line.count <= width, !line.contains("\n") { return line }
    let margin = String(repeating: " ", count: indent + 2)
    var text = "{\n"
    for item in items {
      let value = item.value.layout(width: width, indent: indent + 2, used: item.prefix.count + 1)
      text += "\(margin)\(item.prefix)\(value),\n"
    }
    if let note = Self.note(omitted) { text += "\(margin)\(note)\n" }
    return text + String(repeating: " ", count: indent) + "}"
  }

  private var line: String {
    switch self {
    case .atom(let text): return text
    case .table(let items, let omitted):
      let parts = items.map { $0.prefix + $0.value.line } + [Self.note(omitted)].compactMap { $0 }
      return "{" + parts.joined(separator: ", ") + "}"
    }
  }

  private static func note(_ omitted: Int?) -> String? {
    guard let omitted else { return "... and more" }
    return omitted > 0 ? "... \(omitted) more" : nil
  }
}
