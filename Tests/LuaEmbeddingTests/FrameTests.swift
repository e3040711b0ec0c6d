// Arguments and results of Swift functions.
import LuaEmbedding
import Testing

struct FrameTests {
  let count = LiveCount()

  @Test func scalarsAreReadStrictly() throws {
    let state = try makeState(count)
    try state.define("f") { frame in
      frame.returns(frame.integer(at: 1).map { "\($0)" } ?? "nil")
      frame.returns(frame.number(at: 1).map { "\($0)" } ?? "nil")
      frame.returns(frame.boolean(at: 1).map { "\($0)" } ?? "nil")
      frame.returns(frame.string(at: 1) ?? "nil")
      frame.returns(frame.isInteger(at: 1))
      frame.returns(frame.truth(at: 1))
    }
    func read(_ argument: String) throws -> [String] {
      try state.run(
        """
        local t = {f(\(argument))}
        for i = 1, #t do t[i] = tostring(t[i]) end
        return table.unpack(t)
        """
      )
      .compactMap(\.string)
    }
    #expect(try read("3") == ["3", "3.0", "nil", "nil", "true", "true"])
    #expect(try read("3.0") == ["3", "3.0", "nil", "nil", "false", "true"])
    #expect(try read("3.5") == ["nil", "3.5", "nil", "nil", "false", "true"])
    #expect(try read("'3'") == ["nil", "nil", "nil", "3", "false", "true"])
    #expect(try read("false") == ["nil", "nil", "false", "nil", "false", "false"])
    #expect(try read("2^63") == ["nil", "9.223372036854776e+18", "nil", "nil", "false", "true"])
    #expect(try read("") == ["nil", "nil", "nil", "nil", "false", "false"])
  }

  @Test(arguments: [
    ("'abc'", "string 'abc'"), ("3.5", "number 3.5"), ("3", "number 3"), ("{}", "table"),
    ("nil", "nil"), ("", "no value"), ("new(1)", "Thing"), ("true", "boolean true"),
    ("print", "function"), ("io.stdout", "FILE*"), ("coroutine.create(print)", "thread"),
    ("(function() local t = new(1) t:release() return t end)()", "released Thing"),
    ("('x'):rep(100)", "string 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'"),
  ])
  func describes(_ argument: String, _ expected: String) throws {
    let state = try makeState(count)
    try state.define("describe") { frame in frame.returns(frame.describe(at: 1)) }
    #expect(try state.text("return describe(\(argument))") == expected)
  }

