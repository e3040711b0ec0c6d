/// Swift values that go to Lua and come back, with their types.

public import LuaEmbedding

/// A type whose values scripts can be given and can give.
///
/// `Bool`, `Int`, `Double`, `Float`, `String`, `Tensor`, optionals, arrays, dictionaries with string keys,
/// `LuaValue`, `LuaReference`, and the host's own `ScriptObject`s. Conversion is exact: a string is no
/// number, and a float is an integer only where it has the value of one.
public protocol ScriptValue: SendableMetatype {
  /// What messages call such a value: "number".
  static var scriptName: String { get }

  /// What Lua gets.
  var luaValue: LuaValue { get }

  /// The value at an index of a frame; nil where it is of another kind.
  ///
  /// - Throws: for a value of the right kind that cannot be used, such as a table with a wrong element.
  static func read(_ frame: LuaFrame, at index: Int) throws -> Self?
}

extension Bool: ScriptValue {
  public static var scriptName: String { "boolean" }
  public var luaValue: LuaValue { .boolean(self) }
  public static func read(_ frame: LuaFrame, at index: Int) -> Bool? { frame.boolean(at: index) }
}

extension Int: ScriptValue {
  public static var scriptName: String { "integer" }
  public var luaValue: LuaValue { .integer(Int64(self)) }
  public static func read(_ frame: LuaFrame, at index: Int) -> Int? {
    frame.integer(at: index).map { Int($0) }
  }
}

extension Double: ScriptValue {
  public static var scriptName: String { "number" }
  public var luaValue: LuaValue { .number(self) }
  public static func read(_ frame: LuaFrame, at index: Int) -> Double? { frame.number(at: index) }
}

extension Float: ScriptValue {
  public static var scriptName: String { "number" }
  public var luaValue: LuaValue { .number(Double(self)) }
  public static func read(_ frame: LuaFrame, at index: Int) -> Float? {
    frame.number(at: index).map { Float($0) }
  }
}

extension String: ScriptValue {
  public static var scriptName: String { "string" }
  public var luaValue: LuaValue { .string(self) }
  /// Bytes that are not UTF-8 are repaired.
  public static func read(_ frame: LuaFrame, at index: Int) -> String? { frame.string(at: index) }
}

extension LuaValue: ScriptValue {
  public static var scriptName: String { "any value" }
  public var luaValue: LuaValue { self }
  public static func read(_ frame: LuaFrame, at index: Int) throws -> LuaValue? {
    try frame.value(at: index)
  }
}

/// A table, function or other value of Lua's, kept alive.
extension LuaReference: ScriptValue {
  public static var scriptName: String { "any value but nil" }
  public var luaValue: LuaValue { .reference(self) }
  public static func read(_ frame: LuaFrame, at index: Int) throws -> Self? {
    guard !frame.isNoneOrNil(at: index) else { return nil }
    return try frame.reference(at: index) as? Self
  }
}
