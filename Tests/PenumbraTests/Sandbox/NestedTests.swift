/// Runtimes that call each other on one thread: each script keeps its own rights.

import Penumbra
import TestSupport
import Testing

@Suite struct NestedTests {
  @Test func aScriptHasItsOwnRightsWhoeverCallsIt() throws {
    let folder = TemporaryFolder()
    let (outer, inner) = (try Runtime(Runtime.Options(profile: .pure)), try Runtime())
    try inner.register("back") { () in try outer.call("attempt") }
    try outer.register("ask") { () in try inner.call("save") }
    try inner.set("path", to: folder.file("inner.npy"))
    try outer.set("path", to: folder.file("outer.npy"))
    let save = "local pn = require 'penumbra' pn.save(path, pn.ones(1))"
    try inner.run("function save() \(save) back() end")
    try outer.run("function attempt() \(save) end")
    // pure → trusted, which saves → pure, which may not.
    let error = #expect(throws: LuaError.self) { try outer.run("ask()") }
    #expect(error?.message.contains("refused: files may not be touched") == true)
    #expect(folder.names == ["inner.npy"])
    // Afterwards the thread is the host's again.
    #expect(Permissions.current.allows(path: folder.file("x")))
    #expect(Tenant.current == nil)
  }

  @Test func aFinalizerOutsideAnyCallHasItsScriptsRights() throws {
    let folder = TemporaryFolder()
    var options = Runtime.Options()
    options.clock = { 5 }
    let runtime = try Runtime(options)
    try runtime.run(
      """
      local pn = require "penumbra"
      setmetatable({}, {__gc = function() told = pn.clock() end})
      """)
    // The collector runs for the host, not for a script.
    runtime.state.collectGarbage()
    #expect(try runtime.value("told") as Double == 5)
    #expect(folder.names.isEmpty)
  }

  @Test func limitsOfTimeAreTheOutermostCalls() throws {
    let runtime = try Runtime(Runtime.Options(timeLimit: .milliseconds(100)))
    try runtime.register("again") { () in _ = try runtime.run("while true do end") }
    let clock = ContinuousClock()
    let start = clock.now
    let error = #expect(throws: LuaError.self) { try runtime.run("while true do pcall(again) end") }
    #expect(error?.interruption == .timeLimit)
    #expect(clock.now - start < .milliseconds(600))
  }
}
