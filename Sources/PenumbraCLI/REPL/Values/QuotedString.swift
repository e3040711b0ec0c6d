// Strings as Lua source writes them.

enum QuotedString {
  /// In double quotes; what cannot be printed is escaped. Beyond `limit` characters it is cut.
  static func text(_ bytes: UnsafeRawBufferPointer, limit: Int) -> String {
    if let string = String(validating: bytes, as: UTF8.self) {
      let characters = limit < string.count ? string.prefix(limit) : string[...]
      let body = characters.unicodeScalars.map(escaped).joined()
      return quoted(body, of: bytes.count, isCut: characters.count < string.count)
    }
    let body = bytes.prefix(limit).map { byte in
      byte < 0x80 ? escaped(Unicode.Scalar(byte)) : "\\x" + String(byte, radix: 16)
    }.joined()
    return quoted(body, of: bytes.count, isCut: bytes.count > limit)
  }

  private static func quoted(_ body: String, of byteCount: Int, isCut: Bool) -> String {
    isCut ? "\"\(body)\"... (\(byteCount) bytes)" : "\"\(body)\""
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": return "\\n"
    case "\t": return "\\t"
    case "\r": return "\\r"
    case "\"": return "\\\""
    case "\\": return "\\\\"
    default: break
    }
    guard scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) else { return String(scalar) }
    let digits = String(scalar.value, radix: 16)
    return scalar.value < 0x80
      ? "\\x" + (digits.count < 2 ? "0" : "") + digits : "\\u{\(digits)}"
  }
}
