// What kind of input a text is: Lua, a command of the session, or a question.

enum SessionInput: Equatable {
  case lua
  /// `%name argument`
  case command(name: String, argument: String)
  /// `?name`, `name?`; with two marks its source is wanted too.
  case question(subject: String, wantsSource: Bool)

  /// No chunk of Lua begins with `%` or `?`, nor is a name with `?` behind it one.
  init(_ text: String) {
    let text = Self.trimmed(text)
    if text.hasPrefix("%") {
      let name = text.dropFirst().prefix { !$0.isWhitespace }
      let argument = Self.trimmed(String(text.dropFirst(1 + name.count)))
      self = .command(name: String(name), argument: argument)
    } else if text.hasPrefix("?") {
      let subject = text.drop { $0 == "?" }
      self = .question(
        subject: Self.trimmed(String(subject)), wantsSource: text.hasPrefix("??"))
    } else if text.hasSuffix("?"), case let subject = text.prefix(while: { $0 != "?" }),
      Self.isPath(subject), text.dropFirst(subject.count).allSatisfy({ $0 == "?" })
    {
      self = .question(subject: String(subject), wantsSource: text.hasSuffix("??"))
    } else {
      self = .lua
    }
  }

  /// `a.b:c`, or a command such as `%time`.
  private static func isPath(_ text: Substring) -> Bool {
    let path = text.hasPrefix("%") ? text.dropFirst() : text
    return !path.isEmpty
      && path.utf8.allSatisfy {
        LuaName.isNameByte($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":")
      }
  }

  static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
