/// The values of a script's options, and how texts become values.

internal import LuaEmbedding
internal import PenumbraData

/// A value that an option can have.
enum ConfigValue: Equatable {
  case absent
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case list([ConfigValue])

  var luaValue: LuaValue {
    switch self {
    case .absent: .nil
    case .boolean(let value): .boolean(value)
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .string(let value): .string(value)
    case .list(let elements): .array(elements.map(\.luaValue))
    }
  }

  var json: JSON {
    switch self {
    case .absent: .null
    case .boolean(let value): .bool(value)
    case .integer(let value): .integer(value)
    case .number(let value) where value.isFinite: .number(value)
    case .number(let value): .string("\(value)")
    case .string(let value): .string(value)
    case .list(let elements): .array(elements.map(\.json))
    }
  }

  /// As it is written on the command line.
  var text: String {
    switch self {
    case .absent: ""
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    case .list(let elements): elements.map(\.text).joined(separator: ",")
    }
  }

  /// What kind of value it is, with everything that a text may become.
  var type: ConfigType {
    switch self {
    case .boolean: .boolean
    case .integer: .integer
    case .number: .number
    case .string, .absent: .string
    case .list(let elements):
      .list(elements.map(\.type).max { $0.breadth < $1.breadth } ?? .string)
    }
  }

  /// A value of a script: a scalar, or a table of scalars of one kind; nil for anything else.
  init?(_ frame: LuaFrame, _ index: Int) throws {
    switch frame.type(at: index) {
    case .nil, .none: self = .absent
    case .boolean: self = .boolean(frame.truth(at: index))
    case .number where frame.isInteger(at: index):
      self = .integer(frame.integer(at: index) ?? 0)
    case .number: self = .number(frame.number(at: index) ?? 0)
    case .string: self = .string(frame.string(at: index) ?? "")
    case .table:
      var elements: [ConfigValue] = []
      var isList = true
      try frame.forEachElement(ofTableAt: index) { _, slot in
        guard frame.type(at: slot) != .table, let element = try ConfigValue(frame, slot) else {
          isList = false
          return
        }
        elements.append(element)
      }
      let kinds = elements.map { $0.type == .integer ? .number : $0.type }
      guard isList, Set(kinds).count <= 1 else { return nil }
      self = .list(elements)
    default: return nil
    }
  }
}

/// What an option's default says of its values.
indirect enum ConfigType: Hashable {
  case boolean, integer, number, string
  case list(ConfigType)

  /// A list of integers and numbers is one of numbers.
  fileprivate var breadth: Int { self == .integer ? 0 : 1 }

  var name: String {
    switch self {
    case .boolean: "true or false"
    case .integer: "an integer"
    case .number: "a number"
    case .string: "a text"
    case .list(.boolean): "a list of true and false, such as true,false"
    case .list(.integer): "a list of integers, such as 64,32"
    case .list(.number): "a list of numbers, such as 0.5,1"
    case .list: "a list, such as a,b"
    }
  }

  /// The text of the command line as a value; nil where it is none.
  func value(of text: String) -> ConfigValue? {
    switch self {
    case .boolean:
      if ["true", "1", "yes"].contains(text) { return .boolean(true) }
      return ["false", "0", "no"].contains(text) ? .boolean(false) : nil
    case .integer:
      if let value = Int64(text) { return .integer(value) }
      // 1e4 is an integer too.
      guard let value = Double(text), value == value.rounded(), value.magnitude < 9e15 else {
        return nil
      }
      return .integer(Int64(value))
    case .number: return Double(text).map(ConfigValue.number)
    case .string: return .string(text)
    case .list(let element):
      if text.isEmpty { return .list([]) }
      var elements: [ConfigValue] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let value = element.value(of: String(part)) else { return nil }
        elements.append(value)
      }
      return .list(elements)
    }
  }
}
