/// What a host says about a runtime before there is one.

public import LuaEmbedding

extension Runtime {
  /// Profile, limits, and what takes the place of the process's own output, clock and files.
  public struct Options: Sendable {
    /// What scripts may do.
    public var profile: Profile
    /// Bytes that Lua's own objects may use. Nil is no limit for a trusted script, and for others a
    /// quarter of the memory that tensors may take.
    public var luaMemoryLimit: Int?
    /// Bytes that the script's tensors may hold; nil for the limit of the process, `MemoryPool.limit`.
    public var tensorMemoryLimit: Int?
    /// How long a call from Swift may take; nil for any time.
    public var timeLimit: Duration?
    /// How many instructions of Lua a call from Swift may run; nil for any number. What functions of C and
    /// Swift do counts as one.
    public var instructionLimit: Int64?
    /// Threads for matrix products and large loops, which the script can lower, not raise; nil for those
    /// of the process. Another number gives sums other last bits.
    public var threads: Int?
    /// Whether `warn` and errors in finalizers reach standard error, or `output`.
    public var warnings: Bool
    /// Gets what the script writes, at the ends of lines, as bytes that are valid inside the call; nil for
    /// the process's own streams. It must not use the runtime.
    public var output: (@Sendable (LuaStream, UnsafeRawBufferPointer) -> Void)?
    /// Seconds since 1970 for `os.time`, `os.date`, `os.clock` and `pn.clock`; nil for the system's.
    public var clock: (@Sendable () -> Double)?
    /// The text of a module by its name, for `require`, asked before files; nil for one that it does not
    /// know.
    public var modules: (@Sendable (String) throws -> String?)?

    public init(
      profile: Profile = .trusted, luaMemoryLimit: Int? = nil, tensorMemoryLimit: Int? = nil,
      timeLimit: Duration? = nil, instructionLimit: Int64? = nil, threads: Int? = nil,
      warnings: Bool = true
    ) {
      self.profile = profile
      self.luaMemoryLimit = luaMemoryLimit
      self.tensorMemoryLimit = tensorMemoryLimit
      self.timeLimit = timeLimit
      self.instructionLimit = instructionLimit
      self.threads = threads
      self.warnings = warnings
    }
  }
}
