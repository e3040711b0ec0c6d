// What the text before the cursor asks to complete.

/// The access path before the cursor, such as `pn.nn.Li` or `model:for`.
struct CompletionTarget: Equatable {
  /// The names before the last separator: `pn`, `nn`.
  let owners: [String]
  /// Whether the last separator is a colon.
  let isMethod: Bool
  /// What was typed of the name itself: `Li`.
  let prefix: String

  /// Nil where nothing can be completed without running code, as in `f().x`.
  init?(before text: String) {
    let bytes = Array(text.utf8)
    var start = bytes.count
    while start > 0, Self.belongs(bytes[start - 1]) { start -= 1 }
    // `..` is concatenation, and `::` a label: the path begins behind them.
    for position in stride(from: bytes.count - 1, to: start, by: -1)
    where Self.isSeparator(bytes[position]) && Self.isSeparator(bytes[position - 1]) {
      start = position + 1
      break
    }
    var path = bytes[start...]
    var names: [String] = []
    var last: UInt8?
    while let separator = path.firstIndex(where: Self.isSeparator) {
      // A colon is the last separator of a path.
      if last == UInt8(ascii: ":") { return nil }
      names.append(String(decoding: path[..<separator], as: UTF8.self))
      last = path[separator]
      path = path[(separator + 1)...]
    }
    guard names.allSatisfy(LuaName.isName) else { return nil }
    if names.isEmpty, let first = path.first, LuaName.isDigit(first) { return nil }
    owners = names
    isMethod = last == UInt8(ascii: ":")
    prefix = String(decoding: path, as: UTF8.self)
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
  }

  private static func belongs(_ byte: UInt8) -> Bool {
    LuaName.isNameByte(byte) || isSeparator(byte)
  }
}
