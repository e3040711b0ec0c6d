// How the interactive mode shows values.

internal import LuaEmbedding
internal import PenumbraTensor

/// Values as a person wants to see them: strings quoted, tables with their contents up to a depth
/// and a number of items, everything else as `tostring` has it.
struct ValuePrinter {
  static let depth = 4
  static let itemCount = 40
  /// Keys that are looked at before they are sorted: a huge table must not be slow to show.
  static let keyCount = 2000
  static let nestedStringLength = 200
  static let stringLength = 10_000

  private let state: LuaState
  private let width: Int

  init(_ state: LuaState, width: Int) {
    self.state = state
    self.width = width
  }

  /// The results of a chunk, from the table that `table.pack` made; nil if there are none.
  func text(ofResults table: LuaReference) throws -> String? {
    let count = try table.get("n").integer ?? 0
    guard count > 0 else { return nil }
    let texts = try state.withFrame([.reference(table)]) { frame in
      try (1...Int(count)).map { position in
        try frame.withElement(position, ofTableAt: 1) { slot in
          try text(frame, slot)
        }
      }
    }
    let isPlain = texts.allSatisfy { !$0.contains("\n") }
    return texts.joined(separator: isPlain ? "\t" : "\n")
  }

  /// The value at an index, in full.
  func text(_ frame: LuaFrame, _ index: Int) throws -> String {
    try shown(frame, index, depth: 0, path: []).layout(width: width)
  }

  /// The value at an index on one line of limited length: "Tensor float32 [2, 3]".
  func brief(_ frame: LuaFrame, _ index: Int) throws -> String {
    switch frame.type(at: index) {
    case .string:
      return "string, "
        + (frame.withStringBytes(at: index) { QuotedString.text($0, limit: 40) } ?? "")
    case .number:
      return try (frame.isInteger(at: index) ? "integer, " : "number, ") + plain(frame, index)
    case .boolean: return try "boolean, " + plain(frame, index)
    case .table:
      let length = frame.rawLength(at: index)
      let names = try keys(frame, index, from: length)
      let parts = [
        length > 0 ? "\(length) \(length == 1 ? "element" : "elements")" : nil,
        names.keys.isEmpty
          ? nil
          : "\(names.keys.count)\(names.isCut ? "+" : "") "
            + (names.keys.count == 1 ? "field" : "fields"),
      ]
      let contents = parts.compactMap { $0 }.joined(separator: ", ")
      return contents.isEmpty ? "table, empty" : "table, \(contents)"
    case .userdata:
      guard let object = frame.anyObject(at: index) else { return frame.describe(at: index) }
      if let tensor = object as? Tensor { return TensorSummary.brief(tensor) }
      let kind = frame.luaClass(at: index)?.name ?? "userdata"
      let line = firstLine(try plain(frame, index))
      return line.hasPrefix(kind) ? line : "\(kind), \(line)"
    case .function: return "function" + (frame.swiftFunctionName(at: index).map { " \($0)" } ?? "")
    default: return frame.type(at: index).name
    }
  }

  private func shown(
    _ frame: LuaFrame, _ index: Int, depth: Int, path: [String]
  ) throws -> ShownValue {
    switch frame.type(at: index) {
    case .nil, .none: return .atom("nil")
    case .string:
      let limit = depth == 0 ? Self.stringLength : Self.nestedStringLength
      return .atom(frame.withStringBytes(at: index) { QuotedString.text($0, limit: limit) } ?? "")
    case .table: return try shownTable(frame, index, depth: depth, path: path)
    case .userdata:
      let tensor = frame.anyObject(at: index) as? Tensor
      if depth == 0 {
        let text = try plain(frame, index)
        guard let tensor, TensorSummary.isLarge(tensor) else { return .atom(text) }
        return .atom(try TensorSummary.line(tensor) + "\n" + text)
      }
      if let tensor, tensor.elementCount > 1 { return .atom("<\(TensorSummary.brief(tensor))>") }
      return .atom(firstLine(try plain(frame, index)))
    default: return .atom(try plain(frame, index))
    }
  }

