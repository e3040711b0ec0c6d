// Notes which modules a script asks for.

internal import LuaEmbedding
internal import PenumbraRuns

enum ModuleRecorder {
  /// Copies the modules that a script loads into its run's folder.
  static func install(_ writer: RunWriter, in state: LuaState) throws {
    try install(in: state) { name, found, _ in
      if let found { try writer.addModule(name, at: found) }
    }
  }

  /// Puts a searcher before the one that finds Lua files: it finds nothing, but looks at what the other
  /// will find.
  ///
  /// - Parameter note: gets the module's name, the path of its file if there is one, and all paths where
  ///   it was sought in vain.
  static func install(
    in state: LuaState,
    note: @escaping (_ name: String, _ found: String?, _ tried: [String]) throws -> Void
  ) throws {
    // Called by this state alone, on its thread.
    nonisolated(unsafe) let note = note
    let record = try state.makeFunction("record") { frame in
      guard let name = frame.string(at: 1) else { return }
      let tried = (frame.string(at: 3) ?? "").split(separator: "'").map(String.init)
      try note(name, frame.string(at: 2), tried.filter { $0.contains("/") })
    }
    try state.run(
      """
      local record, searchpath = ..., package.searchpath
      table.insert(package.searchers, 2, function(name)
        if type(package.path) == "string" then record(name, searchpath(name, package.path)) end
      end)
      """, name: "=penumbra", arguments: [.reference(record)])
  }
}
