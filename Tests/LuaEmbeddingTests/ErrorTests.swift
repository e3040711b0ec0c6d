// Errors: value, identity, position, traceback, in both directions.
import LuaEmbedding
import Testing

struct ErrorTests {
  let count = LiveCount()

  @Test func swiftErrorsBecomeStringsWithPosition() throws {
    let state = try makeState(count)
    try state.define("speak") { _ in throw SpokenError() }
    #expect(
      try state.text("local ok, e = pcall(function()\n speak() end) return e")
        == "(chunk):2: matmul: argument 2: expected [128, n], got [64, 10]")
    let error = try #require(luaError { try state.run("\n\nnew(1):fail()", name: "@script.lua") })
    #expect(error.message == "script.lua:3: thing error 7")
    #expect(error.file == "script.lua" && error.line == 3)
    #expect(error.underlying as? ThingError == ThingError(code: 7))
    #expect(
      error.traceback.contains("script.lua:3:") && error.traceback.hasPrefix("stack traceback:"))
    #expect(error.description == "\(error.message)\n\(error.traceback)")
    state.collectGarbage()
    #expect(count.live == 0)
  }

  @Test func identitySurvivesPcallAndRethrow() throws {
    let state = try makeState(count)
    let error = try #require(
      luaError {
        try state.run("local ok, e = pcall(new(1).fail, new(1)) assert(not ok) error(e, 0)")
      })
    #expect(error.underlying as? ThingError == ThingError(code: 7))
    // Another string is another error.
    let other = luaError {
      try state.run("local ok, e = pcall(new(1).fail, new(1)) error(e .. '!', 0)")
    }
    #expect(other?.underlying == nil && other?.message.hasSuffix("thing error 7!") == true)
  }

  @Test func luaValuesPassThroughSwift() throws {
    let state = try makeState(count)
    try state.define("through") { frame in _ = try frame.call(at: 1, []) }
    for value in [
      "{code = 5}", "'text'", "3", "2.5", "nil", "true", "print", "new(1)",
      "coroutine.create(print)",
    ] {
      #expect(
        try state.run(
          """
          local v = \(value)
          local function raise() error(v, 0) end
          local ok, e = pcall(through, function() through(raise) end)
          return not ok and rawequal(e, v)
          """
        )
        .first?.boolean == true, "\(value)")
    }
  }

  @Test func swiftErrorPassesTwoBorders() throws {
    let state = try makeState(count)
    var seen: LuaError?
    try state.define("through") { frame in
      do { _ = try frame.call(at: 1, []) } catch {
        seen = error as? LuaError
        throw error
      }
    }
    let error = try #require(
      luaError { try state.run("through(function()\n new(1):fail() end)", name: "@s.lua") })
    #expect(error.message == "s.lua:2: thing error 7")
    #expect(error.underlying as? ThingError == ThingError(code: 7))
    #expect(seen?.underlying as? ThingError == ThingError(code: 7))
    // The first traceback, the deepest, is kept.
    #expect(error.traceback == seen?.traceback)
    #expect(error.traceback.contains("s.lua:2:"))
  }

  @Test func errorValues() throws {
    let state = try makeState(count)
    let table = luaError { try state.run("error{code = 5}") }
    #expect(table?.message == "(error object is a table value)")
    #expect(try table?.value.reference?.get("code").integer == 5)
    let spoken = luaError {
      try state.run("error(setmetatable({}, {__tostring = function() return 'spoken' end}))")
    }
    #expect(spoken?.message == "spoken")
    #expect(luaError { try state.run("error()") }?.message == "(error object is a nil value)")
    let looping = luaError {
      try state.run("error(setmetatable({}, {__tostring = function() error('again') end}))")
    }
    #expect(looping?.message == "(error object is a table value)")
    let syntax = luaError { _ = try state.load("x = = 1", name: "@bad.lua") }
    #expect(syntax?.file == "bad.lua" && syntax?.line == 1)
    #expect(syntax?.message.contains("unexpected symbol near '='") == true)
  }

  @Test func hostErrorsKeepTheirValue() throws {
    let state = try makeState(count)
    try state.define("own") { _ in throw LuaError(message: "own message") }
    #expect(luaError { try state.run("own()") }?.message == "(chunk):1: own message")
    let other = try LuaState()
    let foreign = try #require(luaError { try other.run("error({})") })
    try state.define("foreign") { _ in throw foreign }
    #expect(
      luaError { try state.run("foreign()") }?.message
        == "(chunk):1: (error object is a table value)")
    let value = try other.run("return {}").first ?? .nil
    #expect(
      luaError { try state.setGlobal("x", to: value) }?.message
        == "the value belongs to another Lua state")
  }

  @Test func manyErrorsDoNotAccumulate() throws {
    let state = try makeState(count)
    try state.define("through") { frame in _ = try frame.call(at: 1, []) }
    try state.run(
      "for i = 1, 1000 do pcall(through, function() new(1):fail() end) end collectgarbage()")
    let before = state.memory.used
    try state.run(
      "for i = 1, 20000 do pcall(through, function() new(1):fail() end) end collectgarbage()")
    #expect(state.memory.used < before + 50_000)
    #expect(count.live == 0)
  }

  @Test func stackOverflowIsAnError() throws {
    let state = try makeState(count)
    #expect(
      luaError { try state.run("local function f() return 1 + f() end f()") }?.message.contains(
        "stack overflow") == true)
    #expect(
      luaError {
        try state.run(
          """
          local t = setmetatable({}, {__index = function(t, k) return t[k] end})
          return t.x
          """
        )
      }?.message.contains("overflow") == true)
    #expect(try state.run("return 1").first?.integer == 1)
  }

  @Test func recursionThroughBothLanguagesIsAnError() throws {
    let state = try makeState(count)
    try state.define("swift") { frame in
      let kept = Thing(1, count)
      frame.returns(kept, as: Things.plain)
      _ = try frame.call(at: 1, [frame.value(at: 1)])
    }
    let error = luaError { try state.run("local function lua(f) swift(lua) end lua()") }
    #expect(error?.message.contains("C stack overflow") == true)
    let inCoroutines = luaError {
      try state.run("local function lua() coroutine.wrap(function() swift(lua) end)() end lua()")
    }
    #expect(inCoroutines?.message.contains("C stack overflow") == true)
    #expect(try state.run("return swift(function() end):get()").first?.number == 1)
    state.collectGarbage()
    #expect(count.live == 0)
  }

  @Test func closedStateThrows() throws {
    let state = try makeState(count)
    let reference = try #require(try state.run("return {}").first?.reference)
    state.close()
    state.close()
    #expect(luaError { try state.run("return 1") }?.message == "the Lua state was closed")
    #expect(luaError { _ = try reference.get("x") }?.message == "the Lua state was closed")
    #expect(reference.type == .none)
  }

  @Test func closeInTheMidstIsDeferred() throws {
    let state = try makeState(count)
    try state.define("close") { _ in state.close() }
    #expect(try state.run("close() return new(1):get()").first?.number == 1)
    #expect(luaError { try state.run("return 1") }?.message == "the Lua state was closed")
    #expect(count.live == 0)
  }

  @Test func errorsInsideFinalizersAndClose() throws {
    let state = try makeState(count)
    try state.run("setmetatable({}, {__gc = function() new(1):fail() end}) collectgarbage()")
    let error = luaError {
      try state.run(
        """
        local x <close> = setmetatable({}, {__close = function() new(1):fail() end})
        error('first')
        """
      )
    }
    #expect(error?.underlying as? ThingError == ThingError(code: 7))
    state.collectGarbage()
    #expect(count.live == 0)
  }
}
