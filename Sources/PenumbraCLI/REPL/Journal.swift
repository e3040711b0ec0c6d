// The inputs that ran, for `%save`.

internal import LuaEmbedding

/// What the session did, in order; inputs that failed are not in it.
struct Journal {
  struct Entry {
    let chunk: SessionChunk
    let resultCount: Int
  }

  private(set) var entries: [Entry] = []

  mutating func add(_ chunk: SessionChunk, resultCount: Int) {
    if !chunk.source.tokens.isEmpty {
      entries.append(Entry(chunk: chunk, resultCount: resultCount))
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
      isNamed = isNamed || entry.chunk.anatomy.names.contains("_")
    }
    return lines.reversed().map { $0 + "\n" }.joined()
  }

  private func text(of entry: Entry, keepsResult: Bool) -> String {
    let chunk = entry.chunk
    let text = withoutEnd(chunk)
    if let word = chunk.anatomy.returnWord {
      // In a script nothing may follow a return: its values are shown as those of an expression.
      let bytes = Array(text.utf8)
      let before = String(decoding: bytes[..<word.lowerBound], as: UTF8.self)
      let values = String(decoding: bytes[word.upperBound...], as: UTF8.self)
      let shown = shown(values, entry, keepsResult)
      return word.lowerBound == 0 ? shown : statement(before, chunk) + "\n" + shown
    }
    guard chunk.isExpression else { return statement(chunk.text, chunk) }
    return shown(text.hasPrefix("=") ? String(text.dropFirst()) : text, entry, keepsResult)
  }

  /// Expressions as a statement that prints them.
  private func shown(_ expression: String, _ entry: Entry, _ keepsResult: Bool) -> String {
    let chunk = entry.chunk
    let expression = SessionInput.trimmed(expression)
    // What returned nothing was a call, which is a statement as it is.
    if entry.resultCount == 0 { return statement(expression, chunk) }
    // A comment at its end would hide what follows.
    let end = chunk.source.hasComment ? "\n" : ""
    if keepsResult {
      let shown = chunk.isMuted ? "" : "\nprint(_)"
      return "_ = \(expression)\(end)\(shown)"
    }
    return chunk.isMuted ? "_ = \(expression)" : "print(\(expression)\(end))"
  }

  /// A bracket at its start would go on with the line before.
  private func statement(_ text: String, _ chunk: SessionChunk) -> String {
    chunk.source.tokens.first?.isSymbol("(") == true ? ";" + text : text
  }

  /// Without the `;` at its end.
  private func withoutEnd(_ chunk: SessionChunk) -> String {
    guard chunk.isMuted, let last = chunk.source.tokens.last else { return chunk.text }
    var bytes = Array(chunk.text.utf8)
    bytes.removeSubrange(last.range)
    return String(decoding: bytes, as: UTF8.self)
  }
}
