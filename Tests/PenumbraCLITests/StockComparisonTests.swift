// The command against the stock interpreter: same output, same errors, same exit code.

import Testing

@Suite struct StockComparisonTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var input = ""
    var environment: [String: String] = [:]

    init(_ arguments: String..., input: String = "", environment: [String: String] = [:]) {
      self.arguments = arguments
      self.input = input
      self.environment = environment
    }

    var testDescription: String {
      let variables = environment.map { "\($0.key)='\($0.value)' " }.joined()
      let words = arguments.map { "'\($0)'" }.joined(separator: " ")
      return variables + "lua " + words + (input.isEmpty ? "" : " <<< '\(input)'")
    }
  }

  static let files = [
    "args.lua": """
    local low = 0
    while arg[low - 1] do low = low - 1 end
    for i = low, #arg do print(i, arg[i]) end
    print(select("#", ...), ...)
    """,
    "shebang.lua": "#!/usr/bin/env lua\nprint('shebang', ...)\nerror('line three')\n",
    "mod.lua": "return { name = ..., path = select(2, ...) }",
    "my-mod.lua": "return { name = ... }",
    "error.lua": "local function f()\n  local x = nil\n  return x.y\nend\nf()\n",
    "deep.lua": "local function f(n) if n == 0 then error('deep') end f(n - 1) end f(15)",
    "object.lua": "error(setmetatable({}, { __tostring = function() return 'my object' end }))",
    "syntax.lua": "print('never')\nx = = 1\n",
    "closing.lua": """
    setmetatable({}, { __gc = function() print('collected at exit') end })
    local guard <close> = setmetatable({}, { __close = function() print('closed') end })
    print('main')
    """,
    "init.lua": "print('init file', arg and arg[0])",
    "doc": "print('a script called doc', ...)",
    "stdin.lua": "print(io.read('n', 'l', 'a'))",
    "yield.lua": """
    local co = coroutine.wrap(function(a)
      for i = 1, 3 do a = coroutine.yield(a * i) end
      error('in co')
    end)
    print(co(2), co(3), co(4))
    print(pcall(co, 5))
    """,
    "warn.lua": "warn('one') warn('@on') warn('two', ' parts') warn('@off') warn('three')",
    "binary.lua": "io.write('\\xff\\0\\xfe', #arg[1])",
  ]

  static let cases = [
    // Chunks on the command line.
    Case("-e", "print(1, 2.5, 'x', nil, true, 1//0.0, -0.0, 2^53, 1e100)"),
    Case("-eprint(1)"),
    Case("-e", "x = 1", "-e", "print(x)"),
    Case("-e", "print(arg[0], arg[1], arg[-1], #arg)"),
    Case("-e", "print(...)"),
    Case("-e", "return 5"),
    Case("-e", "x ="),
    Case("-e", "error('text')"),
    Case("-e", "error('no position', 0)"),
    Case("-e", "error({})"),
    Case("-e", "error()"),
    Case("-e", "error(12)"),
    Case("-e", "error(true)"),
    Case("-e", "local t = nil; t.x = 1"),
    Case(
      "-e", "print(type(select(2, pcall(error, { 1 }))))", "-e", "print(select('#', pcall(error)))"),
    Case("-e", "print(1)", "args.lua", "a"),
    Case("-e", "print('\u{e9}', #'\u{e9}')"),
    Case("-e", "print(('x'):rep(3, ','), ('%5.2f|%d|%q'):format(1/3, 7, 'a\\nb'))"),
    Case("-e", "print(load('return 1 +'))"),
    Case("-e", "print(string.pack('<i4', 7):byte(1, -1))"),
    Case("-e", "goto out; print('skipped') ::out:: print(3 // 2, 3 % -2, 7 & 3, ~0)"),
    // Scripts and their arguments.
    Case("args.lua"),
    Case("args.lua", "a", "b c", ""),
    Case("args.lua", "-e", "-x", "--", "--help", "--threads"),
    Case("-W", "args.lua", "x"),
    Case("-E", "-W", "args.lua", "x"),
    Case("--", "args.lua", "x"),
    Case("-e", "", "--", "args.lua", "x"),
    Case("./args.lua", "x"),
    Case("shebang.lua", "one", "two"),
    Case("syntax.lua"),
    Case("error.lua"),
    Case("deep.lua"),
    Case("object.lua"),
    Case("yield.lua"),
    Case("closing.lua"),
    Case("missing.lua"),
    Case("."),
    Case("./doc", "x"),
    Case("--", "doc", "x"),
    Case("-e", "arg = nil", "args.lua"),
    Case("-e", "arg = { 'changed', 'list' }", "args.lua", "x"),
    Case("binary.lua", "\u{fc}"),
    // Libraries.
    Case("-l", "mod", "-e", "print(mod.name, mod.path)"),
    Case("-lmod", "-e", "print(mod.name)"),
    Case("-l", "g=mod", "-e", "print(g.name, mod)"),
    Case("-lg=mod", "args.lua"),
    Case("-l", "my-mod", "-e", "print(_G['my-mod'].name)"),
    Case("-l", "nothing_of_this_name", "-e", "print('not reached')"),
    Case("-l", "mod", input: "print('stdin too', mod.name)"),
    // Standard input.
    Case("-", "a", "b", input: "print(arg[0], ...)"),
    Case(input: "print('from stdin', ...)"),
    Case(input: "#!shebang\nprint('second line')"),
    Case("stdin.lua", input: "42 rest\nof it\n"),
    Case("-W", input: "warn('on')"),
    Case("-", input: ""),
    Case("--", "-", input: "print('a file called - is not there')"),
    // Versions, warnings, exit.
    Case("-v"),
    Case("-v", "-e", "print(_VERSION)"),
    Case("-v", "args.lua"),
    Case("warn.lua"),
    Case("-W", "warn.lua"),
    Case("-e", "warn('off')", "-W", "-e", "warn('on')"),
    Case("-e", "io.stdout:write('unflushed') os.exit(3)"),
    Case("-e", "os.exit(true)"),
    Case("-e", "os.exit(false)"),
    Case("-e", "setmetatable({}, {__gc = function() print('gc') end}) os.exit(4, true)"),
    Case("-e", "io.stderr:write('to stderr\\n')"),
    // The environment.
    Case("-e", "print('main')", environment: ["LUA_INIT": "print('init', arg[0])"]),
    Case("args.lua", environment: ["LUA_INIT": "@init.lua"]),
    Case(
      "-e", "print(x)", environment: ["LUA_INIT": "x = 'general'", "LUA_INIT_5_4": "x = '5.4'"]),
    Case("-E", "-e", "print(x)", environment: ["LUA_INIT": "x = 1"]),
    Case("-e", "print('not reached')", environment: ["LUA_INIT": "error('bad init')"]),
    Case("-e", "print('not reached')", environment: ["LUA_INIT": "@missing.lua"]),
    Case("-e", "print(package.path)", environment: ["LUA_PATH": "./?.lua;;"]),
    Case("-e", "print(package.cpath)", environment: ["LUA_CPATH_5_4": "./?.so"]),
    Case(
      "-E", "-e", "print(package.path, os.getenv('LUA_PATH'))", environment: ["LUA_PATH": "?.x"]),
  ]

  @Test(arguments: cases + moreCases)
  func sameAsStock(_ given: Case) throws {
    let place = try Workspace(Self.files.merging(Self.moreFiles) { first, _ in first })
    func outcome(_ program: String) throws -> Outcome {
      try Child.run(
        program, given.arguments, input: given.input, environment: given.environment,
        in: place.path)
    }
    var expected = try outcome(Child.stockLua)
    // Only the program's name in front of a message differs.
    if expected.errors.hasPrefix("lua: ") {
      expected.errors = "penumbra: " + expected.errors.dropFirst("lua: ".count)
    }
    #expect(try outcome(Child.penumbra) == expected)
  }

  /// An error ends the command before the interactive mode; its first line is the only difference.
  @Test(arguments: [
    ["-i", "error.lua"], ["-i", "-e", "error('x')"], ["-i", "-l", "none"], ["-i", "missing.lua"],
    ["-i", "-e", "os.exit(3)"],
  ])
  func errorsEndBeforeTheInteractiveMode(_ arguments: [String]) throws {
    let place = try Workspace(Self.files)
    let stock = try Child.run(Child.stockLua, arguments, in: place.path)
    let ours = try Child.run(Child.penumbra, arguments, in: place.path)
    #expect(ours.code == stock.code && stock.output.hasPrefix("Lua 5.4"))
    let errors = stock.errors.isEmpty ? "" : "penumbra" + stock.errors.dropFirst("lua".count)
    #expect(ours.errors == errors)
  }

  /// Names, arguments and source that are not UTF-8 go through as bytes.
  @Test(arguments: [
    #"exec "$0" -e "print(('$b'):byte(1, -1))""#,
    #"exec "$0" args.lua "$b" "x$b""#,
    #"cp args.lua "$b.lua"; exec "$0" "$b.lua""#,
    #"printf 'return #"%s"' "$b" > "m$b.lua"; exec "$0" -l "m=m$b" -e 'print(m)'"#,
    #"LUA_INIT="print(('$b'):byte(1, -1))" exec "$0" -e ''"#,
    #"printf 'print(("%s"):byte(1, -1))' "$b" | "$0" -"#,
  ])
  func sameBytes(_ script: String) throws {
    let setting = #"b=$(printf '\377\351'); "#
    func outcome(_ program: String) throws -> Outcome {
      let place = try Workspace(Self.files)
      var outcome = try Child.run(
        "/bin/sh", ["-c", setting + script, program], in: place.path)
      outcome.output = String(outcome.output.split(separator: program).joined(separator: "lua"))
      return outcome
    }
    #expect(try outcome(Child.penumbra) == outcome(Child.stockLua))
    #expect(try outcome(Child.penumbra).code == 0)
  }

  /// The stock interpreter forgets that a piped script failed and ends with 0.
  @Test(arguments: ["error('in stdin')", "x = = 1"])
  func pipedScriptsFailWithOne(_ script: String) throws {
    let stock = try Child.run(Child.stockLua, [], input: script)
    let ours = try Child.run(Child.penumbra, [], input: script)
    #expect(ours.errors == "penumbra" + stock.errors.dropFirst("lua".count))
    #expect(ours.code == 1)
  }

  /// Where the stock interpreter ends with 1, wrong usage ends with 2.
  @Test(arguments: [["-x"], ["-e"], ["-l"], ["-e", "-v"], ["-vv"], ["-i2"], ["-Wx"], ["--bad"]])
  func sameUsageErrors(_ arguments: [String]) throws {
    let stock = try Child.run(Child.stockLua, arguments)
    let ours = try Child.run(Child.penumbra, arguments)
    func complaint(_ outcome: Outcome) -> String {
      String(outcome.errors.prefix { $0 != "\n" }.drop { $0 != ":" })
    }
    #expect(stock.code == 1)
    #expect(ours.code == 2)
    #expect(complaint(ours) == complaint(stock))
    #expect(ours.errors.contains("usage: penumbra"))
    #expect(ours.output.isEmpty)
  }
}
