/// A clock of the host's in the place of the system's.

internal import LuaEmbedding

enum HostClock {
  /// Makes `os.time`, `os.date` and `os.clock` tell the host's time: seconds since 1970.
  static func install(_ now: @escaping @Sendable () -> Double, in state: LuaState) throws {
    let time = try state.makeFunction("now") { frame in
      frame.returns(Int64(exactly: now().rounded(.down)) ?? 0)
    }
    let clock = try state.makeFunction("clock") { frame in frame.returns(now()) }
    try state.run(
      """
      local now, clock = ...
      local time, date = os.time, os.date
      os.clock = clock
      os.time = function(t)
        if t == nil then return now() end
        return time(t)
      end
      os.date = function(format, t)
        if t == nil then t = now() end
        return date(format or "%c", t)
      end
      """, name: "=penumbra", arguments: [.reference(time), .reference(clock)])
  }
}
