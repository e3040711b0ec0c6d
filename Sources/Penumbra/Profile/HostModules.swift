/// Modules whose text the host gives.

internal import LuaEmbedding

enum HostModules {
  /// Lets `require` ask the host for a module's text before it looks for files.
  static func install(
    _ text: @escaping @Sendable (String) throws -> String?, in state: LuaState
  ) throws {
    let searcher = try state.makeFunction("package.searchers") { frame in
      guard let name = frame.string(at: 1) else { return }
      guard let text = try text(name) else {
        return frame.returns("no module '\(name)' of the host")
      }
      try frame.returns(try frame.state.load(text, name: "@\(name)"))
      frame.returns(name)
    }
    guard case .reference(let searchers) = try state.libraryValue("package.searchers") else {
      return
    }
    try state.run(
      "local searchers, searcher = ... table.insert(searchers, 2, searcher)", name: "=penumbra",
      arguments: [.reference(searchers), .reference(searcher)])
  }
}
