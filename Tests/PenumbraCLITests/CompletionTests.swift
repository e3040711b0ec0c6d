// Tab: what it adds, on a terminal.

import Glibc
import Testing

@Suite struct CompletionTests {
  private func start(_ place: Workspace) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(in: place, environment: ["NO_COLOR": "1"])
    try terminal.expect("> ")
    return terminal
  }

  /// Types a text with Tabs, waits for what each of them adds, and drops the line.
  private func expect(_ typed: String, _ additions: String..., on terminal: PseudoTerminal) throws {
    var typed = typed[...]
    for addition in additions {
      let end = typed.firstIndex(of: "\t").map { typed.index(after: $0) } ?? typed.endIndex
      terminal.type(String(typed[..<end]))
      typed = typed[end...]
      // The line editor goes to the cursor's column first.
      do { try terminal.expect("G" + addition, seconds: 5) } catch {
        Issue.record("\(typed.debugDescription), \(addition): \(error)")
      }
    }
    terminal.type(PseudoTerminal.controlC)
    try terminal.expect("^C\r\n> ")
  }

  @Test func completesEachKindOfName() throws {
    let place = try Workspace([
      "script one.lua": "", "data.csv": "", "helpers.lua": "",
    ])
    mkdir("\(place.path)/lib", 0o700)
    try place.write("lib/tools.lua", "")
    defer { withExtendedLifetime(place) {} }
    let terminal = try start(place)
    for line in [
      "local encoder = pn.nn.Sequential(pn.nn.Linear(2, 3))", "config = { learning_rate = 1 }",
      "Net = pn.nn.module { inner = pn.nn.Linear(2, 3), gain = 2, forward = function(s, x) return x end }",
      "word = 'x' Base = { walk = function() end } dog = setmetatable({}, { __index = Base })",
      "opt = pn.optim.Adam(Net:parameters(), { lr = 1e-3 })", "local x = pn.ones(2, 2)",
    ] {
      terminal.enter(line)
      try terminal.expect("> ")
    }
    // Locals, keys, methods by class, fields of tensors, networks and optimisers.
    try expect("enco\t", "der", on: terminal)
    try expect("config.lea\t", "rning_rate", on: terminal)
    try expect("x:matm\t", "ul", on: terminal)
    try expect("x.requires\t", "_grad", on: terminal)
    try expect("Net.gai\t", "n", on: terminal)
    try expect("Net.inn\t.wei\t:transp\t", "er", "ght", "ose", on: terminal)
    try expect("encoder:state_d\t", "ict", on: terminal)
    try expect("opt.param_g\t", "roups", on: terminal)
    try expect("opt:zero\t", "_grad", on: terminal)
    try expect("pn.nn.Leaky\t", "ReLU", on: terminal)
    try expect("word:upp\t", "er", on: terminal)
    try expect("dog:wal\t", "k", on: terminal)
    try expect("?pn.nn.Leaky\t", "ReLU", on: terminal)
    // Commands, files, modules, names of the reference.
    try expect("%timei\t", "t ", on: terminal)
    try expect("%time config.lea\t", "rning_rate", on: terminal)
    try expect("%run scr\t", "ipt one.lua", on: terminal)
    try expect("io.open('dat\t", "a.csv'", on: terminal)
    try expect("dofile \"li\tto\t", "b/", "ols.lua\"", on: terminal)
    try expect("require 'help\t", "ers'", on: terminal)
    try expect("require(\"lib.t\t", "ools\"", on: terminal)
    try expect("require \"penum\t", "bra\"", on: terminal)
    try expect("help \"Tensor:logsum\t", "exp\"", on: terminal)
  }

  @Test func neverRunsCodeNorMakesTensors() throws {
    let terminal = try start(Workspace())
    for line in [
      "ran = 0 local function note() ran = ran + 1 return {} end",
      "local spy = setmetatable({}, { __index = note, __pairs = note, __len = note, __call = note })",
      "getmetatable('').__index = string; _G.spied = spy",
      "net = pn.nn.Sequential(pn.nn.Linear(2, 2)); before = pn.memory().requests",
    ] {
      terminal.enter(line)
      try terminal.expect("> ")
    }
    for text in ["spied.a.b\t", "spied:\t", "spy.\t", "net.\t\t", "net:par\t", "pn.lin\t\t"] {
      terminal.type(text)
      terminal.type(PseudoTerminal.controlC)
      try terminal.expect("> ")
    }
    terminal.enter("'ran ' .. ran, pn.memory().requests - before")
    try terminal.expect("\"ran 0\"\t0\r\n")
  }

  @Test func stringsAndCommentsAreLeftAlone() throws {
    let terminal = try start(Workspace())
    // A beep: nothing to add.
    try expect("x = [[ pn.nn.Leaky\t", "\u{07}", on: terminal)
    try expect("-- pn.nn.Leaky\t", "\u{07}", on: terminal)
    try expect("f 'nothing/such\t", "\u{07}", on: terminal)
    #expect(!terminal.text.contains("ReLU"))
  }
}
