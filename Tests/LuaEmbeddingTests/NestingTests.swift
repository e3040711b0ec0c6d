// Errors through every nesting of Swift and Lua, and objects at their end.
import LuaEmbedding
import Testing

struct NestingTests {
  /// Ways to call a function; an error goes through each unchanged.
  static let ways = [
    ("lua", "function(f) return (f()) end"),
    ("swift", "function(f) return swift(f) end"),
    ("wrap", "function(f) return plainwrap(f) end"),
    ("close", "function(f) local c <close> = closing() return (f()) end"),
    ("swiftclose", "function(f) local c <close> = new(1) return (f()) end"),
    ("meta", "function(f) return setmetatable({}, {__index = function() return f() end}).x end"),
    ("pcall", "function(f) local ok, e = pcall(f) if ok then return e end error(e, 0) end"),
    ("xpcall", "function(f) local ok, e = xpcall(f, same) if ok then return e end error(e, 0) end"),
    (
      "sort",
      "function(f) local r table.sort({1, 2}, function() r = f() return false end) return r end"
    ),
    ("gsub", "function(f) local r ('x'):gsub('x', function() r = f() end) return r end"),
  ]

  static let errors = [
    "nil", "false", "12", "1.5", "'text'", "{}", "print", "new(1)", "swifterror",
  ]

  private func prepared(_ count: LiveCount) throws -> LuaState {
    let state = try makeState(count)
    try state.define("swift") { frame in
      let kept = Thing(1, count)
      let result = try frame.call(at: 1, [])
      withExtendedLifetime(kept) {}
      try frame.returns(result.first ?? .nil)
    }
    try state.define("throw") { frame in throw ThingError(code: 9) }
    try state.run(
      """
      function same(e) return e end
      function print2() end
      function closing() return setmetatable({}, {__close = function(_, e) seen = e end}) end
      function plainwrap(f)
        local co = coroutine.create(f)
        local ok, e = coroutine.resume(co)
        if ok then return e end
        coroutine.close(co)
        error(e, 0)
      end
      ways = {\(Self.ways.map { "\($0.0) = \($0.1)" }.joined(separator: ",\n"))}
      """)
    return state
  }

  /// All ways of three levels, with every kind of error: 9000 of them.
  @Test func everyErrorGoesThroughUnchanged() throws {
    let count = LiveCount()
    let state = try prepared(count)
    let names = Self.ways.map { "'\($0.0)'" }.joined(separator: ", ")
    for error in Self.errors {
      let isSwift = error == "swifterror"
      let results = try state.run(
        """
        local v = \(isSwift ? "nil" : error)
        local function raise() \(isSwift ? "throw()" : "error(v, 0)") end
        local names, tried = {\(names)}, 0
        for _, a in ipairs(names) do
          for _, b in ipairs(names) do
            for _, c in ipairs(names) do
              local ok, e = pcall(function()
                return ways[a](function() return ways[b](function() return ways[c](raise) end) end)
              end)
              local same = \(isSwift ? "type(e) == 'string' and e:find('thing error 9', 1, true)" : "rawequal(e, v)")
              if ok or not same then
                error(a .. ' ' .. b .. ' ' .. c .. ': ' .. tostring(ok) .. ' ' .. tostring(e))
              end
              tried = tried + 1
            end
          end
        end
        return tried
        """)
      #expect(results.first?.integer == 1000)
    }
    state.collectGarbage()
    #expect(count.live == 0)
  }

  /// And every value comes back.
  @Test func everyResultComesBack() throws {
    let count = LiveCount()
    let state = try prepared(count)
    try state.run(
      """
      local names = {\(Self.ways.map { "'\($0.0)'" }.joined(separator: ", "))}
      for _, a in ipairs(names) do
        for _, b in ipairs(names) do
          local thing = new(3)
          local got = ways[a](function() return ways[b](function() return thing end) end)
          assert(got == thing and got:get() == 3, a .. ' ' .. b)
        end
      end
      """)
    state.collectGarbage()
    #expect(count.live == 0)
  }

