// The lines that were typed, and how they are numbered.

/// Lines are counted over the whole session: `stdin:7:` is the seventh line that was typed, and a
/// function can show the text that it came from.
struct SessionSource {
  /// Where an input stands.
  struct Position {
    /// Lua's chunk name.
    let name: String
    /// Lines before it.
    let offset: Int
  }

  /// A chunk gets the lines before it as empty ones. Long sessions begin anew, so that they do not
  /// grow slow.
  private static let pageLength = 5000

  private var pages: [[String]] = [[]]

  /// Where the next line stands. To be asked between inputs.
  mutating func nextPosition() -> Position {
    if pages[pages.count - 1].count >= Self.pageLength { pages.append([]) }
    return Position(name: "=" + Self.name(pages.count - 1), offset: pages[pages.count - 1].count)
  }

  private static func name(_ page: Int) -> String { page == 0 ? "stdin" : "stdin \(page + 1)" }

  mutating func add(_ line: String) { pages[pages.count - 1].append(line) }

  /// The lines `first`...`last` (from 1) of what Lua calls `name`; nil if there are none.
  func lines(_ first: Int, _ last: Int, of name: String) -> [String]? {
    guard let page = pages.indices.first(where: { "=" + Self.name($0) == name }),
      first >= 1, first <= last, last <= pages[page].count
    else { return nil }
    return Array(pages[page][(first - 1)..<last])
  }
}
