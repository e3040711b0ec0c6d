// Userdata: classes, release, identity, and attacks with the debug library.
import LuaEmbedding
import Testing

struct ObjectTests {
  let count = LiveCount()

  @Test func methodsAndOperators() throws {
    let state = try makeState(count)
    #expect(
      try state.run("return (new(1) + new(2)):get(), tostring(new(5))").map {
        try state.tostring($0)
      } == ["3.0", "thing 5.0"])
    #expect(try state.text("return getmetatable(new(1)) == false and 'hidden'") == "hidden")
    let error = luaError { try state.run("return new(1) + 3") }
    #expect(error?.message == "(chunk):1: argument 2: expected Thing, got number 3")
  }

  @Test func subclassesAreAccepted() throws {
    let state = try makeState(count)
    #expect(
      try state.text("local s = special(4) return s:kind() .. (s + new(1)):get() .. s:set(2):get()")
        == "special5.02.0")
    let error = luaError { try state.run("new(1):kind()") }
    #expect(error?.message.contains("Thing has no field 'kind'") == true)
  }

  @Test func unknownFieldsSuggest() throws {
    let state = try makeState(count)
    #expect(
      luaError { try state.run("return new(1).clne") }?.message
        == "(chunk):1: Thing has no field 'clne' (did you mean 'clone'?)")
    #expect(
      luaError { try state.run("return new(1)[3]") }?.message
        == "(chunk):1: Thing has no field [number 3]")
    #expect(
      luaError { try state.run("new(1).y = 2") }?.message
        == "(chunk):1: Thing: cannot assign field 'y'")
  }

  @Test func dynamicFields() throws {
    let state = try makeState(count)
    #expect(
      try state.run("local d = dynamic(1) d.x = 5 return d.x, d[10], d:for_()").compactMap(\.number)
        == [5, 15, 1])
    #expect(
      luaError { try state.run("return dynamic(1)['for']") }?.message
        == "(chunk):1: Dynamic has no field 'for' (did you mean 'for_'?)")
    #expect(
      luaError { try state.run("dynamic(1).z = 3") }?.message
        == "(chunk):1: Dynamic: cannot assign field 'z' (did you mean 'x'?)")
  }

  @Test func releaseIsSharedAndFinal() throws {
    let state = try makeState(count)
    try state.run("t = new(1) t:release() t:release()")
    #expect(count.live == 0)
    #expect(luaError { try state.run("t:get()") }?.message == "(chunk):1: Thing was released")
    #expect(
      luaError { try state.run("return t + new(1)") }?.message == "(chunk):1: Thing was released")
    try state.run("do local c <close> = new(2) end collectgarbage('stop')")
    #expect(count.live <= 1)
    try state.run("collectgarbage('restart') collectgarbage()")
    #expect(count.live == 0)
    #expect(
      luaError { try state.run("do local c <close> = new(2); kept = c end return kept:get()") }?
        .message == "(chunk):1: Thing was released")
    #expect(count.live == 0)
  }

  @Test func releaseWhileInUseIsSafe() throws {
    let state = try makeState(count)
    try state.define("use") { frame in
      let thing = try frame.requireObject(at: 1, of: Things.plain)
      _ = try frame.call(at: 2, [])
      #expect(frame.isReleased(at: 1))
      frame.returns(thing.x)
    }
    #expect(
      try state.run("local t = new(6) return use(t, function() t:release() collectgarbage() end)")
        .first?.number == 6)
    #expect(count.live == 0)
  }

  @Test func collectorReleases() throws {
    let state = try makeState(count)
    try state.run("for i = 1, 10000 do local a, b = new(i):pair() end collectgarbage()")
    #expect(count.made == 30000)
    #expect(count.live == 0)
  }

  @Test func equalityIsIdentity() throws {
    let state = try makeState(count)
    let thing = Thing(1, count)
    try state.define("same") { frame in frame.returns(thing, as: Things.plain) }
    #expect(
      try state.run(
        "local a, b = same(), same() return a == b, rawequal(a, b), a == new(1), a ~= io.stdout"
      )
      .compactMap(\.boolean) == [true, false, false, true])
  }

  @Test func identityMapGivesTheSameUserdata() throws {
    let state = try makeState(count)
    let thing = Thing(1, count)
    try state.define("same") { frame in frame.returns(thing, as: Things.mapped) }
    #expect(try state.run("m = same() return rawequal(m, same())").first?.boolean == true)
    try state.setUserValue(1, of: thing, as: Things.mapped, to: .string("hidden"))
    #expect(try state.userValue(1, of: thing, as: Things.mapped).string == "hidden")
    #expect(luaError { try state.setUserValue(3, of: thing, as: Things.mapped, to: 1) } != nil)
    // Gone, then back as a new one.
    try state.run("m = nil collectgarbage() collectgarbage()")
    #expect(try state.userValue(1, of: thing, as: Things.mapped).isNil)
    #expect(try state.run("return rawequal(same(), same())").first?.boolean == true)
    // A released userdata no longer stands for the object.
    try state.run("local m = same() do local c <close> = m end assert(not rawequal(m, same()))")
    #expect(count.live == 1)
  }

  @Test func identityMapUnderPressure() throws {
    let state = try makeState(count)
    try state.run(
      """
      collectgarbage('generational')
      for i = 1, 20000 do local m = mapped(i) end
      collectgarbage('incremental')
      for i = 1, 20000 do local m = mapped(i) end
      collectgarbage()
      """)
    #expect(count.live == 0)
  }

  @Test func userValuesMayFormCycles() throws {
    let state = try makeState(count)
    try state.define("keep") { frame in
      try frame.setUserValue(1, at: 1, to: frame.value(at: 2))
    }
    try state.define("kept") { frame in try frame.returns(frame.userValue(1, at: 1)) }
    #expect(
      try state.run(
        """
        local m = mapped(1) keep(m, function() return m end) collectgarbage()
        return rawequal(kept(m)(), m)
        """
      )
      .first?.boolean == true)
    try state.run("collectgarbage() collectgarbage()")
    #expect(count.live == 0)
  }

  @Test(arguments: [
    "local g = debug.getmetatable(t).__gc g() g(nil) g(3) g({}) g(io.stdout) g(t) g(t)",
    "local c = debug.getmetatable(t).__close c(t) c(t, 'error') c()",
    "debug.setmetatable(t, nil) use(t) t = nil collectgarbage()",
    "debug.setmetatable(t, {}) use(t)",
    "debug.setmetatable(t, debug.getmetatable(mapped(1))) use(t)",
    "debug.setmetatable(io.stdout, debug.getmetatable(t)) use(io.stdout)",
    "debug.getmetatable(t).__gc(io.stdout) io.stdout:write('')",
    "local m = debug.getmetatable(t) for k in pairs(m) do m[k] = nil end use(t)",
    "local m = debug.getmetatable(t) m.__gc = 3 m.__index = 'x' use(t)",
    "debug.getmetatable(t).__index(t, 'get')(3)",
    "debug.getmetatable(t).__index()",
    "debug.getmetatable(t).__index(nil, 'get')()",
    "debug.getmetatable(t).__add()",
    "debug.getmetatable(t).__eq() debug.getmetatable(t).__eq(t) debug.getmetatable(t).__eq(t, 3)",
    "debug.getmetatable(t).__tostring(io.stdout)",
    "debug.getmetatable(t).__newindex()",
    "t.get(io.stdout)",
    "t.get(coroutine.create(print))",
    "debug.setuservalue(t, 1, 1) debug.getuservalue(mapped(1), 99)",
    "debug.setupvalue(new, 1, io.stdout) new(1)",
    "debug.setupvalue(new, 1, 3) new(1)",
    "debug.setupvalue(new, 2, io.stdout) new(1)",
    "debug.setupvalue(t.get, 2, 1 << 40) t:get()",
    "debug.setupvalue(t.get, 1, debug.upvalueid(t.get, 2)) t:get()",
    """
    local r = debug.getregistry()
    for k in pairs(r) do if type(k) == 'userdata' then r[k] = 1 end end
    new(1) mapped(1)
    """,
    """
    local r = debug.getregistry()
    for i in pairs(r) do if math.type(i) == 'integer' and i > 3 then r[i] = 1 end end
    new(1) coroutine.wrap(function() new(2) end)() error('x')
    """,
  ])
  func attacksOnMetatablesDoNotCrash(_ attack: String) throws {
    let state = try makeState(count)
    try state.define("use") { frame in
      _ = frame.object(at: 1, of: Things.plain)
      _ = frame.anyObject(at: 1)
      frame.returns(frame.describe(at: 1))
    }
    try state.run("t = new(1)")
    _ = try? state.run(attack)
    _ = try? state.run("use(t) use(new(2)) collectgarbage() collectgarbage()")
    state.close()
  }

  @Test func swappedMetatableDoesNotFool() throws {
    let state = try makeState(count)
    try state.define("use") { frame in frame.returns(frame.object(at: 1, of: Things.plain) != nil) }
    #expect(
      try state.run(
        """
        local t = new(1)
        local real = debug.getmetatable(t)
        debug.setmetatable(io.stderr, real)
        local forged = use(io.stderr)
        debug.setmetatable(t, debug.getmetatable(mapped(1)))
        local still = use(t)
        debug.setmetatable(t, real)
        return forged, still
        """
      ).compactMap(\.boolean) == [false, true])
    state.collectGarbage()
    #expect(count.live == 0)
  }

  @Test func closingReleasesEverything() throws {
    do {
      let state = try makeState(count)
      // Finalizers that make and use objects while the universe closes.
      try state.run(
        """
        keep = {} for i = 1, 100 do keep[i] = new(i) end
        fin = setmetatable({}, {__gc = function() made = new(1) + new(2); made2 = mapped(3) end})
        """)
      #expect(count.live == 100)
    }
    #expect(count.live == 0)
  }

  @Test func unregisteredClassIsAnError() throws {
    let state = try LuaState()
    let other = LuaClass<Thing>("Other")
    let count = count
    try state.define("f") { frame in frame.returns(Thing(1, count), as: other) }
    #expect(luaError { try state.run("f()") }?.message.contains("not registered") == true)
    state.close()
    #expect(count.live == 0)
  }
}
