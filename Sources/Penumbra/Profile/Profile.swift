/// What a runtime lets its scripts do: three profiles, and one table of what each opens.

extension Runtime {
  /// How far a script is trusted.
  public enum Profile: Sendable, Equatable {
    /// All of Lua's library and of Penumbra, but for bytecode.
    case trusted
    /// What an experiment needs: the clock, gnuplot, and files under these folders, which must exist. No
    /// process of the script's own, no C modules, no environment.
    case experiment(folders: [String])
    /// Computing only: no files, no clock unless the host gives one, nothing of the host but what it
    /// registers.
    case pure

    /// As the command line and messages name it.
    public var name: String {
      switch self {
      case .trusted: "trusted"
      case .experiment: "experiment"
      case .pure: "pure"
      }
    }

    var isTrusted: Bool { self == .trusted }

    /// What its scripts reach.
    var reaches: Set<Reach> {
      switch self {
      case .trusted: Set(Reach.allCases).subtracting([.bytecode])
      case .experiment: [.itself, .files, .clock]
      case .pure: [.itself]
      }
    }
  }
}

/// What a function of Lua's library reaches beyond the values it is given.
enum Reach: String, CaseIterable {
  /// Nothing: it computes, or writes to the script's own output.
  case itself
  case files
  case clock
  case processes
  case environment
  /// The end of the host's process.
  case exit
  case locale
  case nativeCode = "native code"
  /// Dumping it; loading it is closed to every script.
  case bytecode
  /// The functions on the stack, upvalues, hooks, metatables of other types, the registry.
  case introspection
}

/// Lua's whole library and what each function reaches. A function that is not named here is closed to
/// all profiles but `trusted`.
enum LibraryTable {
  static let libraries = [
    "_G", "coroutine", "debug", "io", "math", "os", "package", "string", "table", "utf8",
  ]

  static let reach: [String: Reach] = {
    var table: [String: Reach] = [:]
    for (library, names, reach) in rows {
      for name in names.split(separator: " ") {
        table[library == "_G" ? String(name) : "\(library).\(name)"] = reach
      }
    }
    return table
  }()

  private static let rows: [(library: String, names: String, reach: Reach)] = [
    (
      "_G",
      "assert collectgarbage error getmetatable ipairs load next pairs pcall print rawequal rawget "
        + "rawlen rawset require select setmetatable tonumber tostring type warn xpcall", .itself
    ),
    ("_G", "dofile loadfile", .files),
    ("coroutine", "close create isyieldable resume running status wrap yield", .itself),
    ("debug", "traceback", .itself),
    (
      "debug",
      "debug gethook getinfo getlocal getmetatable getregistry getupvalue getuservalue sethook "
        + "setcstacklimit setlocal setmetatable setupvalue setuservalue upvalueid upvaluejoin",
      .introspection
    ),
    ("io", "close read type write", .itself),
    ("io", "input lines open output tmpfile", .files),
    ("io", "popen", .processes),
    (
      "math",
      "abs acos asin atan ceil cos deg exp floor fmod log max min modf rad random randomseed sin sqrt "
        + "tan tointeger type ult", .itself
    ),
    ("os", "difftime", .itself),
    ("os", "clock date time", .clock),
    ("os", "remove rename tmpname", .files),
    ("os", "execute", .processes),
    ("os", "exit", .exit),
    ("os", "getenv", .environment),
    ("os", "setlocale", .locale),
    ("package", "searchpath", .files),
    ("package", "loadlib", .nativeCode),
    (
      "string",
      "byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper",
      .itself
    ),
    ("string", "dump", .bytecode),
    ("table", "concat insert move pack remove sort unpack", .itself),
    ("utf8", "char codepoint codes len offset", .itself),
  ]
}
