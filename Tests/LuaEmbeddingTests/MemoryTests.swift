// Memory: failures at every allocation, limits, and external bytes that drive the collector.
import Glibc
import LuaEmbedding
import Testing

/// Touches every way across the border.
private let corpus = """
  local function check(v, what) if not v then error(what or 'wrong', 2) end return v end
  local a, b = new(1):pair()
  check((a + b):get() == 2)
  check(tostring(a) == 'thing 1.0')
  local ok, e = pcall(a.fail, a)
  check(not ok and type(e) == 'string')
  ok, e = pcall(function() return a.unknown end)
  check(not ok)
  local m = mapped(1)
  keep(m, function() return m end)
  check(build{ 'x', name = 'y' }.inner[1] == 'x')
  check(through(function(x) return x:get() end, a) == 1)
  ok, e = pcall(through, function() error({}) end)
  check(not ok)
  check(coroutine.wrap(function(x) coroutine.yield(x:clone()) end)(a):get() == 1)
  do local c <close> = new(3) end
  local s = special(2)
  check(s:kind() == 'special')
  check(load('return 1')() == 1)
  check(select('#', text('abc')) == 2)
  for i = 1, 3 do local t = a + b end
  """

private func addCorpusFunctions(to state: LuaState, _ count: LiveCount) throws {
  try state.define("keep") { frame in try frame.setUserValue(1, at: 1, to: frame.value(at: 2)) }
  try state.define("build") { frame in
    var fields: [String] = []
    try frame.forEachField(ofTableAt: 1) { key, _ in fields.append(frame.describe(at: key)) }
    let name = try frame.withField("name", ofTableAt: 1) { frame.string(at: $0) ?? "" }
    try frame.returnsTable { table in
      try table.set("name", name)
      try table.set("thing", Thing(1, count), as: Things.plain)
      try table.table("inner") { try $0.append("x") }
      try table.append(.array([1, 2.5, "three"]))
    }
  }
  try state.define("through") { frame in
    let result = try frame.withCall(at: 1) { arguments in
      try arguments.push(Thing(1, count), as: Things.plain)
    } _: { first in
      try frame.returns(frame.value(at: first))
      return frame.number(at: first) ?? 0
    }
    frame.returns(result)
    frame.returns(Thing(5, count), as: Things.plain)
  }
  try state.define("text") { frame in
    frame.returns((frame.string(at: 1) ?? "") + "def")
    try frame.returns(integers: [1, 2, 3])
  }
}

struct MemoryTests {
  let count = LiveCount()

  private func makeCorpusState() throws -> LuaState {
    let state = try makeState(count)
    try addCorpusFunctions(to: state, count)
    return state
  }

  @Test(arguments: [2, 1000])
  func everyAllocationMayFail(_ failures: Int) throws {
    var after = 0
    var completed = false
    while !completed {
      let state = try makeCorpusState()
      let chunk = try state.load(corpus)
      state.failAllocations(after: after, count: failures)
      let before = state.allocationRequests
      do {
        _ = try state.call(chunk)
        completed = state.allocationRequests - before <= after
      } catch {
        #expect(error is LuaError, "\(error)")
      }
      state.failAllocations(after: nil)
      // The state works again.
      #expect(throws: Never.self) { try state.call(chunk) }
      state.close()
      #expect(count.live == 0, "leak after failing allocation \(after)")
      after += 1
      if after > 20_000 {
        Issue.record("the sweep does not end")
        return
      }
    }
    #expect(after > 60)
  }

  @Test func openingMayFail() throws {
    // A limit that grows until a state with everything opens.
    var opened = false
    for kilobytes in stride(from: 1, through: 200, by: 1) {
      var options = LuaState.Options(warnings: false)
      options.memoryLimit = kilobytes * 1024
      if let state = try? makeState(count, options) {
        opened = true
        state.close()
      }
    }
    #expect(opened)
    #expect(count.live == 0)
  }

  @Test func memoryLimitIsAnError() throws {
    let state = try makeState(count, .init(memoryLimit: 4 << 20, warnings: false))
    let error = luaError {
      try state.run("local t = {} for i = 1, math.huge do t[i] = ('x'):rep(1000) .. i end")
    }
    #expect(error?.isMemory == true && error?.message == "not enough memory")
    #expect(try state.run("return 1").first?.integer == 1)
    #expect(state.memory.used < 4 << 20 && state.memory.peak <= 4 << 20)
  }

