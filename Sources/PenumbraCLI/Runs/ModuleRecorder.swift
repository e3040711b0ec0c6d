// Copies the modules that a script loads into its run's folder.

internal import LuaEmbedding
internal import PenumbraRuns

enum ModuleRecorder {
  /// Puts a searcher before the one that finds Lua files: it finds nothing, but looks at what the other
  /// will find.
  static func install(_ writer: RunWriter, in state: LuaState) throws {
    let record = try state.makeFunction("record") { frame in
      guard let name = frame.string(at: 1), let path = frame.string(at: 2) else { return }
      try writer.addModule(name, at: path)
    }
    try state.run(
      """
      local record, searchpath = ..., package.searchpath
      table.insert(package.searchers, 2, function(name)
        local path = searchpath(name, package.path)
        if path then record(name, path) end
      end)
      """, name: "=penumbra", arguments: [.reference(record)])
  }
}
