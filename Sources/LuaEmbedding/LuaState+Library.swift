// Changing Lua's own library before any script has run: functions replaced, guarded, bounded.
internal import CLuaShims

extension LuaState {
  /// Puts a function of the host's in the place of one of Lua's, by its name: "os.clock", "print".
  public func replaceLibraryFunction(_ path: String, _ body: @escaping LuaFunction) throws {
    let (table, name) = try library(path)
    try table.set(name, to: .function(path, body))
  }

  /// Sets any value of the library: "package.path".
  public func setLibraryValue(_ path: String, to value: LuaValue) throws {
    let (table, name) = try library(path)
    try table.set(name, to: value)
  }

  /// The value of a name of the library.
  public func libraryValue(_ path: String) throws -> LuaValue {
    let (table, name) = try library(path)
    return try table.get(name)
  }

  /// The names of a library's values, or of the globals for "_G", sorted.
  public func libraryNames(_ library: String) throws -> [String] {
    guard let table = try global(library).reference else { return [] }
    var names: [String] = []
    try withFrame([.reference(table)]) { frame in
      try frame.forEachField(ofTableAt: 1) { key, _ in
        if let name = frame.string(at: key) { names.append(name) }
      }
    }
    return names.sorted()
  }

  /// Puts a judge before a function of Lua's library.
  ///
  /// - Parameters:
  ///   - paths: which arguments are paths, from 1.
  ///   - isSoft: whether a refusal is the three results nil, reason, EACCES, as from `io.open`; an error
  ///     otherwise.
  ///   - judge: gets the arguments; returns why they are refused, or nil.
  public func guardLibraryFunction(
    _ path: String, paths: [Int], isSoft: Bool, judge: @escaping @Sendable (LuaFrame) -> String?
  ) throws {
    let (table, name) = try library(path)
    let stack = try openStack()
    let guarded = try stack.restoringTop {
      try pushFunction(
        path,
        { frame in
          if let reason = judge(frame) { frame.returns(reason) } else { frame.returnsNil() }
        }, on: stack)
      try stack.push(table.get(name))
      let bits = paths.reduce(Int32(0)) { $0 | 1 << Int32($1 - 1) }
      try stack.check(luashim_push_guarded(stack.lua, bits, isSoft))
      return try stack.reference(-1)
    }
    try table.set(name, to: .reference(guarded))
  }

  /// Makes every function of Lua's library stop when it is asked to, and refuses finalizers.
  ///
  /// Matching of patterns, `table.insert`, `remove`, `move`, `concat` and `sort` can otherwise run as long
  /// as they like inside C; so can what `__gc` names, since Lua calls no hook there.
  public func boundLibraryFunctions() throws {
    let stack = try openStack()
    try stack.restoringTop {
      try stack.reserve(4)
      try stack.check(luashim_bound_functions(context))
    }
  }

  /// Takes the metatable of open files out of the reach of scripts.
  public func protectFiles() throws {
    let stack = try openStack()
    try stack.restoringTop {
      try stack.reserve(4)
      try stack.check(luashim_protect_files(stack.lua))
    }
  }

  /// The table that a name is in, and the name in it.
  private func library(_ path: String) throws -> (table: LuaReference, name: String) {
    guard let dot = path.firstIndex(of: ".") else { return (try globals(), path) }
    guard let table = try global(String(path[..<dot])).reference else {
      throw LuaError(message: "there is no library '\(path[..<dot])'")
    }
    return (table, String(path[path.index(after: dot)...]))
  }
}
