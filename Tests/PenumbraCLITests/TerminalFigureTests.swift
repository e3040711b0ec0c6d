// `pn.plot.show` on terminals that can do this or that, and in a pipe.

import Testing

@Suite struct TerminalFigureTests {
  private static let figure =
    "pn.plot.show{panels = {{title = 'rise', series = {{kind = 'line', x = {0, 1}, y = {0, 1}}}}}}"

  private func start(_ place: Workspace, _ environment: [String: String] = [:]) throws
    -> PseudoTerminal
  {
    let terminal = try PseudoTerminal(in: place, environment: environment)
    try terminal.expect("> ")
    return terminal
  }

  @Test func aPipeGetsPlainCharacters() throws {
    let place = try Workspace(["f.lua": "local pn = require 'penumbra' " + Self.figure])
    let outcome = try place.penumbra("f.lua")
    #expect(outcome.output.contains("rise\n"))
    #expect(outcome.output.contains("⡠"))
    #expect(!outcome.output.contains("\u{1B}"))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(outcome.errors.isEmpty)
  }

  @Test func aTerminalThatDoesNotAnswerGetsColouredCharacters() throws {
    let terminal = try start(Workspace())
    terminal.enter(Self.figure)
    try terminal.expect("\u{1B}[c")
    try terminal.expect("rise\r\n", seconds: 5)
    try terminal.expect("\u{1B}[0;38;5;")
    try terminal.expect("> ")
    // It is asked once.
    terminal.enter("x = 1 " + Self.figure)
    #expect(try !terminal.expect("rise\r\n").contains("\u{1B}[c"))
    terminal.enter("6 * 7")
    try terminal.expect("\r\n42\r\n")
  }

  @Test func aTerminalWithSixelsGetsThem() throws {
    let terminal = try start(Workspace())
    terminal.enter("pn.plot.show(pn.rand(8, 8))")
    try terminal.expect("\u{1B}[c")
    terminal.type("\u{1B}[?62;4;22c")
    try terminal.expect("\u{1B}P0;1q\"1;1;")
    try terminal.expect("\u{1B}\\")
    // The answer is not taken for input.
    terminal.enter("6 * 7")
    try terminal.expect("\r\n42\r\n")
  }

  @Test func aTerminalWithKittysProtocolGetsAPicture() throws {
    let terminal = try start(Workspace())
    terminal.enter("pn.plot.show(pn.rand(8, 8))")
    try terminal.expect("\u{1B}[c")
    terminal.type("\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[?62c")
    try terminal.expect("\u{1B}_Ga=T,f=100,q=2,m=0;iVBORw0KGgo")
  }

  @Test func theWishCounts() throws {
    let kitty = try start(Workspace(), ["KITTY_WINDOW_ID": "1", "PENUMBRA_GRAPHICS": "text"])
    kitty.enter(Self.figure)
    #expect(try !kitty.expect("rise\r\n").contains("\u{1B}[c"))
    let plain = try start(Workspace(), ["NO_COLOR": "1", "PENUMBRA_GRAPHICS": "text"])
    plain.enter(Self.figure)
    try plain.expect("rise\r\n")
    #expect(try !plain.expect("\r\n> ").contains("\u{1B}[0;38"))
  }

  @Test(arguments: [
    ("pn.plot.show()", "show: argument 1 (what): expected table or Tensor"),
    ("pn.plot.show{}", "plot.show: option (panels): expected table, got nil"),
    ("pn.plot.show{panels = {}}", "figure: panels: expected 1 to 400 panels, got 0"),
    ("pn.plot.show(pn.rand(2))", "image_grid: "),
    ("pn.plot.show(pn.rand(2, 2), {width = 5})", "expected an integer from 20 to 400"),
    ("pn.plot.show(pn.rand(2, 2), {wdth = 50})", "(did you mean 'width'?)"),
  ])
  func refuses(_ code: String, _ message: String) throws {
    let outcome = try Workspace().penumbra("-i", input: code + "\n")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
