// `%` commands and questions.

import Testing

@Suite struct SessionCommandTests {
  private func session(_ input: String, in place: Workspace? = nil) throws -> Outcome {
    try (place ?? Workspace()).penumbra("-i", input: input)
  }

  @Test func helpNamesEveryCommand() throws {
    let outcome = try session("%help\n")
    for name in ["help", "time", "timeit", "who", "run", "load", "save", "mem"] {
      #expect(outcome.output.contains("  %\(name)"))
      let details = try session("%help \(name)\n").output
      #expect(details.hasPrefix("%\(name)"))
      #expect(try session("?%\(name)\n").output == details)
    }
    #expect(outcome.errors.isEmpty)
  }

  @Test(arguments: [
    ("%tme x", "unknown command '%tme'; did you mean '%time'?"),
    ("%nothinglike", "unknown command '%nothinglike'; %help lists the commands"),
    ("%", "unknown command '%'; %help lists the commands"),
    ("%time", "%time: expected code to run, as in %time f(x)"),
    ("%timeit -n 0 x", "%timeit: -n: expected an integer from 1 to 1000000000, got '0'"),
    ("%run", "%run: expected a file"),
    ("%run missing.lua", "cannot open missing.lua"),
    ("%load 'a b", "%load: ' without its end"),
    ("%load a b", "%load: expected one file, got 2 words; a name with spaces needs quotes"),
    ("%load missing.lua", "missing.lua: No such file or directory"),
    ("%save", "%save: expected a file"),
    ("%save no/such/folder.lua", "no/such/folder.lua: No such file or directory"),
    ("%who x", "%who: expected nothing, got 'x'"),
    ("?nosuchname", "help: nothing is called 'nosuchname'"),
    ("?pn.rando", "help: nothing is called 'pn.rando'; did you mean 'pn.rand'?"),
  ])
  func refusesWhatMakesNoSense(_ input: String, _ message: String) throws {
    let outcome = try session(input + "\n1 + 1\n")
    #expect(outcome.errors.hasPrefix(message), "\(outcome.errors)")
    #expect(outcome.output == "2\n")
  }

