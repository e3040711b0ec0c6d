// A universe that someone else opened and closes.
import CLua
import LuaEmbedding
import Testing

struct BorrowedTests {
  let count = LiveCount()

  @Test func livesAsLongAsTheUniverse() throws {
    weak var weakState: LuaState?
    let lua = try #require(luaL_newstate())
    luaL_openlibs(lua)
    do {
      let state = try LuaState.borrowing(lua)
      weakState = state
      #expect(try LuaState.borrowing(lua) === state)
      try addThings(to: state, count)
      #expect(try state.run("return (new(1) + new(2)):get()").first?.number == 3)
      #expect(luaError { try state.run("new(1):fail()") }?.message == "(chunk):1: thing error 7")
    }
    #expect(weakState != nil)
    #expect(count.live > 0)
    // As the stock interpreter runs a script, without us around.
    let script = """
      local stock = load(string.dump(function() return 5 end))
      assert(stock() == 5)
      keep = new(1)
      local ok, e = pcall(new(1).fail, new(1))
      assert(not ok and e == 'thing error 7', e)
      local co = coroutine.wrap(function() coroutine.yield(new(4)) end)
      assert(co():get() == 4)
      late = setmetatable({}, {__gc = function() local t = keep:get() assert(t == 1) end})
      """
    #expect(luaL_loadstring(lua, script) == LUA_OK)
    let status = lua_pcallk(lua, 0, 0, 0, 0, nil)
    #expect(status == LUA_OK, "\(String(cString: lua_tolstring(lua, -1, nil)))")
    lua_close(lua)
    #expect(weakState == nil)
    #expect(count.live == 0)
  }

  @Test func earlierFinalizersMeetAClosedState() throws {
    let lua = try #require(luaL_newstate())
    luaL_openlibs(lua)
    // Marked before us, so it runs after the context has closed.
    _ = luaL_loadstring(
      lua,
      """
      early = setmetatable({}, {__gc = function()
        assert(not pcall(function() return f() end))
      end})
      """
    )
    #expect(lua_pcallk(lua, 0, 0, 0, 0, nil) == LUA_OK)
    let state = try LuaState.borrowing(lua)
    try state.define("f") { frame in frame.returns(1) }
    try state.setGlobal("g", to: .function("g", { frame in frame.returns(1) }))
    #expect(try state.run("return f() + g()").first?.integer == 2)
    lua_close(lua)
    #expect(luaError { try state.run("return 1") }?.message == "the Lua state was closed")
    #expect(luaError { _ = try state.makeTable([:]) } != nil)
  }

  @Test func globalsStayAsTheyAre() throws {
    let lua = try #require(luaL_newstate())
    luaL_openlibs(lua)
    let names =
      """
      local n = {}
      for k, v in pairs(_G) do n[#n + 1] = k .. tostring(v) end
      for k, v in pairs(coroutine) do n[#n + 1] = k .. tostring(v) end
      table.sort(n)
      return table.concat(n)
      """
    func fingerprint() -> String {
      luaL_loadstring(lua, names)
      lua_pcallk(lua, 0, 1, 0, 0, nil)
      defer { lua_settop(lua, -2) }
      return String(cString: lua_tolstring(lua, -1, nil))
    }
    let before = fingerprint()
    let state = try LuaState.borrowing(lua)
    #expect(fingerprint() == before)
    _ = state
    lua_close(lua)
  }

  @Test func interruptRaisesOnce() throws {
    let lua = try #require(luaL_newstate())
    luaL_openlibs(lua)
    let state = try LuaState.borrowing(lua)
    try state.define("stop") { frame in frame.state.interrupt() }
    luaL_loadstring(lua, "local ok, e = pcall(function() stop() end) return ok, e")
    #expect(lua_pcallk(lua, 0, 2, 0, 0, nil) == LUA_OK)
    #expect(lua_toboolean(lua, -2) == 0)
    #expect(String(cString: lua_tolstring(lua, -1, nil)).hasSuffix("interrupted!"))
    #expect(!state.isInterrupted)
    lua_close(lua)
  }

  @Test func openReportsErrors() throws {
    let lua = try #require(luaL_newstate())
    luaL_openlibs(lua)
    #expect(LuaState.open(lua) { _ in throw ThingError(code: 3) } == -1)
    #expect(String(cString: lua_tolstring(lua, -1, nil)) == "thing error 3")
    lua_settop(lua, 0)
    #expect(LuaState.open(lua) { _ in ["answer": 42] } == 1)
    #expect(lua_getfield(lua, -1, "answer") == LUA_TNUMBER)
    #expect(lua_tointegerx(lua, -1, nil) == 42)
    lua_close(lua)
  }
}
