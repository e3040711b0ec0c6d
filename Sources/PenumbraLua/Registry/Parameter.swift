/// One parameter or option of an exported function.

internal import LuaEmbedding
internal import PenumbraTensor

/// What the reference says of a parameter.
public struct ParameterDoc: Sendable {
  public let name: String
  public let type: String
  /// The default as written in Lua; nil where the parameter is required.
  public let standard: String?
  public let summary: String
  /// The options of an option table.
  public var options: [ParameterDoc] = []
}

/// A named argument of a known type, maybe with a default.
struct Parameter<Value>: Sendable {
  let doc: ParameterDoc
  private let type: ParameterType<Value>
  private let standard: (@Sendable () -> Value)?

  /// A required parameter.
  init(_ name: String, _ type: ParameterType<Value>, _ summary: String = "") {
    doc = ParameterDoc(name: name, type: type.name, standard: nil, summary: summary)
    self.type = type
    standard = nil
  }

  /// A parameter that may be left out. `shown` is the default as the reference prints it.
  init(
    _ name: String, _ type: ParameterType<Value>, default value: Value, shown: String? = nil,
    _ summary: String = ""
  ) where Value: Sendable {
    doc = ParameterDoc(
      name: name, type: type.name, standard: shown ?? "\(value)", summary: summary)
    self.type = type
    standard = { value }
  }

  /// A parameter whose default is made anew for each call that leaves it out.
  init(
    _ name: String, _ type: ParameterType<Value>, default make: @escaping @Sendable () -> Value,
    shown: String, _ summary: String = ""
  ) {
    doc = ParameterDoc(name: name, type: type.name, standard: shown, summary: summary)
    self.type = type
    standard = make
  }

  /// A parameter that is nil when left out.
  static func optional<Wrapped>(
    _ name: String, _ type: ParameterType<Wrapped>, _ summary: String = ""
  ) -> Parameter<Wrapped?> where Value == Wrapped? {
    let wrapped = ParameterType<Wrapped?>(type.name) { frame, index in
      try type.decode(frame, index).map(Optional.some)
    }
    return Parameter<Wrapped?>(
      doc: ParameterDoc(name: name, type: type.name, standard: "nil", summary: summary),
      type: wrapped, standard: { nil })
  }

  private init(
    doc: ParameterDoc, type: ParameterType<Value>, standard: (@Sendable () -> Value)?
  ) {
    (self.doc, self.type, self.standard) = (doc, type, standard)
  }

  /// For parameters whose documentation has parts of its own.
  init(doc: ParameterDoc, type: ParameterType<Value>) {
    self.init(doc: doc, type: type, standard: nil)
  }

  /// The argument at a stack index.
  ///
  /// - Parameter place: how the error names the argument, for instance "argument 2" or "option".
  /// - Throws: `TensorError` naming the operation, the argument, what was wanted and what came.
  // One copy for each type of value; inlined there would be one for each combination of types.
  @inline(never)
  func decode(_ frame: LuaFrame, _ index: Int, _ operation: String, place: String? = nil) throws
    -> Value
  {
    do {
      if let value = try type.decode(frame, index) { return value }
      if let standard, frame.isNoneOrNil(at: index) { return standard() }
    } catch let bad as BadValue {
      throw mismatch(frame, index, operation, place, expected: bad.expected)
    } catch is LuaTypeError {
      throw mismatch(frame, index, operation, place, expected: type.name)
    } catch let released as LuaReleasedError {
      throw TensorError(
        .value, operation, argument: shown(index, place), released.luaMessage)
    }
    throw mismatch(frame, index, operation, place, expected: type.name)
  }

  /// `argument 2 (other)`
  private func shown(_ index: Int, _ place: String?) -> String {
    "\(place ?? "argument \(index)") (\(doc.name))"
  }

  private func mismatch(
    _ frame: LuaFrame, _ index: Int, _ operation: String, _ place: String?, expected: String
  ) -> TensorError {
    TensorError(
      .value, operation, argument: shown(index, place),
      expected.contains(", got ")
        ? "expected \(expected)" : "expected \(expected), got \(frame.describe(at: index))")
  }
}
