// The inputs that ran, for `%save`.

internal import LuaEmbedding

/// What the session did, in order; inputs that failed are not in it.
struct Journal {
  /// Not the chunk itself: its function would keep the variables that it mentions.
  struct Entry {
    let text: String
    let resultCount: Int
    let isExpression, isMuted, hasComment, opensBracket: Bool
    /// Whether it mentions `_`.
    let usesResult: Bool
    /// The bytes of a `;` at its end, and of a `return` outside of blocks.
    let end, returnWord: Range<Int>?

    init(_ chunk: SessionChunk, resultCount: Int) {
      (text, self.resultCount) = (chunk.text, resultCount)
      (isExpression, isMuted) = (chunk.isExpression, chunk.isMuted)
      hasComment = chunk.source.hasComment
      opensBracket = chunk.source.tokens.first?.isSymbol("(") ?? false
      usesResult = chunk.anatomy.names.contains("_")
      end = chunk.isMuted ? chunk.source.tokens.last?.range : nil
      returnWord = chunk.anatomy.returnWord
    }
  }

  private(set) var entries: [Entry] = []

  mutating func add(_ chunk: SessionChunk, resultCount: Int) {
    if !chunk.source.tokens.isEmpty {
      entries.append(Entry(chunk, resultCount: resultCount))
    }
  }

  /// A script that does the same: what the session showed it prints.
  var script: String {
    var lines: [String] = []
    var isNamed = false
    // From the end: an input keeps its result in `_` if a later one mentions that.
    for entry in entries.reversed() {
      lines.append(text(of: entry, keepsResult: isNamed))
      if entry.resultCount > 0 { isNamed = false }
      isNamed = isNamed || entry.usesResult
    }
    return lines.reversed().map { $0 + "\n" }.joined()
  }

  private func text(of entry: Entry, keepsResult: Bool) -> String {
    var bytes = Array(entry.text.utf8)
    if let end = entry.end { bytes.removeSubrange(end) }
    if let word = entry.returnWord {
      // In a script nothing may follow a return: its values are shown as those of an expression.
      let before = String(decoding: bytes[..<word.lowerBound], as: UTF8.self)
      let values = String(decoding: bytes[word.upperBound...], as: UTF8.self)
      let shown = shown(values, entry, keepsResult)
      return word.lowerBound == 0 ? shown : statement(before, entry) + "\n" + shown
    }
    guard entry.isExpression else { return statement(entry.text, entry) }
    if bytes.first == UInt8(ascii: "=") { bytes.removeFirst() }
    return shown(String(decoding: bytes, as: UTF8.self), entry, keepsResult)
  }

  /// Expressions as a statement that prints them.
  private func shown(_ expression: String, _ entry: Entry, _ keepsResult: Bool) -> String {
    let expression = SessionInput.trimmed(expression)
    // What returned nothing was a call, which is a statement as it is.
    if entry.resultCount == 0 { return statement(expression, entry) }
    // A comment at its end would hide what follows.
    let end = entry.hasComment ? "\n" : ""
    if keepsResult {
      let shown = entry.isMuted ? "" : "\nprint(_)"
      return "_ = \(expression)\(end)\(shown)"
    }
    return entry.isMuted ? "_ = \(expression)" : "print(\(expression)\(end))"
  }

  /// A bracket at its start would go on with the line before.
  private func statement(_ text: String, _ entry: Entry) -> String {
    entry.opensBracket ? ";" + text : text
  }
}
