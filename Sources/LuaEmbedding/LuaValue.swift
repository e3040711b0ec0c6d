// Lua values as Swift sees them.

/// A Lua value.
///
/// Tables, functions, coroutines and foreign userdata arrive as references. `array`, `table` and
/// `function` go only towards Lua, where they become new tables and functions.
public enum LuaValue {
  case `nil`
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  /// A string which is not valid UTF-8.
  case bytes([UInt8])
  case object(AnyObject, of: AnyLuaClass)
  case reference(LuaReference)
  case array([LuaValue])
  case table([(key: String, value: LuaValue)])
  case function(String, LuaFunction)
}

extension LuaValue {
  /// Whether Lua takes the value for true: all but `nil` and `false`.
  public var isTruthy: Bool {
    switch self {
    case .nil, .boolean(false): false
    default: true
    }
  }

  public var isNil: Bool { if case .nil = self { true } else { false } }

  public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }

  /// An integer, or a float with an exact integer value.
  public var integer: Int64? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int64(exactly: value)
    default: nil
    }
  }

  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// A string; bytes that are not UTF-8 are repaired.
  public var string: String? {
    switch self {
    case .string(let value): value
    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
    default: nil
    }
  }

  public var reference: LuaReference? {
    if case .reference(let value) = self { value } else { nil }
  }

  /// The object if it is of the class or of one derived from it.
  public func object<Object>(of luaClass: LuaClass<Object>) -> Object? {
    guard case .object(let object, let itsClass) = self, itsClass.inherits(from: luaClass) else {
      return nil
    }
    return object as? Object
  }
}

extension LuaValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .nil }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: LuaValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, LuaValue)...) {
    self = .table(elements.map { (key: $0.0, value: $0.1) })
  }
}