  @Test func stringsKeepEveryByte() throws {
    let state = try makeState(count)
    try state.define("echo") { frame in
      frame.withStringBytes(at: 1) { frame.returns(bytes: $0) }
    }
    #expect(
      try state.text(
        #"""
        local s = 'a\0b\255\n' .. ('é'):rep(1000)
        return tostring(echo(s) == s and echo('') == '')
        """#
      )
        == "true")
    guard case .bytes(let bytes) = try state.run(#"return '\255\0'"#).first else {
      Issue.record("not bytes")
      return
    }
    #expect(bytes == [255, 0])
  }

  @Test func resultsComeInOrderUpToEight() throws {
    let state = try makeState(count)
    try state.define("many") { frame in
      for i in 1...Int(frame.integer(at: 1) ?? 0) {
        frame.returns(Thing(Double(i), count), as: Things.plain)
      }
    }
    #expect(
      try state.text(
        "local r = {} for i, t in ipairs{many(8)} do r[i] = t:get() end return table.concat(r, ' ')"
      )
        == "1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0")
    let error = luaError { try state.run("many(9)") }
    #expect(
      error?.message == "(chunk):1: too many results from a Swift function"
        || error?.message.hasSuffix("too many results from a Swift function") == true)
    state.collectGarbage()
    #expect(count.live == 0)
  }

  @Test func mixedResults() throws {
    let state = try makeState(count)
    let kept = try #require(try state.run("return {name = 'kept'}").first?.reference)
    try state.define("mixed") { frame in
      frame.returnsNil()
      frame.returns(true)
      frame.returns(42)
      frame.returns(2.5)
      frame.returns("text")
      frame.returns(argument: 1)
      try frame.returns(kept)
      try frame.returns(integers: [1, 2, 3])
    }
    #expect(
      try state.text(
        """
        local a, b, c, d, e, f, g, h = mixed('first')
        assert(a == nil and math.type(c) == 'integer')
        return table.concat({tostring(b), c, d, e, f, g.name, #h, h[3]}, ' ')
        """) == "true 42 2.5 text first kept 3 3")
  }

  @Test func builtTablesSurviveScopes() throws {
    let state = try makeState(count)
    try state.define("build") { frame in
      try frame.returnsTable { table in
        try table.set("a", 1)
        try table.append("one")
        try table.append("two")
        try table.table("inner") { inner in
          try inner.append(2.5)
          try inner.set("thing", Thing(3, count), as: Things.plain)
        }
        try table.table { inner in try inner.set("third", true) }
        try table.function("twice") { frame in frame.returns((frame.integer(at: 1) ?? 0) * 2) }
      }
      try frame.withElement(1, ofTableAt: 1) { _ in
        try frame.returnsTable { try $0.set("scoped", true) }
      }
      try frame.returns(numbers: [0.5, 1.5])
      try frame.returns(strings: ["x", "y"])
    }
    #expect(
      try state.text(
        """
        local t, s, n, w = build{'element'}
        assert(t.a == 1 and t[1] == 'one' and t[2] == 'two' and t[3].third and #t == 3)
        assert(t.inner[1] == 2.5 and t.inner.thing:get() == 3 and t.twice(21) == 42)
        assert(s.scoped == true and n[2] == 1.5 and w[2] == 'y')
        return 'ok'
        """) == "ok")
  }

  @Test func argumentsBeyondTheLastStayNoneInsideScopes() throws {
    let state = try makeState(count)
    try state.define("f") { frame in
      try frame.withElement(1, ofTableAt: 1) { element in
        #expect(frame.integer(at: element) == 5)
        #expect(frame.type(at: 2) == .none)
        #expect(frame.isNoneOrNil(at: 2) && frame.integer(at: 3) == nil)
        #expect(frame.describe(at: 2) == "no value")
      }
      #expect(frame.type(at: 2) == .none)
    }
    try state.run("f{5}")
  }

  @Test func tablesAreReadRaw() throws {
    let state = try makeState(count)
    let dtype = LuaKey("dtype")
    try state.define("read") { frame in
      var seen: [String] = []
      try frame.forEachElement(ofTableAt: 1) { position, index in
        seen.append("\(position)=\(frame.describe(at: index))")
      }
      try frame.withField(dtype, ofTableAt: 1) { seen.append(frame.describe(at: $0)) }
      try frame.withField("other", ofTableAt: 1) { seen.append(frame.describe(at: $0)) }
      try frame.withField("nested", ofTableAt: 1) { nested in
        try frame.withElement(2, ofTableAt: nested) { seen.append(frame.describe(at: $0)) }
        #expect(frame.rawLength(at: nested) == 2)
        #expect(frame.integers(inTableAt: nested) == nil)
      }
      frame.returns(seen.joined(separator: ", "))
    }
    #expect(
      try state.text(
        """
        return read(setmetatable({1, 'two', dtype = 'float32', nested = {1, 2.5}},
          {__index = function() error('metamethod') end, __len = function() error('len') end}))
        """)
        == "1=number 1, 2=string 'two', string 'float32', nil, number 2.5")
    try state.define("fields") { frame in
      var pairs: [String] = []
      try frame.forEachField(ofTableAt: 1) { key, value in
        pairs.append("\(frame.describe(at: key)):\(frame.describe(at: value))")
      }
      frame.returns(pairs.sorted().joined(separator: " "))
    }
    #expect(
      try state.text("return fields{10, x = true, [2.5] = 'y'}")
        == "number 1:number 10 number 2.5:string 'y' string 'x':boolean true")
    let error = luaError { try state.run("fields(3)") }
    #expect(error?.message.hasSuffix("argument 1: expected table, got number 3") == true)
  }

  @Test func bulkNumbers() throws {
    let state = try makeState(count)
    try state.define("sum") { frame in
      frame.returns((frame.numbers(inTableAt: 1) ?? []).reduce(0, +))
      frame.returns(Int(frame.integers(inTableAt: 2)?.reduce(0, +) ?? -1))
    }
    #expect(try state.run("return sum({1, 2.5, 3}, {1, 2, 3})").compactMap(\.number) == [6.5, 6])
    #expect(try state.run("return sum({1, 2.5, 3}, {1, 2.5})").compactMap(\.number) == [6.5, -1])
    try state.define("range") { frame in
      try frame.returns(integers: Array(1...(frame.integer(at: 1) ?? 1)))
    }
    #expect(
      try state.run("local t = range(100000) return #t, t[100000]").compactMap(\.integer) == [
        100_000, 100_000,
      ])
  }

  @Test func callsBack() throws {
    let state = try makeState(count)
    try state.define("map") { frame in
      let results = try frame.call(at: 1, [.number(2), .string("x")])
      frame.returns(results.count)
      let function = try frame.reference(at: 1)
      let direct = try frame.withCall(function, resultCount: 2) { arguments in
        try arguments.push(Thing(4, count), as: Things.plain)
        try arguments.push(argument: 2)
      } _: { first in
        #expect(frame.type(at: 2) == .string)
        return (frame.object(at: first, of: Things.plain)?.x, frame.string(at: first + 1))
      }
      frame.returns(direct.0 ?? -1)
      frame.returns(direct.1 ?? "")
      #expect(frame.argumentCount == 2)
    }
    #expect(
      try state.run("return map(function(...) return ... end, 'arg')").map {
        try state.tostring($0)
      }
        == ["2", "4.0", "arg"])
  }

  @Test func slotsSurviveReentrancy() throws {
    let state = try makeState(count)
    try state.define("outer") { frame in
      frame.returns(Thing(1, count), as: Things.plain)
      frame.returns("first")
      _ = try frame.call(at: 1, [])
      frame.returns(Thing(3, count), as: Things.plain)
    }
    #expect(
      try state.text(
        """
        local depth = 0
        local function again()
          depth = depth + 1
          if depth < 20 then
            local a, s, b = outer(again)
            assert(a:get() == 1 and s == 'first' and b:get() == 3)
          end
        end
        -- finalizers of Lua's enter Swift while results are being pushed
        for i = 1, 200 do
          setmetatable({}, {__gc = function() local a, b = new(9):pair(); assert(b:get() == 9) end})
        end
        collectgarbage('setpause', 1) collectgarbage('setstepmul', 1000)
        for i = 1, 50 do
          depth = 0
          local a, s, b = outer(again)
          assert(a:get() == 1 and s == 'first' and b:get() == 3)
        end
        return 'ok'
        """) == "ok")
    state.close()
    #expect(count.live == 0)
  }
}