  /// As `tostring` shows it. An error in a `__tostring` is shown in its place.
  private func plain(_ frame: LuaFrame, _ index: Int) throws -> String {
    do {
      return try state.tostring(frame.value(at: index))
    } catch let error as LuaError where !error.isInterrupt {
      return "<error in __tostring: \(error.message)>"
    }
  }

  private func firstLine(_ text: String) -> String {
    let line = text.prefix { $0 != "\n" }
    return line.count == text.count ? text : line + " ..."
  }

  // MARK: - Tables

  private func shownTable(
    _ frame: LuaFrame, _ index: Int, depth: Int, path: [String]
  ) throws -> ShownValue {
    // "table: 0x..." identifies the table; another text comes from its metatable.
    let identity = try plain(frame, index)
    guard identity.hasPrefix("table: ") else { return .atom(identity) }
    if path.contains(identity) { return .atom("{<cycle>}") }
    let isEmpty = try keys(frame, index, from: 0).keys.isEmpty
    if depth >= Self.depth { return .atom(isEmpty ? "{}" : "{...}") }
    let inner = path + [identity]
    var items: [ShownValue.Item] = []
    let length = frame.rawLength(at: index)
    for position in stride(from: 1, through: min(length, Self.itemCount), by: 1) {
      try frame.withElement(position, ofTableAt: index) { slot in
        let value = try shown(frame, slot, depth: depth + 1, path: inner)
        items.append(ShownValue.Item(key: nil, value: value))
      }
    }
    var omitted = max(0, length - Self.itemCount)
    let named = try keys(frame, index, from: length)
    omitted += max(0, named.keys.count - Self.itemCount)
    try fields(frame, index, Set(named.keys.prefix(Self.itemCount))) { key, slot in
      let value = try shown(frame, slot, depth: depth + 1, path: inner)
      items.append(ShownValue.Item(key: key, value: value))
    }
    return .table(sorted(items), omitted: named.isCut ? nil : omitted)
  }

  private struct Done: Error {}

  /// The texts of all keys but 1...length, sorted; cut if there are very many.
  private func keys(
    _ frame: LuaFrame, _ table: Int, from length: Int
  ) throws -> (keys: [ShownKey], isCut: Bool) {
    var found: [ShownKey] = []
    do {
      try frame.forEachField(ofTableAt: table) { key, _ in
        if let position = frame.integer(at: key), (1...Int64(max(1, length))).contains(position),
          length > 0
        {
          return
        }
        guard found.count < Self.keyCount else { throw Done() }
        found.append(try shownKey(frame, key))
      }
    } catch is Done {
      return (found.sorted(), true)
    }
    return (found.sorted(), false)
  }

  private func shownKey(_ frame: LuaFrame, _ key: Int) throws -> ShownKey {
    switch frame.type(at: key) {
    case .string:
      let text = frame.string(at: key) ?? ""
      if LuaName.isName(text) { return ShownKey(rank: 1, number: 0, text: text) }
      let quoted = frame.withStringBytes(at: key) { QuotedString.text($0, limit: 60) } ?? ""
      return ShownKey(rank: 2, number: 0, text: "[\(quoted)]")
    case .number:
      return ShownKey(
        rank: 0, number: frame.number(at: key) ?? 0, text: "[\(try plain(frame, key))]")
    default:
      return ShownKey(rank: 3, number: 0, text: "[\(firstLine(try plain(frame, key)))]")
    }
  }

  private func fields(
    _ frame: LuaFrame, _ table: Int, _ wanted: Set<ShownKey>,
    _ body: (ShownKey, Int) throws -> Void
  ) throws {
    guard !wanted.isEmpty else { return }
    var left = wanted
    do {
      try frame.forEachField(ofTableAt: table) { key, value in
        guard let found = left.remove(try shownKey(frame, key)) else { return }
        try body(found, value)
        if left.isEmpty { throw Done() }
      }
    } catch is Done {}
  }

  private func sorted(_ items: [ShownValue.Item]) -> [ShownValue.Item] {
    let positional = items.filter { $0.key == nil }
    let named = items.filter { $0.key != nil }
    return positional
      + named.sorted { a, b in
        guard let first = a.key, let second = b.key else { return false }
        return first < second
      }
  }
}
