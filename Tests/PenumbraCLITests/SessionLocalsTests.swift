// `local` at the prompt: what later inputs see of it.

import Testing

@Suite struct SessionLocalsTests {
  private func session(_ input: String) throws -> Outcome {
    try Workspace().penumbra("-i", input: input)
  }

  @Test(arguments: [
    ("local x = 1\nx", "1\n"),
    ("local x\nx", "nil\n"),
    ("local x = 1\nx = x + 1\nx, _G.x", "2\tnil\n"),
    // A closure shares the variable with the inputs that follow.
    ("local n = 0 function inc() n = n + 1 end\ninc() inc()\nn", "2\n"),
    ("local n = 0\nfunction inc() n = n + 1 end\ninc()\nn = n + 10\ninc()\nn", "12\n"),
    // A new local of the same name is another variable.
    ("local n = 1\nfunction get() return n end\nlocal n = 2\nget(), n", "1\t2\n"),
    ("local n = 1\nlocal n = n + 1\nlocal n = n + 1\nn", "3\n"),
    ("local a, b = 1, 2 local c = a + b\na, b, c", "1\t2\t3\n"),
    ("local x = 5 (print)(x)\nx", "5\n5\n"),
    (
      "local s = 'a' local t = {1, {2}} local u = f and g or 'h'\ns, t, u",
      "\"a\"\t{1, {2}}\t\"h\"\n"
    ),
    (
      "local f = function() local hidden = 1 return hidden end local y = f()\nhidden, y", "nil\t1\n"
    ),
    ("local function fact(k) return k <= 1 and 1 or k * fact(k - 1) end\nfact(5)", "120\n"),
    ("do local inner = 1 end\ninner", "nil\n"),
    (
      "for i = 1, 2 do local inner = i end if true then local other = 1 end\ninner, other",
      "nil\tnil\n"
    ),
    ("repeat local r = true until r local after = 1\nr, after", "nil\t1\n"),
    ("local x <const> = 5\nx + 1", "6\n"),
    ("local x <const>, y = {7}, 2\nx[1] + y", "9\n"),
    ("local x = 1 return x + 1\nx", "2\n1\n"),
    // `_` stays the last result.
    ("local _, second = 1, 2\n8 * 8\n_, second", "64\t64\t2\n"),
    (
      "local x = 3\nlocal co = coroutine.wrap(function() x = 4 coroutine.yield(x) end)\nco()\nx",
      "4\n4\n"
    ),
    ("local _ENV = { y = 2 }\ny", "2\n"),
    ("local x = 1 goto done\n", ""),
    ("local keep_locals = 7\nlocal z = keep_locals\nz", "7\n"),
    ("local a = 'é' local b = [==[\n]] ]==] --[[ local c = 1 ]]\na .. b", "\"é]] \"\n"),
  ])
  func livesOn(_ input: String, _ output: String) throws {
    let outcome = try session(input + "\n")
    #expect(outcome.output == output.replacing("64\t64", with: "64\n64"))
    #expect(outcome.errors.isEmpty || input.contains("goto"))
  }

  @Test func survivesALaterError() throws {
    let outcome = try session("local a = 1 error('boom', 0) local b = 2\na, b\n")
    #expect(outcome.output == "1\tnil\n")
    #expect(outcome.errors.hasPrefix("boom\n"))
  }

  @Test func constantsStayConstant() throws {
    let outcome = try session("local x <const> = 5\nx = 6\nx\nlocal x = 1\nx = 2\nx\n")
    #expect(outcome.output == "5\n2\n")
    #expect(outcome.errors == "stdin:2: attempt to assign to const variable 'x'\n")
  }

  @Test func closedVariablesSayThatTheyEnd() throws {
    let outcome = try session(
      """
      local c <close> = setmetatable({}, { __close = function() print("closed") end })
      c
      """)
    #expect(outcome.output == "closed\nnil\n")
    #expect(outcome.errors == "note: 'c' <close> ended with this input, as at the end of a chunk\n")
  }

  /// More than the 200 locals of one function: an input sees those that it names.
  @Test func hasNoLimit() throws {
    let lines = (1...300).map { "local v\($0) = \($0)" }.joined(separator: "\n")
    let outcome = try session(lines + "\nv1 + v300\n")
    #expect(outcome == Outcome(output: "301\n", errors: "", code: 0))
  }

  /// What no variable holds any more is freed, whatever mentioned it.
  @Test func keepsNothingAlive() throws {
    let outcome = try session(
      """
      local x = pn.zeros(1000, 1000)
      x:sum();
      function f() return x end
      f = nil
      local x = nil
      1
      collectgarbage() collectgarbage()
      pn.memory().live < 1e6
      """)
    #expect(outcome.output.hasSuffix("\ntrue\n"), "\(outcome.output)")
  }

  /// Lines are counted over the whole session.
  @Test func errorsNameTheLine() throws {
    let outcome = try session("\nfunction f(x)\n  return x.y.z\nend\nlocal t = {}\nf(t)\n")
    #expect(outcome.errors.hasPrefix("stdin:3: attempt to index a nil value (field 'y')\n"))
    #expect(outcome.errors.contains("stdin:3: in function 'f'"))
    let syntax = try session("x = 1\n\ny = (1 +\n2 3)\n")
    #expect(syntax.errors == "stdin:4: ')' expected (to close '(' at line 3) near '3'\n")
  }

  @Test func longSessionsStayFast() throws {
    let lines = String(repeating: "x = 1\n", count: 12_000)
    let outcome = try session(lines + "error('here')\n")
    #expect(outcome.errors.hasPrefix("stdin 3:2001: here\n"))
  }
}
