// The interactive mode on a terminal: prompts, keys, history, Tab, Ctrl-C, colours.

import Glibc
import Testing

@Suite struct TerminalSessionTests {
  private func start(
    _ place: Workspace, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(arguments, in: place, environment: environment)
    try terminal.expect("> ")
    return terminal
  }

  @Test func greetsEvaluatesAndLeaves() throws {
    let place = try Workspace()
    let terminal = try start(place)
    #expect(terminal.text.contains("Penumbra "))
    #expect(terminal.text.contains("interactive mode only"))
    terminal.enter("20 + 22")
    try terminal.expect("\r\n42\r\n")
    try terminal.expect("> ")
    terminal.enter("x = 'kept';")
    try terminal.expect("> ")
    terminal.enter("x .. '!'")
    try terminal.expect("\r\n\"kept!\"\r\n")
    try terminal.expect("> ")
    terminal.type(PseudoTerminal.controlD)
    #expect(try terminal.finish() == 0)
  }

  @Test func exitLeaves() throws {
    let place = try Workspace()
    let terminal = try start(place)
    terminal.enter("exit")
    #expect(try terminal.finish() == 0)
  }

  @Test func continuesOverLines() throws {
    let place = try Workspace()
    let terminal = try start(place)
    terminal.enter("function twice(x)")
    try terminal.expect(">> ")
    terminal.enter("return 2 * x")
    try terminal.expect(">> ")
    terminal.enter("end")
    try terminal.expect("> ")
    terminal.enter("twice(21)")
    try terminal.expect("\r\n42\r\n")
  }

  @Test func controlCDropsTheLine() throws {
    let place = try Workspace()
    let terminal = try start(place)
    terminal.enter("x = 'alive'")
    try terminal.expect("> ")
    terminal.type("this is no Lua")
    try terminal.expect("Lua")
    terminal.type(PseudoTerminal.controlC)
    try terminal.expect("> ")
    terminal.enter("function open(")
    try terminal.expect(">> ")
    terminal.type(PseudoTerminal.controlC)
    try terminal.expect("> ")
    terminal.enter("x")
    try terminal.expect("\r\n\"alive\"\r\n")
  }

  @Test(arguments: [
    "go() while true do end",
    "go() while true do pcall(function() while true do end end) end",
    "coroutine.wrap(function() go() while true do end end)()",
    "local a = pn.randn(512, 512) go() while true do a = (a:matmul(a)):tanh() end",
    "local a = pn.randn(4096, 4096) go() a:matmul(a):matmul(a):matmul(a):matmul(a)",
    "%timeit go() while true do end",
    "%time local held = 1 go() while true do end",
    "setmetatable({}, { __tostring = function() go() while true do end end })",
  ])
  func controlCStopsAComputation(_ loop: String) throws {
    let place = try Workspace()
    let terminal = try start(place)
    terminal.enter("x = 'alive' function go() print('go' .. 1) end")
    try terminal.expect("> ")
    for _ in 1...2 {
      terminal.enter(loop)
      try terminal.expect("go1\r\n")
      usleep(200_000)
      terminal.type(PseudoTerminal.controlC)
      try terminal.expect("interrupted!")
      try terminal.expect("> ")
    }
    terminal.enter("x")
    try terminal.expect("\r\n\"alive\"\r\n")
    try terminal.expect("> ")
    terminal.enter("exit")
    #expect(try terminal.finish() == 0)
  }

  /// Lua's pattern matching polls nothing: here it would run for years.
  @Test func thirdControlCEndsWhatCannotBeStopped() throws {
    let place = try Workspace()
    let terminal = try start(place)
    terminal.enter("print('go' .. 1); ('a'):rep(60):find(('a*'):rep(60) .. 'b')")
    try terminal.expect("go1\r\n")
    usleep(500_000)
    terminal.type(PseudoTerminal.controlC)
    usleep(200_000)
    terminal.type(PseudoTerminal.controlC)
    try terminal.expect("Ctrl-C once more ends penumbra")
    terminal.type(PseudoTerminal.controlC)
    #expect(try terminal.finish() == 130)
  }

  // MARK: - Tab

