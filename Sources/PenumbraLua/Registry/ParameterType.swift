/// What an argument may be: a type's name in the documentation, and its decoding.

internal import LuaEmbedding
internal import PenumbraTensor

/// Decodes one kind of Lua value.
///
/// `decode` returns nil when the value is of another kind, and throws when it is of the right kind but
/// cannot be used. Conversions from Lua's counting from 1 to Swift's from 0 are such types (OneBased.swift).
struct ParameterType<Value>: Sendable {
  /// As the reference names it: "Tensor", "number", "integer or Tensor".
  let name: String
  let decode: @Sendable (LuaFrame, Int) throws -> Value?

  init(_ name: String, _ decode: @escaping @Sendable (LuaFrame, Int) throws -> Value?) {
    self.name = name
    self.decode = decode
  }

  /// The same type with a further demand; `refine` throws a `BadValue` for a value that fails it.
  func refined<Other>(
    _ name: String, _ refine: @escaping @Sendable (Value) throws -> Other
  ) -> ParameterType<Other> {
    ParameterType<Other>(name) { [decode] frame, index in
      try decode(frame, index).map(refine)
    }
  }
}

/// A value of the right type that cannot be used: what was expected of it.
struct BadValue: Error {
  let expected: String
}

extension ParameterType where Value == Double {
  static let number = ParameterType("number") { frame, index in frame.number(at: index) }

  static let positive = number.refined("number > 0") { value in
    guard value > 0, value.isFinite else { throw BadValue(expected: "a number > 0") }
    return value
  }

  static let nonNegative = number.refined("number ≥ 0") { value in
    guard value >= 0, value.isFinite else { throw BadValue(expected: "a number ≥ 0") }
    return value
  }

  static let probability = number.refined("number in [0, 1]") { value in
    guard (0...1).contains(value) else { throw BadValue(expected: "a number from 0 to 1") }
    return value
  }
}

extension ParameterType where Value == Int {
  static let integer = ParameterType("integer") { frame, index in
    frame.integer(at: index).map { Int($0) }
  }

  /// A size or a count, at least 1.
  static let count = integer.refined("integer ≥ 1") { value in
    guard value >= 1 else { throw BadValue(expected: "an integer of at least 1") }
    return value
  }
}

extension ParameterType where Value == Bool {
  static let boolean = ParameterType("boolean") { frame, index in frame.boolean(at: index) }
}

extension ParameterType where Value == String {
  static let string = ParameterType("string") { frame, index in frame.string(at: index) }

  /// One of several words.
  static func choice(_ words: [String]) -> ParameterType {
    let list = words.map { "\"\($0)\"" }.joined(separator: " | ")
    return string.refined(list) { word in
      guard words.contains(word) else { throw BadValue(expected: list) }
      return word
    }
  }
}

extension ParameterType where Value == DType {
  static let dtype = ParameterType<String>.string.refined("dtype") { name in
    guard let dtype = DType(name: name) else {
      throw BadValue(
        expected: DType.allCases.map { "\"\($0.name)\"" }.joined(separator: ", "))
    }
    return dtype
  }
}

extension ParameterType where Value == LuaReference {
  static let function = ParameterType("function") { frame, index in
    frame.type(at: index) == .function ? try frame.reference(at: index) : nil
  }

  /// Anything that can be called: a function, or an object such as a module.
  static let callable = ParameterType("function or callable object") { frame, index in
    switch frame.type(at: index) {
    case .function, .userdata, .table: try frame.reference(at: index)
    default: nil
    }
  }

  static let table = ParameterType("table") { frame, index in
    frame.type(at: index) == .table ? try frame.reference(at: index) : nil
  }
}

extension ParameterType where Value == LuaValue {
  static let any = ParameterType("any value") { frame, index in try frame.value(at: index) }
}

extension ParameterType where Value: AnyObject {
  /// An object of a class. The class is looked up when a call is decoded, since its own methods are
  /// part of its definition.
  static func object(
    _ name: String, _ luaClass: @autoclosure @escaping @Sendable () -> LuaClass<Value>
  ) -> ParameterType {
    ParameterType(name) { frame, index in
      if let object = frame.object(at: index, of: luaClass()) { return object }
      // A released object says so.
      if frame.isReleased(at: index) { return try frame.requireObject(at: index, of: luaClass()) }
      return nil
    }
  }
}

extension ParameterType {
  /// A table of such values.
  static func list<Element>(of element: ParameterType<Element>) -> ParameterType<[Element]>
  where Value == [Element] {
    ParameterType("table of \(element.name)") { frame, index in
      guard frame.type(at: index) == .table else { return nil }
      var values: [Element] = []
      values.reserveCapacity(frame.rawLength(at: index))
      try frame.forEachElement(ofTableAt: index) { position, slot in
        guard let value = try element.decode(frame, slot) else {
          throw BadValue(
            expected: "\(element.name) as element \(position), got \(frame.describe(at: slot))")
        }
        values.append(value)
      }
      return values
    }
  }
}
