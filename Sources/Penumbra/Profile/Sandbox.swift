/// Closes to a state's scripts what their profile does not open.

internal import LuaEmbedding
internal import PenumbraTensor

/// Applied once, before any script runs.
struct Sandbox {
  let state: LuaState
  let profile: Runtime.Profile
  let permissions: Permissions
  /// Whether the host gave a clock.
  let hasClock: Bool

  func close() throws {
    guard !profile.isTrusted else { return }
    try state.boundLibraryFunctions()
    try state.protectFiles()
    try RandomSeed.install(in: state)
    try restrictCollector()
    var open = profile.reaches
    if hasClock { open.insert(.clock) }
    for library in LibraryTable.libraries {
      for name in try state.libraryNames(library) {
        let path = library == "_G" ? name : "\(library).\(name)"
        guard case .reference(let value) = try state.libraryValue(path), value.type == .function
        else { continue }
        let reach = LibraryTable.reach[path]
        if let reach, open.contains(reach) { continue }
        let reason = refusal(path, reach)
        try state.replaceLibraryFunction(path) { _ in throw Refusal(luaMessage: reason) }
      }
    }
    try ModuleSearch(state: state, permissions: permissions).install()
    if open.contains(.files) { try guardFiles() }
  }

  private func refusal(_ path: String, _ reach: Reach?) -> String {
    let what = reach.map { "the \($0.rawValue) of the host" } ?? "this function"
    let words: [Reach: String] = [
      .files: "files may not be touched", .clock: "there is no clock",
      .processes: "processes may not be started", .environment: "the environment is closed",
      .exit: "the host's process is not the script's to end",
      .locale: "the locale is that of the whole process",
      .nativeCode: "native code may not be loaded", .bytecode: "bytecode is closed",
      .introspection: "of debug only traceback is open",
    ]
    let reason = reach.flatMap { words[$0] } ?? "\(what) is closed"
    return "\(path): refused: \(reason) (\(permissions.owner))"
  }

  /// The collector's tuning belongs to the host.
  private func restrictCollector() throws {
    let owner = permissions.owner
    try state.guardLibraryFunction("collectgarbage", paths: [], isSoft: false) { frame in
      let option = frame.isNoneOrNil(at: 1) ? "collect" : frame.string(at: 1)
      if let option,
        ["stop", "restart", "incremental", "generational"].contains(option)
          || option.hasPrefix("set")
      {
        return "collectgarbage: refused: '\(option)' is the host's (\(owner))"
      }
      return nil
    }
  }

  // MARK: - Files

  private func guardFiles() throws {
    let permissions = permissions
    // A function's path arguments, and whether a refusal is a result.
    let functions: [(name: String, paths: [Int], isSoft: Bool)] = [
      ("io.open", [1], true), ("io.lines", [1], false), ("io.input", [1], false),
      ("io.output", [1], false), ("os.remove", [1], true), ("os.rename", [1, 2], true),
      ("loadfile", [1], true), ("dofile", [1], false),
    ]
    for (name, paths, isSoft) in functions {
      let needsPath = name.hasSuffix("file")
      try state.guardLibraryFunction(name, paths: paths, isSoft: isSoft) { frame in
        if needsPath, frame.isNoneOrNil(at: 1) {
          return "\(name): refused: standard input is closed (\(permissions.owner))"
        }
        return Sandbox.refusal(name, paths, frame, permissions)
      }
    }
    try state.replaceLibraryFunction("io.tmpfile") { _ in
      throw Refusal(
        luaMessage: "io.tmpfile: refused: its file lies outside the folders that are open to the "
          + "script (\(permissions.owner))")
    }
    try state.replaceLibraryFunction("os.tmpname") { frame in
      frame.returns(try TemporaryName.make(permissions))
    }
  }

  /// Why a file may not be opened, or nil. Lua's library sees a path up to its first zero byte.
  private static func refusal(
    _ name: String, _ paths: [Int], _ frame: LuaFrame, _ permissions: Permissions
  ) -> String? {
    for index in paths {
      guard let path = frame.string(at: index) else { continue }
      let seen = String(decoding: path.utf8.prefix { $0 != 0 }, as: UTF8.self)
      if !permissions.allows(path: seen) {
        return
          "\(name): '\(seen)': refused: the file lies outside the folders that are open to the "
          + "script (\(permissions.owner))"
      }
      if let kind = SpecialFile.kind(of: seen) {
        return "\(name): '\(seen)': refused: \(kind) (\(permissions.owner))"
      }
    }
    return nil
  }
}

/// What a closed function raises.
struct Refusal: LuaRaisable {
  let luaMessage: String
}
