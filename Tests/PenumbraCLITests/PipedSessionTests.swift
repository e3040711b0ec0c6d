// The interactive mode without a terminal: what it prints for what it reads.

import Testing

@Suite struct PipedSessionTests {
  /// The session's output; nothing else may come.
  private func session(_ input: String) throws -> String {
    let outcome = try Workspace().penumbra("-i", input: input)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.code == 0)
    return outcome.output
  }

  @Test(arguments: [
    ("1 + 1", "2\n"),
    ("=1 + 1", "2\n"),
    ("1, 2.5, nil", "1\t2.5\tnil\n"),
    ("'it''s'", ""),
    ("\"a\\nb\\\"\"", "\"a\\nb\\\"\"\n"),
    ("'\\xff\\1'", "\"\\xff\\x01\"\n"),
    ("x = 5", ""),
    ("x = 5\nx", "5\n"),
    ("5;", ""),
    ("5;\n_", "5\n"),
    ("6 * 7\n_ + 1", "42\n43\n"),
    ("print(1)", "1\n"),
    ("nil", "nil\n"),
    ("", ""),
    ("-- a comment", ""),
    ("local x = 1", ""),
    ("{}", "{}\n"),
    (
      "{ 1, 'a', { 2 }, x = true, ['a b'] = 1.5, [10] = 0 }",
      "{1, \"a\", {2}, [10] = 0, x = true, [\"a b\"] = 1.5}\n"
    ),
    ("{ ['end'] = 1 }", "{[\"end\"] = 1}\n"),
    ("{{{{{1}}}}}", "{{{{{...}}}}}\n"),
    ("t = {} t.t = t\nt", "{t = {<cycle>}}\n"),
    ("setmetatable({}, { __tostring = function() return 'mine' end })", "mine\n"),
    ("type(help), type(pn)", "\"function\"\t\"table\"\n"),
    ("pn == require 'penumbra'", "true\n"),
  ])
  func prints(_ input: String, _ output: String) throws {
    if output.isEmpty, input.hasPrefix("'it") {
      let outcome = try Workspace().penumbra("-i", input: input)
      #expect(outcome.errors.hasPrefix("stdin:1: "))
    } else {
      #expect(try session(input + "\n") == output)
      #expect(try session(input) == output)
    }
  }

  @Test(arguments: [
    "function f(x)\n  return x * 2\nend\nf(21)",
    "for i = 1, 1 do\n\nprint(42)\nend",
    "f = function() return [[\n]] .. 42 end\ntonumber(f())",
    "(\n42\n)",
    "print(\n42)",
    "--[[\n]] print(42)",
    "('4\\\n2'):gsub('%s', '');\nprint((_))",
    "x =\n42\nx",
    "if true then\nprint(42) else\nprint(1) end",
    // Where the unfinished part is a string, a comment, or an operand.
    "x = '4\\z\n   2'\nprint(x)",
    "x = [==[42]]\n]==]\nprint(x:sub(1, 2))",
    "--[==[ ]]\n x = = 1\n]==]\n40 + 2",
    "40 +\n2",
    "= (40\n + 2)",
    "f = {\n42\n}\nf[1]",
    "math.\nmax(\n1, 42)",
    "not\nfalse and\n42",
    "local x <const>, y =\n42, 1\nx",
    "local\nfunction f() return\n42 end\nf()",
    "goto\nfine ::fine:: print(42)",
    "return\n",
    "repeat local x = 42\nuntil\nx == 42\n42",
    "x = function(a,\nb) return a end\nx(42)",
    "40 + 2 -- [[ no long comment",
    "42 -- mute;",
  ])
  func waitsForTheRestOfAChunk(_ input: String) throws {
    let wanted = input == "return\n" ? "" : "42\n"
    #expect(try session(input + "\n") == wanted)
  }

  @Test(arguments: [
    ("x = = 1", "stdin:1: unexpected symbol near '='"),
    ("x = 'open", "stdin:1: unfinished string near ''open'"),
    ("error('mine', 0)", "mine"),
    ("error({})", "(error object is a table value)"),
    ("function f(", "stdin:1: <name> or '...' expected near <eof>"),
    ("nothing.at.all", "stdin:1: attempt to index a nil value (global 'nothing')"),
  ])
  func reportsErrorsAndGoesOn(_ input: String, _ message: String) throws {
    let outcome = try Workspace().penumbra("-i", input: input + "\n")
    #expect(outcome.code == 0)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix(message + "\n"))
    #expect(!outcome.errors.contains("\u{1B}"))
    #expect(!outcome.errors.contains("[interactive]"))
    #expect(!outcome.errors.contains("local 'chunk'"))
    if !input.hasPrefix("function") {
      #expect(try Workspace().penumbra("-i", input: input + "\n1 + 1\n").output == "2\n")
    }
  }

  @Test func longTablesAreCut() throws {
    let output = try session("t = {} for i = 1, 1e6 do t[i] = i end\nt\n")
    #expect(output.hasPrefix("{\n  1,\n  2,\n"))
    #expect(output.contains("  ... 999960 more\n}"))
    let named = try session("t = {} for i = 1, 1e5 do t['k' .. i] = i end\nt\n")
    #expect(named.split(separator: "\n").count == 43)
    #expect(named.contains("... and more"))
  }

  @Test func wideTablesBreakIntoLines() throws {
    let output = try session("{ name = ('x'):rep(50), list = { ('y'):rep(30) } }\n")
    let x = String(repeating: "x", count: 50)
    let y = String(repeating: "y", count: 30)
    #expect(output == "{\n  list = {\"\(y)\"},\n  name = \"\(x)\",\n}\n")
  }

  @Test func exitLeavesUnlessItHasAMeaning() throws {
    #expect(try session("exit\nprint(1)\n") == "")
    #expect(try session("exit()\nprint(1)\n") == "")
    #expect(try session("exit = 5\nexit\n") == "5\n")
  }

  @Test func scriptsRunFirst() throws {
    let place = try Workspace(["a.lua": "x = ... pn = 'mine'"])
    let outcome = try place.penumbra("-i", "a.lua", "7", input: "x, pn\n")
    #expect(outcome == Outcome(output: "\"7\"\t\"mine\"\n", errors: "", code: 0))
    let failed = try place.penumbra("-i", "-e", "error('x')", input: "print(1)\n")
    #expect(failed.code == 1)
    #expect(failed.output.isEmpty)
  }

  @Test func helpKnowsNamesAndFunctions() throws {
    let byName = try session("help 'pn.randn'\n")
    #expect(byName.contains("randn"))
    #expect(try session("help(pn.randn)\n") == byName)
  }

  @Test(arguments: [
    "5;", "5 ;  ", "5; -- why", "5 -- why\n;", "x = 'a';", "return 5;", "'muted;';",
  ])
  func aSemicolonMutes(_ input: String) throws {
    #expect(try session(input + "\n") == (input.contains("\n") ? "5\n" : ""))
  }

  @Test func largeTensorsAreSummarised() throws {
    let output = try session(
      """
      x = pn.arange(1, 2000):float() / 1000
      x[3] = 0/0 x[4] = 1/0 x[5] = -1/0
      x
      pn.arange(5000):gt(4000)
      { x, pn.ones(2) }
      pn.arange(4):view(2, 2)
      pn.set_printoptions { threshold = 3 }
      pn.zeros(2, 2)
      pn.full({ 2, 2 }, 1e-9)
      """)
    #expect(
      output.hasPrefix(
        "Tensor float32 [2000]: mean 1.002, min 0.001, max 2, 1 NaN, 2 infinite\ntensor(["))
    #expect(output.contains("\nTensor bool [5000]: 1000 of 5000 true\n"))
    #expect(output.contains("{<Tensor float32 [2000]>, <Tensor float32 [2]>}\n"))
    #expect(output.contains("tensor([[1, 2],\n        [3, 4]])\n"))
    #expect(output.contains("Tensor float32 [2, 2]: mean 0, min 0, max 0\n"))
    #expect(
      output.contains("Tensor float32 [2, 2]: mean 1.000e-09, min 1.000e-09, max 1.000e-09\n"))
  }

  @Test func longStringsAreCut() throws {
    let output = try session("('x'):rep(1e6)\n")
    #expect(output.hasSuffix("xxx\"... (1000000 bytes)\n"))
    #expect(output.utf8.count < 11_000)
  }

  /// The session's own tools do not depend on what a script may replace.
  @Test func survivesReplacedLibraries() throws {
    let output = try session(
      """
      for name in pairs(_G) do if name ~= "_G" then _G[name] = nil end end
      x = 5
      local y = x
      x + y
      { x }
      %who
      ?x
      """)
    #expect(
      output == "10\n{5}\ny  local   integer, 5\nx  global  integer, 5\nx: integer, 5\n")
  }

  /// A finalizer may run when the session is over.
  @Test func endsWellWithHelpInAFinalizer() throws {
    let outcome = try Workspace().penumbra(
      "-i", input: "x = setmetatable({}, { __gc = function() help('pn.randn') end })\n")
    #expect(outcome.code == 0)
  }

  @Test func chunksShareStandardInput() throws {
    #expect(try session("io.read()\nhello\n1\n") == "\"hello\"\n1\n")
  }
}
