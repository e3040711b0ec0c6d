// Lua source as tokens: enough to see where a statement ends, and what the cursor stands in.

struct LuaToken: Equatable {
  enum Kind { case name, keyword, number, string, symbol }

  let kind: Kind
  /// The bytes of the source that it takes.
  let range: Range<Int>
  /// Empty for a string.
  let text: String

  func isKeyword(_ word: String) -> Bool { kind == .keyword && text == word }
  func isSymbol(_ symbol: String) -> Bool { kind == .symbol && text == symbol }
}

/// A scan that takes any text: what is no Lua becomes symbols of one byte.
struct LuaTokens {
  /// What the text ends in.
  enum Ending: Equatable {
    case code
    case comment
    /// An open string in quotes; where its contents begin.
    case string(contents: Int)
    case longString
  }

  private(set) var tokens: [LuaToken] = []
  private(set) var ending = Ending.code
  private(set) var hasComment = false
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    while position < bytes.count { scan() }
  }

  // MARK: - Scanning

  private func byte(_ ahead: Int = 0) -> UInt8? {
    position + ahead < bytes.count ? bytes[position + ahead] : nil
  }

  private mutating func scan() {
    let start = position
    let first = bytes[position]
    switch first {
    case UInt8(ascii: " "), 0x09...0x0D: position += 1
    case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"): skipComment()
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      skipString(first)
      add(.string, from: start)
    case UInt8(ascii: "["):
      if let level = longBracketLevel() {
        if !skipLong(level) { ending = .longString }
        add(.string, from: start)
      } else {
        position += 1
        add(.symbol, from: start)
      }
    case _ where LuaName.isDigit(first),
      UInt8(ascii: ".") where byte(1).map(LuaName.isDigit) == true:
      skipNumber()
      add(.number, from: start)
    case _ where LuaName.isNameByte(first):
      while let next = byte(), LuaName.isNameByte(next) { position += 1 }
      let word = String(decoding: bytes[start..<position], as: UTF8.self)
      add(LuaName.reservedWords.contains(word) ? .keyword : .name, from: start)
    default:
      position += symbolLength()
      add(.symbol, from: start)
    }
  }

  private mutating func add(_ kind: LuaToken.Kind, from start: Int) {
    let text = kind == .string ? "" : String(decoding: bytes[start..<position], as: UTF8.self)
    tokens.append(LuaToken(kind: kind, range: start..<position, text: text))
  }

  private static let symbols = ["...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>"]

  private func symbolLength() -> Int {
    let rest = bytes[position...].prefix(3)
    return Self.symbols.first { rest.starts(with: $0.utf8) }?.utf8.count ?? 1
  }

  /// As lua.c's reader: digits, letters, dots, and a sign behind an exponent.
  private mutating func skipNumber() {
    let isHex = bytes[position] == UInt8(ascii: "0") && (byte(1) ?? 0) | 0x20 == UInt8(ascii: "x")
    let exponent = isHex ? UInt8(ascii: "p") : UInt8(ascii: "e")
    while let next = byte() {
      if next | 0x20 == exponent, let sign = byte(1),
        sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
      {
        position += 2
      } else if LuaName.isNameByte(next) || next == UInt8(ascii: ".") {
        position += 1
      } else {
        return
      }
    }
  }

  /// An open one ends the text, or at its line.
  private mutating func skipString(_ quote: UInt8) {
    position += 1
    let contents = position
    while let next = byte() {
      if next == UInt8(ascii: "\\") {
        position += 1
        // After \z the string goes on behind white space, line ends included.
        if byte() == UInt8(ascii: "z") {
          position += 1
          while let space = byte(), space == 0x20 || (0x09...0x0D).contains(space) { position += 1 }
        } else if position < bytes.count {
          position += 1
        }
        continue
      }
      if next == UInt8(ascii: "\n") { return }
      position += 1
      if next == quote { return }
    }
    ending = .string(contents: contents)
  }

  private mutating func skipComment() {
    hasComment = true
    position += 2
    if byte() == UInt8(ascii: "["), let level = longBracketLevel() {
      if !skipLong(level) { ending = .comment }
      return
    }
    while let next = byte(), next != UInt8(ascii: "\n") { position += 1 }
    if position == bytes.count { ending = .comment }
  }

  /// The number of `=` in `[==[` at the position; nil if there is no long bracket.
  private func longBracketLevel() -> Int? {
    var ahead = 1
    while byte(ahead) == UInt8(ascii: "=") { ahead += 1 }
    return byte(ahead) == UInt8(ascii: "[") ? ahead - 1 : nil
  }

  /// False if the bracket stays open.
  private mutating func skipLong(_ level: Int) -> Bool {
    position += level + 2
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "]") {
        var ahead = 1
        while byte(ahead) == UInt8(ascii: "=") { ahead += 1 }
        if ahead - 1 == level, byte(ahead) == UInt8(ascii: "]") {
          position += ahead + 1
          return true
        }
      }
      position += 1
    }
    return false
  }
}
