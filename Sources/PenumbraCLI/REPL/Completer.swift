// Tab: names of globals, fields and methods.

internal import LuaEmbedding

/// Looks names up raw. No metamethod runs, no code of the session, and no object is made.
struct Completer {
  private let state: LuaState
  /// Kept from the start: a session may replace the global.
  private let getmetatable: LuaReference

  init(_ state: LuaState) throws {
    self.state = state
    guard let debug = try state.global("debug").reference,
      let function = try debug.get("getmetatable").reference
    else { throw LuaError(message: "the library function 'debug.getmetatable' is missing") }
    getmetatable = function
  }

  /// What Tab does after a text.
  func tab(after text: String) -> TabAction {
    // At the start of a line Tab indents.
    if text.allSatisfy(\.isWhitespace) { return .insert("  ") }
    guard let target = CompletionTarget(before: text) else { return .nothing }
    if target.owners.isEmpty, target.prefix.isEmpty { return .nothing }
    let names = (try? self.names(for: target)) ?? []
    guard let first = names.first else { return .nothing }
    let common = names.dropFirst().reduce(first) { commonPrefix($0, $1) }
    let addition = String(common.dropFirst(target.prefix.count))
    if !addition.isEmpty { return .insert(addition) }
    return names.count > 1 ? .list(names) : .nothing
  }

  private func commonPrefix(_ a: String, _ b: String) -> String {
    String(zip(a, b).prefix { $0.0 == $0.1 }.map(\.0))
  }

  /// The sorted names that fit.
  func names(for target: CompletionTarget) throws -> [String] {
    let globals = try state.globals()
    var names: Set<String> = []
    try state.withFrame([.reference(globals)]) { frame in
      try descend(frame, 1, target.owners[...]) { slot in
        try collect(frame, slot, target, into: &names)
      }
    }
    if target.owners.isEmpty {
      names.formUnion(LuaName.reservedWords.filter { $0.hasPrefix(target.prefix) })
    }
    return names.sorted()
  }

  // MARK: - Finding the owner

  private func descend(
    _ frame: LuaFrame, _ index: Int, _ path: ArraySlice<String>, _ body: (Int) throws -> Void
  ) throws {
    guard let name = path.first else { return try body(index) }
    try eachFieldTable(frame, index) { table in
      try frame.withField(name, ofTableAt: table) { slot in
        if frame.isNoneOrNil(at: slot) { return false }
        try descend(frame, slot, path.dropFirst(), body)
        return true
      }
    }
  }

  /// Visits the table itself and the tables that `__index` leads to, until the body says true.
  private func eachFieldTable(
    _ frame: LuaFrame, _ index: Int, depth: Int = 0, _ body: (Int) throws -> Bool
  ) throws {
    if frame.type(at: index) == .table, try body(index) { return }
    guard depth < 8, isTableOrString(frame, index) else { return }
    try frame.withCall(getmetatable, resultCount: 1) { arguments in
      try arguments.push(argument: index)
    } _: { metatable in
      guard frame.type(at: metatable) == .table else { return }
      try frame.withField("__index", ofTableAt: metatable) { next in
        guard frame.type(at: next) == .table else { return }
        try eachFieldTable(frame, next, depth: depth + 1, body)
      }
    }
  }

  private func isTableOrString(_ frame: LuaFrame, _ index: Int) -> Bool {
    let type = frame.type(at: index)
    return type == .table || type == .string
  }

  // MARK: - Its names

  private func collect(
    _ frame: LuaFrame, _ index: Int, _ target: CompletionTarget, into names: inout Set<String>
  ) throws {
    if let methods = frame.luaClass(at: index)?.methodNames {
      names.formUnion(methods.filter { $0.hasPrefix(target.prefix) && !$0.hasPrefix("__") })
      return
    }
    var found: Set<String> = []
    try eachFieldTable(frame, index) { table in
      try frame.forEachField(ofTableAt: table) { key, value in
        guard let name = frame.string(at: key), name.hasPrefix(target.prefix),
          LuaName.isName(name), !target.isMethod || frame.type(at: value) == .function
        else { return }
        found.insert(name)
      }
      return false
    }
    names.formUnion(found)
  }
}