  @Test func tabCompletesNames() throws {
    let place = try Workspace()
    let terminal = try start(place)
    terminal.enter("model = { forward = function() return 'f' end, width = 3 }")
    try terminal.expect("> ")
    terminal.type("model:f\t")
    try terminal.expect("orward")
    terminal.enter("()")
    try terminal.expect("\r\n\"f\"\r\n")
    terminal.type("model.w\t")
    try terminal.expect("idth")
    terminal.enter(" + 0")
    try terminal.expect("\r\n3\r\n")
    terminal.type("type(pn.nn.Leaky\t")
    try terminal.expect("ReLU")
    terminal.enter(")")
    try terminal.expect("\"function\"")
    terminal.enter("t = pn.randn(2, 2);")
    try terminal.expect("> ")
    terminal.type("type(t.matm\t")
    try terminal.expect("ul")
    terminal.enter(")")
    try terminal.expect("\"function\"")
    terminal.type("('x').u\t\u{15}coll\t")
    try terminal.expect("ectgarbage")
  }

  @Test func tabListsSeveral() throws {
    let place = try Workspace()
    let terminal = try start(place)
    terminal.type("string.f\t")
    try terminal.expect("find")
    try terminal.expect("format")
    terminal.type("ormat('%d', 7)\r")
    try terminal.expect("\r\n\"7\"\r\n")
  }

  @Test func tabRunsNoCode() throws {
    let place = try Workspace()
    let terminal = try start(place)
    terminal.enter("ran = false")
    try terminal.expect("> ")
    terminal.enter(
      "o = setmetatable({}, {__index = function() ran = true return {} end,"
        + " __len = function() ran = true return 0 end, __pairs = function() ran = true end})")
    try terminal.expect("> ")
    terminal.type("o.field.x\t\u{15}")
    terminal.type("o.\t\u{15}")
    terminal.enter("'ran: ' .. tostring(ran)")
    try terminal.expect("\r\n\"ran: false\"\r\n")
  }

  // MARK: - History

  @Test func historyIsRecalledAndKept() throws {
    let place = try Workspace()
    let first = try start(place)
    first.enter("'line ' .. 'one'")
    try first.expect("\r\n\"line one\"\r\n")
    try first.expect("> ")
    first.type(PseudoTerminal.up + "\r")
    try first.expect("\r\n\"line one\"\r\n")
    try first.expect("> ")
    first.enter("exit")
    #expect(try first.finish() == 0)
    #expect(try place.read("state/penumbra/history").hasPrefix("'line ' .. 'one'\n"))

    let second = try start(place)
    second.type(PseudoTerminal.up + PseudoTerminal.up + "\r")
    try second.expect("\r\n\"line one\"\r\n")
    try second.expect("> ")
    second.type("\u{12}line")
    usleep(100_000)
    second.type("\r")
    try second.expect("\r\n\"line one\"\r\n")
  }

  @Test func controlRSearches() throws {
    let place = try Workspace()
    let terminal = try start(place)
    for line in ["x = 'first' .. 1", "y = 'second' .. 2", "x = nil"] {
      terminal.enter(line)
      try terminal.expect("> ")
    }
    terminal.type("\u{12}fir")
    usleep(300_000)
    terminal.type("\u{1B}")
    usleep(300_000)
    terminal.type("\r")
    try terminal.expect("\r\n> ")
    terminal.enter("x .. '!'")
    try terminal.expect("\r\n\"first1!\"\r\n")
  }

  // MARK: - Looks

  @Test func errorsAreColouredOnATerminalOnly() throws {
    let place = try Workspace()
    let coloured = try start(place)
    coloured.enter("error('mine', 0)")
    try coloured.expect("\u{1B}[31mmine\u{1B}[0m\r\n")
    let plain = try start(place, environment: ["NO_COLOR": "1"])
    plain.enter("error('mine', 0)")
    try plain.expect("\r\nmine\r\n")
  }

  @Test func helpShowsTheReference() throws {
    let place = try Workspace()
    let terminal = try start(place)
    terminal.enter("help 'pn.randn'")
    try terminal.expect("\r\n")
    #expect(try terminal.expect("> ").contains("randn"))
  }

  @Test func acceptsAccents() throws {
    let place = try Workspace()
    let terminal = try start(place)
    terminal.enter("#'é', 'é'")
    try terminal.expect("\r\n2\t\"é\"\r\n")
  }

  @Test func readsLinesWhileAChunkRuns() throws {
    let place = try Workspace()
    let terminal = try start(place)
    terminal.enter("io.read()")
    terminal.enter("typed")
    try terminal.expect("\"typed\"\r\n")
  }
}
