/// A Swift host: running scripts, values and errors across the border, several runtimes.

import LuaEmbedding
import Penumbra
import PenumbraTensor
import Testing

@Suite struct RuntimeTests {
  @Test func runsAScriptAndReturnsItsResults() throws {
    let runtime = try Runtime()
    let results = try runtime.run(
      "local pn = require 'penumbra' local n = ... return pn.ones(n):sum():item(), 'done'",
      arguments: [.integer(3)])
    #expect(plain(results) == ["3.0", "done"])
  }

  @Test func anErrorIsAValueWithItsPlace() throws {
    let runtime = try Runtime()
    let error = #expect(throws: LuaError.self) {
      try runtime.run(
        "local pn = require 'penumbra'\nreturn pn.ones(2):matmul(pn.ones(3))", name: "@host.lua")
    }
    #expect(error?.message == "host.lua:2: matmul: argument 2: expected [2], got [3]")
    #expect(error?.line == 2)
    #expect(error?.traceback.contains("stack traceback") == true)
    #expect(error?.underlying is TensorError)
  }

  private struct HostProblem: Error, Equatable { let code: Int }

  @Test func aHostsErrorComesBackThroughLuaAsItself() throws {
    let runtime = try Runtime()
    let function = try runtime.state.makeFunction("fail") { _ in throw HostProblem(code: 7) }
    try runtime.state.setGlobal("fail", to: .reference(function))
    let error = #expect(throws: LuaError.self) {
      try runtime.run("local ok, e = pcall(fail) error(e, 0)")
    }
    #expect(error?.underlying as? HostProblem == HostProblem(code: 7))
  }

  @Test func hostFunctionsGetAndGiveValues() throws {
    let runtime = try Runtime()
    let double = try runtime.state.makeFunction("double") { frame in
      frame.returns((frame.number(at: 1) ?? 0) * 2)
    }
    try runtime.state.setGlobal("double", to: .reference(double))
    #expect(plain(try runtime.run("return double(21)")) == ["42.0"])
  }

  @Test func argumentsReachAScriptAsItsOptions() throws {
    let runtime = try Runtime()
    try runtime.setArguments(["host", "script.lua", "--lr", "0.5", "--verbose"], scriptAt: 1)
    let results = try runtime.run(
      """
      local cfg = require('penumbra').config{ lr = {0.1, 'rate'}, verbose = {false, ''} }
      return arg[0], arg[-1], cfg.lr, cfg.verbose
      """)
    #expect(plain(results) == ["script.lua", "host", "0.5", "true"])
  }

  @Test func runtimesShareNothing() throws {
    let (a, b) = (try Runtime(), try Runtime())
    try a.run("x = 1 require('penumbra').seed(1)")
    #expect(plain(try b.run("return x")) == ["nil"])
    let draw = "return require('penumbra').rand(1):item()"
    try b.run("require('penumbra').seed(1)")
    #expect(plain(try a.run(draw)) == plain(try b.run(draw)))
  }

  private final class Witness {}

  @Test func closingReleasesEverything() throws {
    weak var witness: Witness?
    do {
      let runtime = try Runtime()
      let kept = Witness()
      witness = kept
      let function = try runtime.state.makeFunction("keep") { _ in withExtendedLifetime(kept) {} }
      try runtime.state.setGlobal("keep", to: .reference(function))
      try runtime.run(
        """
        local pn = require 'penumbra'
        net = pn.nn.Sequential(pn.nn.Linear(10, 10),
          pn.nn.module{ keep = keep, forward = function(self, x) self.keep() return x end })
        out = net(pn.ones(2, 10))
        """)
      #expect(witness != nil)
    }
    #expect(witness == nil)
  }
}

/// Plain values as text, to compare.
func plain(_ values: [LuaValue]) -> [String] {
  values.map { value in
    switch value {
    case .nil: "nil"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value
    default: "another value"
    }
  }
}