  @Test func timeShowsValueAndTime() throws {
    let outcome = try session(
      "%time 6 * 7\n%time for i = 1, 3 do\nx = i\nend\nx\n%time error('e', 0)\n")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines[0] == "42")
    #expect(lines[3] == "3")
    for line in [lines[1], lines[2], lines[4]] {
      #expect(
        line.wholeMatch(of: /wall [0-9.]+(e-\d+)? (s|ms|µs|ns), cpu [0-9.]+(e-\d+)? (s|ms|µs|ns)/)
          != nil)
    }
    #expect(outcome.errors.hasPrefix("e\n"))
  }

  @Test func timeitRunsAsOftenAsAsked() throws {
    let outcome = try session("n = 0\n%timeit -n 10 -r 3 n = n + 1\nn\n")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.first?.hasSuffix("(3 runs of 10 loops)") == true)
    #expect(lines.last == "30")
    #expect(try session("%timeit math.sin(1)\n").output.contains(" (7 runs of "))
  }

  @Test func whoListsTheUsersVariables() throws {
    let outcome = try session(
      """
      x = 5
      local t = { 1, 2, name = "n" }
      s = "text\\n"
      w = pn.zeros(2, 3)
      f = function() end
      %who
      """)
    #expect(
      outcome.output == """
        t  local   table, 2 elements, 1 field
        f  global  function
        s  global  string, "text\\n"
        w  global  Tensor float32 [2, 3]
        x  global  integer, 5

        """)
    #expect(try session("%who\n").output == "no variables yet\n")
  }

  @Test func memShowsTensorsLuaAndProcess() throws {
    let outcome = try session("t = pn.zeros(1000, 1000)\n%mem\n").output
    #expect(outcome.contains("tensors  4."))
    #expect(outcome.contains("Lua "))
    #expect(outcome.contains("process "))
  }

  @Test func runGivesArgumentsAndKeepsGlobals() throws {
    let place = try Workspace([
      "a b.lua": "local hidden = 1 made = table.concat({ ... }, '+') print(arg[0], #arg)",
      "bad.lua": "\nerror('inside')",
    ])
    let outcome = try session(
      "%run 'a b.lua' x \"y z\"\nmade, hidden, arg[0] == 'a b.lua'\n%run bad.lua\n1\n", in: place)
    #expect(outcome.output == "a b.lua\t2\n\"x+y z\"\tnil\tfalse\n1\n")
    #expect(outcome.errors.hasPrefix("bad.lua:2: inside\nstack traceback:\n"))
  }

  @Test func loadKeepsLocals() throws {
    let place = try Workspace([
      "a.lua":
        "#!/usr/bin/penumbra\nlocal kept = 7\nlocal function f() return kept end\nreturn 'value'"
    ])
    let outcome = try session("%load a.lua\nkept, f()\n??f\n", in: place)
    #expect(
      outcome.output.hasPrefix(
        "\"value\"\n7\t7\nf()\n\nDefined in a.lua:3.\n\n  local function f()"))
    let broken = try Workspace(["a.lua": "\nlocal x = = 1"])
    #expect(
      try session("%load a.lua\n", in: broken).errors
        == "a.lua:2: unexpected symbol near '='\n")
  }

  @Test func saveWritesAScriptThatDoesTheSame() throws {
    let place = try Workspace()
    let outcome = try session(
      """
      local n = 2
      n * 3
      _ + 1 -- seven
      x = n
      (print)("said")
      undefined.field
      "muted";
      math.max(n, 9);
      = n
      return n, "r"
      n,
       x
      %mem
      ?pn
      %save out.lua
      %save out.lua
      %save -f out.lua
      """, in: place)
    #expect(
      outcome.output.hasSuffix("10 inputs written to out.lua\n10 inputs written to out.lua\n"))
    #expect(outcome.errors.contains("%save: out.lua exists; %save -f out.lua replaces it\n"))
    let script = try place.penumbra("out.lua")
    #expect(script == Outcome(output: "6\n7\nsaid\n2\n2\tr\n2\t2\n", errors: "", code: 0))
  }

  // MARK: - Questions

  @Test func questionsGiveTheReference() throws {
    let doc = try Workspace().penumbra("doc", "pn.randn").output
    #expect(doc.hasPrefix("pn.randn("))
    for question in [
      "?pn.randn", "pn.randn?", "? pn.randn", "help(pn.randn)", "help 'pn.randn'",
      "f = pn.randn\n?f",
    ] {
      #expect(try session(question + "\n").output == doc)
    }
    let method = try Workspace().penumbra("doc", "Tensor:matmul").output
    for question in [
      "?t.matmul", "?t:matmul", "help(t.matmul)", "?Tensor:matmul", "?net.weight:matmul",
    ] {
      let input = "local t = pn.ones(2)\nnet = pn.nn.Linear(2, 3)\n"
      #expect(try session(input + question + "\n").output == method)
    }
    let library = try Workspace().penumbra("doc", "pn.nn").output
    #expect(try session("local nn = pn.nn\n?nn\n").output == library)
    #expect(try session("??pn.randn\n").output == doc + "\nNo source: a part of Penumbra.\n")
  }

  @Test func questionsAboutTheUsersFunctions() throws {
    let place = try Workspace([
      "m.lua": "local m = {}\nfunction m.add(a, b)\n  return a + b\nend\nreturn m"
    ])
    let outcome = try session(
      """
      -- Twice
      -- of it.
      function twice(x, ...)
        return 2 * x
      end
      ??twice
      local m = require "m"
      m.add??
      help(function() end)
      ?string.format
      h = load("return 1")
      ?h
      """, in: place)
    #expect(
      outcome.output == """
        twice(x, ...)

        Twice
        of it.

        Defined in stdin:3.

          function twice(x, ...)
            return 2 * x
          end
        m.add(a, b)

        Defined in ./m.lua:2.

          function m.add(a, b)
            return a + b
          end
        function ()

        Defined in stdin:9.
        string.format: of Lua's own library

        https://www.lua.org/manual/5.4/manual.html#pdf-string.format
        h(...)

        Defined in [string "return 1"]:0.

        """)
  }

  @Test func questionsAboutValues() throws {
    let outcome = try session(
      "x = 5\n?x\nt = { 1, a = 2 }\n?t\nw = pn.zeros(2)\n?w\nnet = pn.nn.Linear(2, 3)\n?net.weight\n"
    )
    #expect(
      outcome.output.hasPrefix(
        "x: integer, 5\nt: table, 1 element, 1 field\n{1, a = 2}\nw: Tensor float32 [2]\n\nfields: shape, "
      ))
    #expect(outcome.output.contains("net.weight: Tensor float32 [3, 2], requires_grad\n"))
  }

  @Test func helpRefuses() throws {
    #expect(try session("help('pn.rando')\n").errors.hasPrefix("stdin:1: help: nothing is called"))
  }
}