  @Test(arguments: [
    // A handler that fails, with each kind of error; the last one's message is Lua's own.
    ("xpcall(error, function(e) error(e) end, {})", "nil"),
    ("xpcall(throw, function(e) throw() end)", "nil"),
    ("xpcall(throw, function(e) return swift(function() return new(1) end):get() end)", "1.0"),
    ("xpcall(function() new(1):fail() end, print2)", "nil"),
    // A failure in __close takes the place of the first error.
    (
      "pcall(function() local c <close> = setmetatable({}, {__close = function() throw() end}) error({}) end)",
      "thing error 9"
    ),
    // __close during the unwinding of a Swift call calls Swift again.
    (
      """
      pcall(swift, function()
        local c <close> = setmetatable({}, {__close = function() swift(function() return 1 end) end})
        throw()
      end)
      """, "thing error 9"
    ),
    // A finalizer that raises within a Swift call is a warning.
    (
      """
      pcall(swift, function()
        setmetatable({}, {__gc = function() throw() end}) collectgarbage() return 5
      end)
      """, "5"
    ),
    // A yield across a Swift frame, in a pcall in a coroutine in a Swift call.
    (
      "pcall(swift, coroutine.wrap(function() return select(2, pcall(swift, coroutine.yield)) end))",
      "attempt to yield across a C-call boundary"
    ),
    // Through a to-be-closed coroutine.
    (
      """
      coroutine.close((function()
        local co = coroutine.create(function()
          local c <close> = setmetatable({}, {__close = function() throw() end})
          coroutine.yield()
        end)
        coroutine.resume(co)
        return co
      end)())
      """, "thing error 9"
    ),
  ])
  func cornersOfErrors(_ call: String, _ expected: String) throws {
    let count = LiveCount()
    let state = try prepared(count)
    let shown = try state.text("local ok, e = \(call) return tostring(e)") ?? ""
    #expect(expected == "nil" || shown.hasSuffix(expected), "\(shown)")
    #expect(try state.run("return swift(function() return 7 end)").first?.integer == 7)
    state.collectGarbage()
    #expect(count.live == 0)
  }

  /// Each is harmless, and the objects are released once.
  @Test(arguments: [
    // Resurrected by a finalizer, used afterwards, collected again.
    """
    local keep
    do
      local t = new(1)
      setmetatable({}, {__gc = function() keep = t end})
    end
    collectgarbage() collectgarbage()
    if keep then keep:get() end keep = nil
    """,
    // In a table with a finalizer of its own, in a cycle, with weak keys.
    """
    local weak = setmetatable({}, {__mode = 'k'})
    do local t = new(1) weak[t] = {t} setmetatable({t}, {__gc = function(s) s[1]:get() end}) end
    """,
    // Closed twice, by hand, by <close> and by the collector.
    "local t = new(1) do local c <close> = t local d <close> = t t:release() end t = nil",
    // Closed while its own method runs.
    "local t = new(1) pcall(swift, function() t:release() collectgarbage() return t:get() end)",
    // __close with an error under way, in a coroutine that is closed.
    """
    local co = coroutine.create(function() local c <close> = new(1) coroutine.yield() end)
    coroutine.resume(co) coroutine.close(co)
    """,
    // A coroutine that is collected while it holds one.
    "local co = coroutine.create(function() local c <close> = new(1) coroutine.yield() end) coroutine.resume(co)",
    // The class's metatable for another value, and for nothing.
    "local m = debug.getmetatable(new(1)) debug.setmetatable(1, m) pcall(function() return (1):get() end)",
    "local m = debug.getmetatable(new(1)) pcall(setmetatable({}, m).get) pcall(function() local c <close> = setmetatable({}, m) end)",
    "local m = debug.getmetatable(new(1)) for _, f in pairs(m) do pcall(f) pcall(f, nil) pcall(f, {}) pcall(f, io.stdout, 1) end",
    "local m = debug.getmetatable(mapped(1)) m.__mode = 'k' m.__gc(mapped(1)) m.__close(mapped(2), {})",
    "local t = mapped(1) debug.setuservalue(t, t, 1) debug.setuservalue(t, t, 9) t = nil",
    "debug.setmetatable(nil, debug.getmetatable(new(1))) pcall(function() return (nil).x end) debug.setmetatable(nil, nil)",
    "debug.sethook(function() new(1):release() end, 'crl', 1) for i = 1, 50 do local t = new(i) end debug.sethook()",
    """
    local once = true
    local function hook() if once then once = false throw() end end
    pcall(debug.sethook, hook, 'c') pcall(swift, function() end)
    once = true pcall(new, 1) debug.sethook()
    """,
  ])
  func attacksReleaseOnce(_ attack: String) throws {
    let count = LiveCount()
    let state = try prepared(count)
    _ = try? state.run(attack)
    _ = try? state.run("debug.sethook() debug.setmetatable(1, nil)")
    #expect(try state.run("return new(4):get()").first?.number == 4)
    state.close()
    #expect(count.live == 0)
  }

  /// Whoever takes a finalizer away with the debug library loses that object's memory, no more.
  @Test(arguments: [
    "debug.getmetatable(new(1)).__gc = nil",
    "local m = debug.getmetatable(new(1)) m.__gc = print2",
    "local t = new(1) debug.setmetatable(t, {__gc = function(x) keep = x end}) t = nil collectgarbage()",
    "debug.setmetatable(new(1), nil)",
  ])
  func withoutItsFinalizerAnObjectIsLost(_ attack: String) throws {
    let count = LiveCount()
    let state = try prepared(count)
    try state.run(attack)
    try state.run("keep = nil collectgarbage() collectgarbage()")
    #expect(try state.run("local t = new(4) return t:get(), t:release()").first?.number == 4)
    state.close()
    #expect(count.live <= 1)
  }
}
