// Interrupts: nothing a script does may swallow one.
import Glibc
import LuaEmbedding
import Testing

private func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Interrupts a state from another thread after 50 ms, while a body runs; the time from then on.
private func interrupting(_ state: LuaState, _ body: () throws -> Void) -> (LuaError?, Double) {
  final class Job: Sendable {
    let handle: InterruptHandle
    init(_ handle: InterruptHandle) { self.handle = handle }
  }
  var thread = pthread_t()
  let job = Unmanaged.passRetained(Job(state.interruptHandle))
  pthread_create(
    &thread, nil,
    { argument in
      guard let argument else { return nil }
      let job = Unmanaged<Job>.fromOpaque(argument).takeRetainedValue()
      usleep(50_000)
      job.handle.interrupt()
      return nil
    }, job.toOpaque())
  let start = now()
  let error = luaError(body)
  let elapsed = now() - start - 0.05
  pthread_join(thread, nil)
  return (error, elapsed)
}

@Suite(.serialized)
struct InterruptTests {
  let count = LiveCount()

  @Test(arguments: [
    "while true do end",
    "while true do local x = new(1) end",
    "coroutine.wrap(function() while true do end end)()",
    """
    local co = coroutine.create(function() while true do end end)
    while true do coroutine.resume(co) end
    """,
    "while true do pcall(function() while true do end end) end",
    "while true do coroutine.wrap(function() pcall(function() while true do end end) end)() end",
    """
    local function nest(n) if n == 0 then while true do end end
      local function again() pcall(nest, n - 1) while true do end end
      pcall(function() coroutine.wrap(again)() end) end
    while true do nest(10) end
    """,
    "while true do xpcall(function() while true do end end, function() while true do end end) end",
    "while true do xpcall(function() error('x') end, function() while true do end end) end",
    """
    local function forever() while true do end end
    xpcall(function() through(forever) end, forever)
    """,
    "while true do pcall(through, function() while true do end end) end",
    "local f f = function() return pcall(f) end f() while true do end",
    """
    local forever = {__close = function() while true do end end}
    while true do local c <close> = setmetatable({}, forever) end
    """,
    """
    local w = coroutine.wrap(function() while true do coroutine.yield() end end)
    while true do w() end
    """,
    "for i = 1, math.huge do pcall(error, 'x') end",
    "while true do pcall(string.rep) end",
    "goto a ::a:: goto a",
    "local t = setmetatable({}, {__index = function() while true do end end}) return t.x",
    """
    local co = coroutine.create(function()
      local c <close> = setmetatable({}, {__close = function() while true do end end})
      coroutine.yield()
    end)
    coroutine.resume(co)
    coroutine.close(co)
    """,
    "table.sort({1, 2, 3}, function() while true do end end)",
  ])
  func stopsEverything(_ script: String) throws {
    let state = try makeState(count)
    try state.define("through") { frame in _ = try frame.call(at: 1, []) }
    let (error, elapsed) = interrupting(state) { try state.run(script) }
    let found = try #require(error)
    #expect(found.isInterrupt)
    #expect(found.message.hasSuffix("interrupted!"))
    #expect(elapsed < 0.2)
    // Usable afterwards, and not interrupted any more.
    #expect(!state.isInterrupted)
    #expect(
      try state.run("local n = 0 for i = 1, 100000 do n = n + 1 end return n").first?.integer
        == 100_000)
    #expect(
      try state.run("return coroutine.wrap(function() return pcall(function() return 1 end) end)()")
        .count == 2)
    #expect(try state.run("return debug.gethook() == nil").first?.boolean == true)
    state.close()
    #expect(count.live == 0)
  }

  @Test func stopsMetamethodsCalledFromTheHost() throws {
    let state = try makeState(count)
    let table = try #require(
      try state.run("return setmetatable({}, {__index = function() while true do end end})").first?
        .reference)
    let (error, _) = interrupting(state) { _ = try table.get("x") }
    #expect(error?.isInterrupt == true && !state.isInterrupted)
  }

  @Test func swiftFunctionsPollTheFlag() throws {
    let state = try makeState(count)
    let flag = state.interruptHandle.flag
    try state.define("kernel") { _ in
      while UnsafeRawPointer(flag).loadUnaligned(as: Int32.self) == 0 { usleep(1000) }
    }
    let (error, elapsed) = interrupting(state) { try state.run("pcall(kernel) while true do end") }
    #expect(error?.isInterrupt == true && elapsed < 0.2)
  }

  @Test func swallowedBySwiftIsStillRaised() throws {
    let state = try makeState(count)
    try state.define("swallow") { frame in _ = try? frame.call(at: 1, []) }
    let (error, _) = interrupting(state) {
      try state.run("while true do swallow(function() while true do end end) end")
    }
    #expect(error?.isInterrupt == true)
  }

  @Test func pendingStopsTheNextCall() throws {
    let state = try makeState(count)
    state.interrupt()
    #expect(luaError { try state.run("return 1") }?.isInterrupt == true)
    #expect(try state.run("return 1").first?.integer == 1)
    state.interrupt()
    state.clearInterrupt()
    #expect(
      try state.run("local n = 0 for i = 1, 10 do n = n + i end return n").first?.integer == 55)
  }

  @Test func scopesCloseWhileUnwinding() throws {
    let state = try makeState(count)
    var closed = 0
    let scope = LuaClass<Thing>(
      "Scope", metamethods: [("__close", { frame in frame.release(at: 1) })])
    try state.register(scope)
    let count = count
    try state.define("scope") { frame in frame.returns(Thing(0, count), as: scope) }
    try state.define("count") { _ in closed += 1 }
    let (error, _) = interrupting(state) {
      try state.run("local s <close> = scope() local t <close> = new(1) while true do end")
    }
    #expect(error?.isInterrupt == true)
    #expect(count.live == 0)
  }

  @Test func signalInterrupts() throws {
    let state = try makeState(count)
    let installation = SignalInterrupt.install(for: state, signal: SIGUSR1)
    let isInstalled = installation.isInstalled
    #expect(isInstalled)
    // To the process: the test runner's worker threads block signals.
    try state.define("raise") { _ in kill(getpid(), SIGUSR1) }
    #expect(luaError { try state.run("raise() while true do end") }?.isInterrupt == true)
    #expect(luaError { try state.run("pcall(raise) while true do end") }?.isInterrupt == true)
    installation.restore()
    signal(SIGUSR1, SIG_IGN)
    #expect(try state.run("raise() return 5").first?.integer == 5)
    signal(SIGUSR1, SIG_DFL)
  }

  @Test func stormOfInterruptsFromAnotherThread() throws {
    let state = try makeState(count)
    final class Storm: @unchecked Sendable {
      let handle: InterruptHandle
      init(_ handle: InterruptHandle) { self.handle = handle }
    }
    var thread = pthread_t()
    let storm = Unmanaged.passRetained(Storm(state.interruptHandle))
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let storm = Unmanaged<Storm>.fromOpaque(argument).takeRetainedValue()
        for _ in 0..<3000 {
          storm.handle.interrupt()
          usleep(50)
        }
        return nil
      }, storm.toOpaque())
    var stopped = 0
    for _ in 0..<2000 {
      let error = luaError {
        try state.run(
          """
          local function deep(n) if n > 0 then return 1 + deep(n - 1) end return 0 end
          for i = 1, 20 do
            coroutine.wrap(function() pcall(deep, 100) new(1) coroutine.yield() end)()
          end
          """)
      }
      if error?.isInterrupt == true { stopped += 1 }
    }
    pthread_join(thread, nil)
    state.clearInterrupt()
    #expect(stopped > 0)
    #expect(try state.run("return 1").first?.integer == 1)
    state.close()
    #expect(count.live == 0)
  }
}
