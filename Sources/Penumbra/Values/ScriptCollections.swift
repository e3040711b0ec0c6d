/// Optionals, arrays and dictionaries as Lua has them: nil, sequences, tables.

public import LuaEmbedding

extension Optional: ScriptValue where Wrapped: ScriptValue {
  public static var scriptName: String { "\(Wrapped.scriptName) or nil" }
  public var luaValue: LuaValue { self?.luaValue ?? .nil }
  public static func read(_ frame: LuaFrame, at index: Int) throws -> Wrapped?? {
    if frame.isNoneOrNil(at: index) { return .some(nil) }
    return try Wrapped.read(frame, at: index).map { .some($0) }
  }
}

/// A table from 1 on.
extension Array: ScriptValue where Element: ScriptValue {
  public static var scriptName: String { "table of \(Element.scriptName)" }
  public var luaValue: LuaValue { .array(map(\.luaValue)) }

  /// - Throws: `LuaTypeError` for an element of another type.
  public static func read(_ frame: LuaFrame, at index: Int) throws -> [Element]? {
    guard frame.type(at: index) == .table else { return nil }
    var elements: [Element] = []
    try frame.forEachElement(ofTableAt: index) { position, slot in
      guard let element = try Element.read(frame, at: slot) else {
        throw LuaTypeError(
          argument: index, expected: scriptName,
          actual: "\(frame.describe(at: slot)) as element \(position)")
      }
      elements.append(element)
    }
    return elements
  }
}

/// A table whose keys are all strings.
extension Dictionary: ScriptValue where Key == String, Value: ScriptValue {
  public static var scriptName: String { "table string → \(Value.scriptName)" }
  public var luaValue: LuaValue {
    .table(sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value.luaValue) })
  }

  /// - Throws: `LuaTypeError` for a key or a value of another type.
  public static func read(_ frame: LuaFrame, at index: Int) throws -> [String: Value]? {
    guard frame.type(at: index) == .table else { return nil }
    var fields: [String: Value] = [:]
    try frame.forEachField(ofTableAt: index) { key, slot in
      guard let name = frame.string(at: key) else {
        throw LuaTypeError(
          argument: index, expected: scriptName, actual: "\(frame.describe(at: key)) as a key")
      }
      guard let value = try Value.read(frame, at: slot) else {
        throw LuaTypeError(
          argument: index, expected: scriptName,
          actual: "\(frame.describe(at: slot)) as '\(name)'")
      }
      fields[name] = value
    }
    return fields
  }
}
