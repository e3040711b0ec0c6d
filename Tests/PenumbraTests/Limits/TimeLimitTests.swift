/// Limits of time and of instructions: whatever a script does, it ends, and its state is intact.

import LuaEmbedding
import Penumbra
import Testing

@Suite(.serialized) struct TimeLimitTests {
  /// Loops in Lua.
  static let loops =
    InterruptTests.endless + [
      "repeat until pcall(error)  while true do xpcall(error, function() while true do end end) end",
      "local co = coroutine.create(function() while true do coroutine.yield() end end) "
        + "while true do coroutine.resume(co) end",
      "local function f() return f() end f()",
      "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) "
        + "while true do pcall(function() return t[1] end) end",
      "while true do local x <close> = setmetatable({}, {__close = function() while true do end end}) end",
      "for i = 1, math.huge do end",
      "table.sort({1, 2, 3}, function() while true do end end)",
      "load(function() while true do end end)",
    ]

  /// Loops inside functions of C, where Lua calls no hook: bounded in a sandbox.
  static let loopsInC = [
    "string.find(('a'):rep(40), ('a?'):rep(40) .. ('a'):rep(40))",
    "string.match(('a'):rep(100000), '.-.-.-.-b')",
    "string.gsub(('a'):rep(1000000), '(.-)(.-)(.-)b', '')",
    "for _ in string.gmatch(('a'):rep(100000), '.*.*.*b') do end",
    "string.find(('a'):rep(3000000), ('a'):rep(1500000) .. 'b', 1, true)",
    "string.find(('ab'):rep(100000), '%f[' .. ('b'):rep(100000) .. ']x')",
    "string.find(('('):rep(100000), '%b()%b()')",
    "string.rep('', math.maxinteger) while true do string.rep('', math.maxinteger) end",
    "table.move({}, 1, math.maxinteger - 1, 2)",
    "table.insert(setmetatable({}, {__len = function() return 1 << 60 end}), 1, 0)",
    "table.remove(setmetatable({}, {__len = function() return 1 << 60 end}), 1)",
    "local t = {} for i = 0, 60 do t[1 << i] = 1 end table.insert(t, 1, 0) while true do end",
    "table.concat(setmetatable({}, {__index = string.len and function() return '' end}), '', 1, 1 << 60)",
    "table.sort(setmetatable({}, {__len = function() return 1 << 30 end}), rawequal)",
    "while true do table.sort({3, 1, 2}) end",
    "local t = {} for i = 1, 300000 do t[i] = (i * 7919) % 300007 end while true do table.sort(t, math.ult) end",
    "while true do pcall(string.find, ('a'):rep(40), ('a?'):rep(40) .. ('a'):rep(40)) end",
  ]

  static let sources = loops.map { ($0, false) } + (loops + loopsInC).map { ($0, true) }

  @Test(arguments: sources)
  func endsInTime(_ source: String, _ isSandboxed: Bool) throws {
    let options = Runtime.Options(
      profile: isSandboxed ? .pure : .trusted, timeLimit: .milliseconds(100))
    let runtime = try Runtime(options)
    let clock = ContinuousClock()
    let start = clock.now
    let error = #expect(throws: LuaError.self) { try runtime.run(source) }
    let time = clock.now - start
    #expect(error?.interruption == .timeLimit, "\(error?.message ?? "")")
    #expect(error?.message.contains("the time limit was reached") == true)
    // 100 ms, and what a crowded machine takes.
    #expect(time < .milliseconds(600), "\(source) took \(time)")
    #expect(plain(try runtime.run("return 1 + 1")) == ["2"])
  }

  /// Single operations that take seconds.
  @Test(arguments: [
    "local x = require('penumbra').ones(5000, 5000) x:matmul(x)",
    """
    local pn = require "penumbra"
    local x, w = pn.randn(16, 32, 128, 128), pn.randn(128, 32, 7, 7)
    pn.conv2d(x, w)
    """,
    """
    local pn = require "penumbra"
    local x, w = pn.randn(16, 32, 128, 128), pn.randn(128, 32, 7, 7):requires_grad_()
    pn.conv2d(x, w):sum():backward()
    """,
  ])
  func longOperationsEndInTime(_ source: String) throws {
    let runtime = try Runtime(Runtime.Options(timeLimit: .milliseconds(500), threads: 1))
    let clock = ContinuousClock()
    let start = clock.now
    let error = #expect(throws: LuaError.self) { try runtime.run(source) }
    #expect(error?.interruption == .timeLimit)
    // Alone they take 2 to 5 seconds on one core; a piece takes a tenth of one.
    #expect(clock.now - start < .milliseconds(1500), "\(clock.now - start)")
    #expect(plain(try runtime.run("return 1 + 1")) == ["2"])
  }

  @Test func aCallInTimeIsLeftAlone() throws {
    let runtime = try Runtime(Runtime.Options(timeLimit: .milliseconds(200)))
    for _ in 1...5 {
      #expect(
        plain(try runtime.run("local s = 0 for i = 1, 1e5 do s = s + 1 end return s")) == ["100000"]
      )
    }
    // The limit is each call's, not the runtime's.
    let clock = ContinuousClock()
    let start = clock.now
    while clock.now - start < .milliseconds(300) { try runtime.run("return 1") }
  }

  @Test func callsByAnyWayAreLimited() throws {
    let runtime = try Runtime(Runtime.Options(timeLimit: .milliseconds(50)))
    let loop = try #require(
      try runtime.run("return function() while true do end end").first?.reference)
    #expect(throws: LuaError.self) { try loop.call() }
    #expect(throws: LuaError.self) { try runtime.call(loop) }
    #expect(throws: LuaError.self) { try runtime.state.call(loop) }
    let table = try #require(
      try runtime.run("return setmetatable({}, {__index = function() while true do end end})")
        .first?
        .reference)
    #expect(throws: LuaError.self) { try table.get("x") }
    #expect(throws: LuaError.self) {
      try runtime.state.withFrame([.reference(loop)]) { try $0.call(at: 1) }
    }
    #expect(plain(try runtime.run("return 1")) == ["1"])
  }

  // MARK: - Instructions

  @Test(arguments: [
    "while true do end", "while true do pcall(function() while true do end end) end",
    "coroutine.wrap(function() while true do end end)()",
    "while true do coroutine.wrap(function() for i = 1, 10 do end end)() end",
  ])
  func aBudgetOfInstructionsEnds(_ source: String) throws {
    let runtime = try Runtime(Runtime.Options(profile: .pure, instructionLimit: 1_000_000))
    let error = #expect(throws: LuaError.self) { try runtime.run(source) }
    #expect(error?.interruption == .instructionLimit)
    #expect(error?.message.contains("the limit of instructions was reached") == true)
    // The next call has a budget of its own.
    #expect(
      plain(try runtime.run("local s = 0 for i = 1, 1e5 do s = s + 1 end return s")) == ["100000"])
    #expect(throws: LuaError.self) { try runtime.run("for i = 1, 2e6 do end") }
  }

  @Test func theSameScriptTakesTheSameBudget() throws {
    func passes(_ limit: Int64) throws -> Bool {
      let runtime = try Runtime(Runtime.Options(profile: .pure, instructionLimit: limit))
      do { try runtime.run("for i = 1, 100000 do end") } catch { return false }
      return true
    }
    // A numeric loop takes one instruction a turn.
    #expect(try passes(99_000) == false)
    #expect(try passes(102_000) == true)
  }
}