  @Test func failedPushesDoNotHoldObjects() throws {
    let state = try makeState(count)
    try state.define("starve") { [count] frame in
      frame.returns(Thing(1, count), as: Things.plain)
      frame.returns(Thing(2, count), as: Things.plain)
      state.failAllocations(after: Int(frame.integer(at: 1) ?? 0), count: 2)
    }
    try state.run("for i = 1, 5000 do pcall(starve, i % 2) end")
    state.failAllocations(after: nil)
    // Only what the last failures left may wait for the next use.
    state.collectGarbage()
    #expect(count.live <= 4)
    state.close()
    #expect(count.live == 0)
  }

  /// A megabyte outside Lua, counted.
  final class Buffer {
    let counter: UnsafeMutablePointer<Int64>
    let peak: UnsafeMutablePointer<Int64>
    let memory: UnsafeMutableRawPointer?

    init(_ counter: UnsafeMutablePointer<Int64>, _ peak: UnsafeMutablePointer<Int64>) {
      self.counter = counter
      self.peak = peak
      memory = malloc(1 << 20)
      counter.pointee += 1 << 20
      peak.pointee = max(peak.pointee, counter.pointee)
    }

    deinit {
      free(memory)
      counter.pointee -= 1 << 20
    }

    static let luaClass = LuaClass<Buffer>("Buffer")
  }

  @Test(arguments: [
    "", "collectgarbage('generational')", "ballast = {} for i = 1, 1e5 do ballast[i] = {} end",
  ])
  func externalBytesDriveTheCollector(_ preparation: String) throws {
    let counter = UnsafeMutablePointer<Int64>.allocate(capacity: 2)
    counter.initialize(repeating: 0, count: 2)
    defer { counter.deallocate() }
    let state = try LuaState()
    state.externalBytes = UnsafePointer(counter)
    try state.register(Buffer.luaClass)
    try state.define("buffer") { frame in
      frame.returns(Buffer(counter, counter + 1), as: Buffer.luaClass)
    }
    try state.run(preparation + " for i = 1, 10000 do local b = buffer() end")
    #expect(counter[1] < 200 << 20, "peak \(counter[1] >> 20) MB")
    #expect(counter[1] > 0)
    state.close()
    #expect(counter[0] == 0)
  }

  @Test func aStoppedCollectorStaysStopped() throws {
    let counter = UnsafeMutablePointer<Int64>.allocate(capacity: 2)
    counter.initialize(repeating: 0, count: 2)
    defer { counter.deallocate() }
    let state = try LuaState()
    state.externalBytes = UnsafePointer(counter)
    try state.register(Buffer.luaClass)
    try state.define("buffer") { frame in
      frame.returns(Buffer(counter, counter + 1), as: Buffer.luaClass)
    }
    try state.run("collectgarbage('stop') for i = 1, 500 do local b = buffer() end")
    #expect(counter[0] == 500 << 20)
    try state.run("collectgarbage('restart') collectgarbage()")
    #expect(counter[0] == 0)
  }

  @Test func referencesAreGivenBack() throws {
    let state = try makeState(count)
    try state.define("refer") { frame in _ = try frame.reference(at: 1) }
    try state.run("for i = 1, 1000 do refer{} end collectgarbage()")
    let before = state.memory.used
    try state.run("for i = 1, 50000 do refer{} end collectgarbage()")
    #expect(state.memory.used < before + 20_000)
    for _ in 0..<5000 { _ = try state.run("return {}") }
    state.collectGarbage()
    #expect(state.memory.used < before + 40_000)
  }

  @Test func functionsAreReleasedWithTheirLuaFunction() throws {
    let state = try makeState(count)
    for i in 0..<100 {
      let thing = Thing(Double(i), count)
      let function = try state.makeFunction("f") { frame in frame.returns(thing.x) }
      #expect(try function.call().first?.number == Double(i))
    }
    try state.run("return 1")
    state.collectGarbage()
    #expect(count.live == 0)
  }
}
