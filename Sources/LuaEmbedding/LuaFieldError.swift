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
      suggestion: key.flatMap { closestName(to: $0, among: known) }, isAssignment: isAssignment)
  }
}

/// The name which needs the fewest edits, if these are at most a third of its length (or one).
///
/// - Complexity: O(names × length²).
public func closestName(to word: String, among names: [String]) -> String? {
  var best: (name: String, distance: Int)?
  for name in names {
    let distance = editDistance(Array(word.utf8), Array(name.utf8))
    guard distance <= max(1, min(word.utf8.count, name.utf8.count) / 3) else { continue }
    if distance < best?.distance ?? .max { best = (name, distance) }
  }
  return best?.name
}

/// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + Array(repeating: 0, count: b.count)
    for j in 1...b.count {
      let cost = a[i - 1] == b[j - 1] ? 0 : 1
      row[j] = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + cost)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        row[j] = min(row[j], beforePrevious[j - 2] + 1)
      }
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.count]
}
