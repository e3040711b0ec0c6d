// Where the running Lua code stands.
internal import CLuaShims

/// A line of a chunk that Lua runs, made without allocation; its text is "script.lua:12".
public struct LuaLine: Hashable, CustomStringConvertible {
  public let number: Int
  /// The chunk's name as messages show it, zero behind its end.
  private var source = InlineArray<8, UInt64>(repeating: 0)

  fileprivate init(_ record: lua_Debug) {
    number = Int(record.currentline)
    withUnsafeBytes(of: record.short_src) { from in
      let length = min(from.firstIndex(of: 0) ?? from.count, 64)
      withUnsafeMutableBytes(of: &source) { $0.copyMemory(from: .init(rebasing: from[..<length])) }
    }
  }

  public var description: String {
    withUnsafeBytes(of: source) { bytes in
      "\(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)):\(number)"
    }
  }

  public static func == (a: LuaLine, b: LuaLine) -> Bool {
    a.number == b.number && a.source.indices.allSatisfy { a.source[$0] == b.source[$0] }
  }

  public func hash(into hasher: inout Hasher) {
    var mixed: UInt64 = 0
    for index in source.indices { mixed = (mixed &* 0x9E37_79B9_7F4A_7C15) ^ source[index] }
    hasher.combine(mixed)
    hasher.combine(number)
  }
}

extension LuaState {
  /// The innermost line of Lua code that is running; nil where there is none.
  public func currentLine() -> LuaLine? {
    guard let stack else { return nil }
    var record = lua_Debug()
    var level: Int32 = 0
    while lua_getstack(stack.lua, level, &record) != 0 {
      // What "Sl" asks for takes no memory, so this cannot raise.
      lua_getinfo(stack.lua, "Sl", &record)
      if record.currentline > 0 { return LuaLine(record) }
      level += 1
    }
    return nil
  }

  /// The innermost line of Lua code that is running, "script.lua:12"; nil where there is none.
  public func currentLocation() -> String? { currentLine()?.description }
}
