/// Reading JSON, strictly.

extension JSON {
  /// Parses one document.
  ///
  /// - Parameters:
  ///   - depthLimit: how deep arrays and objects may nest.
  ///   - countLimit: how many values there may be in all.
  /// - Throws: `JSONError` for anything that RFC 8259 forbids, for a key that comes twice in an object
  ///   and for a number beyond the range of `Double`.
  /// - Complexity: O(bytes), plus the sorting of each object's keys.
  public init(
    parsing bytes: UnsafeRawBufferPointer, depthLimit: Int = 64, countLimit: Int = .max
  ) throws(JSONError) {
    var parser = Parser(bytes: bytes, depthLimit: depthLimit, countLimit: countLimit)
    parser.skipSpace()
    self = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.failure("expected the end") }
  }

  /// Parses a text.
  public init(parsing text: String, depthLimit: Int = 64, countLimit: Int = .max)
    throws(JSONError)
  {
    let bytes = Array(text.utf8)
    let result: Result<JSON, JSONError> = bytes.withUnsafeBytes { buffer in
      Result { () throws(JSONError) in
        try JSON(parsing: buffer, depthLimit: depthLimit, countLimit: countLimit)
      }
    }
    self = try result.get()
  }
}

/// A recursive-descent parser with a bound on its depth.
private struct Parser {
  let bytes: UnsafeRawBufferPointer
  let depthLimit: Int
  let countLimit: Int
  var count = 0
  var position = 0

  func failure(_ reason: String) -> JSONError { JSONError(offset: position, reason: reason) }

  /// The next byte; 0 at the end, which is valid nowhere.
  var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

  mutating func skipSpace() {
    while [0x20, 0x0a, 0x0d, 0x09].contains(next) { position += 1 }
  }

  /// Steps over `byte` if it comes next.
  mutating func accept(_ byte: Character) -> Bool {
    guard next == byte.asciiValue else { return false }
    position += 1
    return true
  }

  mutating func value(depth: Int) throws(JSONError) -> JSON {
    count += 1
    guard count <= countLimit else { throw failure("more than \(countLimit) values") }
    switch next {
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .array(try elements(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw failure("expected a value")
    }
  }

  mutating func word(_ text: String, _ value: JSON) throws(JSONError) -> JSON {
    for byte in text.utf8 {
      guard next == byte else { throw failure("expected '\(text)'") }
      position += 1
    }
    return value
  }

  mutating func elements(depth: Int) throws(JSONError) -> [JSON] {
    guard depth < depthLimit else { throw failure("nested deeper than \(depthLimit)") }
    position += 1
    var result: [JSON] = []
    skipSpace()
    if accept("]") { return result }
    while true {
      skipSpace()
      result.append(try value(depth: depth + 1))
      skipSpace()
      if accept("]") { return result }
      guard accept(",") else { throw failure("expected ',' or ']'") }
    }
  }

  mutating func members(depth: Int) throws(JSONError) -> [JSON.Member] {
    guard depth < depthLimit else { throw failure("nested deeper than \(depthLimit)") }
    position += 1
    var result: [JSON.Member] = []
    var keys: Set<String> = []
    skipSpace()
    if accept("}") { return result }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("expected a key in quotes") }
      let key = try string()
      guard keys.insert(key).inserted else { throw failure("the key '\(key)' comes twice") }
      skipSpace()
      guard accept(":") else { throw failure("expected ':'") }
      skipSpace()
      result.append(JSON.Member(key, try value(depth: depth + 1)))
      skipSpace()
      if accept("}") { return result }
      guard accept(",") else { throw failure("expected ',' or '}'") }
    }
  }

  // MARK: Numbers

  mutating func digits() throws(JSONError) {
    guard isDigit(next) else { throw failure("expected a digit") }
    while isDigit(next) { position += 1 }
  }

  func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  mutating func number() throws(JSONError) -> JSON {
    let start = position
    _ = accept("-")
    if accept("0") {
      guard !isDigit(next) else { throw failure("a number cannot start with 0") }
    } else {
      try digits()
    }
    var isInteger = true
    if accept(".") {
      isInteger = false
      try digits()
    }
    if accept("e") || accept("E") {
      isInteger = false
      if !accept("+") { _ = accept("-") }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw JSONError(offset: start, reason: "the number is out of range")
    }
    return .number(value)
  }

  // MARK: Strings

  mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    var text: [UInt8] = []
    while true {
      let byte = next
      if byte == UInt8(ascii: "\"") { break }
      guard byte >= 0x20 else {
        throw failure(
          position < bytes.count ? "control character in a string" : "string not closed")
      }
      position += 1
      if byte == UInt8(ascii: "\\") {
        text.append(contentsOf: try escape().utf8)
      } else {
        text.append(byte)
      }
    }
    guard let result = String(validating: text, as: UTF8.self) else {
      throw JSONError(offset: start, reason: "the string is not UTF-8")
    }
    position += 1
    return result
  }

  mutating func escape() throws(JSONError) -> String {
    let byte = next
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicode()
    default:
      position -= 1
      throw failure("unknown escape in a string")
    }
  }

  /// The character of \uXXXX, or of two that are a surrogate pair.
  mutating func unicode() throws(JSONError) -> String {
    let first = try fourDigits()
    var code = first
    if (0xd800..<0xdc00).contains(first) {
      guard accept("\\"), accept("u") else { throw failure("half a surrogate pair") }
      let second = try fourDigits()
      guard (0xdc00..<0xe000).contains(second) else { throw failure("half a surrogate pair") }
      code = 0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair") }
    return String(Character(scalar))
  }

  mutating func fourDigits() throws(JSONError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(next)).hexDigitValue else {
        throw failure("expected four hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}
