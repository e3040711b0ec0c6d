// Unknown fields of objects, with a suggestion.
internal import CLuaShims

/// A field that a class does not have.
public struct LuaFieldError: LuaRaisable {
  public let className: String
  public let field: String
  /// A name that the class has and that resembles the field.
  public let suggestion: String?
  let isAssignment: Bool

  public var luaMessage: String {
    let hint = suggestion.map { " (did you mean '\($0)'?)" } ?? ""
    if isAssignment { return "\(className): cannot assign field \(field)\(hint)" }
    return "\(className) has no field \(field)\(hint)"
  }
}

extension LuaFrame {
  /// The error for an `index` handler that does not know the key at an index.
  ///
  /// - Parameter names: What the object has beyond its methods.
  public func unknownField(at index: Int, besides names: [String] = []) -> LuaFieldError {
    fieldError(at: index, names, isAssignment: false)
  }

  /// The error for a `newIndex` handler that does not know the key at an index.
  public func unassignableField(at index: Int, among names: [String] = []) -> LuaFieldError {
    fieldError(at: index, names, isAssignment: true)
  }

  private func fieldError(
    at index: Int, _ names: [String], isAssignment: Bool
  ) -> LuaFieldError {
    let luaClass = luaClass(at: 1)
    let key = string(at: index)
    let known = isAssignment ? names : (luaClass?.methodNames ?? []) + names
    return LuaFieldError(
      className: luaClass?.name ?? describe(at: 1),
      field: key.map { "'\($0)'" } ?? "[\(describe(at: index))]",
      suggestion: key.flatMap { Spelling.nearest(to: $0, in: known) }, isAssignment: isAssignment)
  }
}
