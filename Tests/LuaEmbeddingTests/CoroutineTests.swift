// Coroutines: yields, identity, and the functions that stand in for Lua's own.
import LuaEmbedding
import Testing

struct CoroutineTests {
  let count = LiveCount()

  @Test func noYieldAcrossSwift() throws {
    let state = try makeState(count)
    try state.define("through") { frame in _ = try frame.call(at: 1, []) }
    #expect(
      try state.text(
        """
        local co = coroutine.create(function() through(coroutine.yield) end)
        return select(2, coroutine.resume(co))
        """
      )?
      .hasSuffix("attempt to yield across a C-call boundary") == true)
    #expect(
      luaError { try state.run("coroutine.yield()") }?.message.contains(
        "attempt to yield from outside a coroutine") == true)
  }

  @Test func behavesAsStock() throws {
    let state = try makeState(count)
    try state.run(
      """
      local co = coroutine.create(function(a, ...)
        assert(a == 1 and select('#', ...) == 2)
        local b, c = coroutine.yield(10, 20)
        assert(b == 'b' and c == 'c')
        assert(coroutine.isyieldable() and coroutine.status(co or coroutine.running()) == 'running')
        return 'done'
      end)
      local ok, x, y = coroutine.resume(co, 1, 2, 3)
      assert(ok and x == 10 and y == 20 and coroutine.status(co) == 'suspended')
      ok, x = coroutine.resume(co, 'b', 'c')
      assert(ok and x == 'done' and coroutine.status(co) == 'dead')
      ok, x = coroutine.resume(co)
      assert(not ok and x == 'cannot resume dead coroutine')
      assert(coroutine.close(co) == true)
      local w = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
      assert(w() == 1 and w() == 2 and w() == 3 and w() == nil)
      ok, x = pcall(w)
      assert(not ok and x:find('cannot resume dead coroutine', 1, true))
      local e = {}
      ok, x = pcall(coroutine.wrap(function() error(e) end))
      assert(not ok and x == e)
      local closed = false
      local c = coroutine.create(function()
        local v <close> = setmetatable({}, {__close = function() closed = true end})
        coroutine.yield()
      end)
      coroutine.resume(c)
      assert(coroutine.close(c) and closed and coroutine.status(c) == 'dead')
      c = coroutine.create(function()
        local v <close> = setmetatable({}, {__close = function() error('in close', 0) end})
        coroutine.yield()
      end)
      coroutine.resume(c)
      ok, x = coroutine.close(c)
      assert(ok == false and x == 'in close')
      assert(not pcall(coroutine.close, coroutine.running()))
      ok, x = pcall(coroutine.resume, 3)
      assert(not ok and x:find('coroutine expected', 1, true), x)
      ok, x = pcall(coroutine.wrap, 3)
      assert(not ok and x:find('function expected', 1, true), x)
      """)
  }

  @Test func hostLearnsOfChanges() throws {
    let state = try makeState(count)
    var changes: [UInt64] = []
    state.onCoroutineChange = { changes.append($0.id) }
    try state.define("note") { frame in frame.returns(Int(frame.coroutine.id)) }
    try state.define("through") { frame in
      let before = frame.coroutine
      _ = try frame.call(at: 1, [])
      #expect(frame.coroutine == before)
    }
    try state.run(
      """
      assert(note() == 0)
      local a = coroutine.wrap(function() while true do coroutine.yield(note()) end end)
      local b = coroutine.wrap(function() while true do coroutine.yield(note()) end end)
      assert(a() == 1 and a() == 1 and b() == 2 and a() == 1 and note() == 0)
      through(function() b() end)
      """)
    #expect(changes == [1, 2, 1, 0, 2, 0])
    // Addresses return, identities do not.
    #expect(
      try state.run(
        """
        local seen = {}
        for i = 1, 2000 do
          local id = coroutine.wrap(note)()
          assert(not seen[id]) seen[id] = true
          if i % 50 == 0 then collectgarbage() end
        end
        return true
        """
      ).first?.boolean == true)
  }

  @Test func callsFromACoroutineStayInIt() throws {
    let state = try makeState(count)
    let running = try #require(try state.run("return coroutine.running").first?.reference)
    try state.define("who") { frame in
      frame.returns(try frame.state.call(running).last?.boolean ?? true)
    }
    #expect(
      try state.run("return who(), coroutine.wrap(who)()").compactMap(\.boolean) == [true, false])
  }
}
