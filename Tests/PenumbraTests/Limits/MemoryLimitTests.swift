/// Limits of memory: two counters, catchable errors, and a state that goes on.

import Glibc
import LuaEmbedding
import Penumbra
import PenumbraTensor
import TestSupport
import Testing

@Suite struct MemoryLimitTests {
  static func runtime(tensors: Int? = nil, lua: Int? = nil) throws -> Runtime {
    try Runtime(
      Runtime.Options(profile: .pure, luaMemoryLimit: lua, tensorMemoryLimit: tensors))
  }

  @Test func tensorsMeetTheirLimitWithACatchableError() throws {
    let runtime = try MemoryLimitTests.runtime(tensors: 10_000_000)
    let results = try runtime.run(
      """
      local pn = require "penumbra"
      local kept = {}
      local ok, e = pcall(function() for i = 1, 100 do kept[i] = pn.zeros(250000) end end)
      local count = #kept
      kept = nil
      return ok, tostring(e), count, pn.zeros(2000000):sum():item(), pn.memory().limit
      """)
    let texts = plain(results)
    #expect(texts[0] == "false")
    #expect(
      texts[1].hasSuffix("1.0 MB wanted, 562.8 kB left of the script's limit of 10.0 MB"),
      "\(texts[1])")
    #expect(texts[2...] == ["9", "0.0", "10000000"])
  }

  @Test func deadTensorsAreCollectedBeforeTheLimitIsAnError() throws {
    let runtime = try MemoryLimitTests.runtime(tensors: 20_000_000)
    try runtime.run(
      """
      local pn = require "penumbra"
      for i = 1, 500 do local x = pn.ones(1000000) end
      """)
    #expect(runtime.tensorMemory.peak <= 20_000_000)
  }

  @Test func accountsAreEachRuntimesOwn() throws {
    let (a, b) = (try MemoryLimitTests.runtime(), try MemoryLimitTests.runtime())
    try a.run("x = require('penumbra').zeros(1000000)")
    try b.run("x = require('penumbra').zeros(10)")
    #expect(a.tensorMemory.used >= 4_000_000 && a.tensorMemory.used < 5_000_000)
    #expect(b.tensorMemory.used < 1000)
    try a.run("x = nil collectgarbage()")
    #expect(a.tensorMemory.used == 0)
    #expect(a.tensorMemory.peak >= 4_000_000)
  }

  @Test func luaMeetsItsLimitWithACatchableError() throws {
    let runtime = try MemoryLimitTests.runtime(lua: 8 << 20)
    let results = try runtime.run(
      """
      local ok, e = pcall(string.rep, "x", 1 << 30)
      local t = {}
      local ok2, e2 = pcall(function() while true do t[#t + 1] = ("y"):rep(1000) .. #t end end)
      return ok, e, ok2, e2
      """)
    #expect(
      plain(results) == [
        "false", "not enough memory", "false", "not enough memory",
      ])
    #expect(plain(try runtime.run("return #('z'):rep(1 << 20)")) == ["1048576"])
    let error = #expect(throws: LuaError.self) { try runtime.run("return ('x'):rep(1 << 30)") }
    #expect(error?.isMemory == true)
    #expect(error?.shortage?.wanted ?? 0 >= 1 << 30)
    #expect(error?.shortage?.limit == 8 << 20)
    #expect(error?.description.contains("bytes wanted") == true)
    #expect(plain(try runtime.run("return 1 + 1")) == ["2"])
  }

  @Test func theCollectorSwitchedOffKeepsTheLimit() throws {
    let runtime = try Runtime(
      Runtime.Options(luaMemoryLimit: 8 << 20, tensorMemoryLimit: 8_000_000))
    try runtime.run(
      """
      collectgarbage("stop")
      local pn = require "penumbra"
      for i = 1, 100 do local x = pn.zeros(250000) end
      for i = 1, 100 do local s = ("x"):rep(1 << 20) .. i end
      """)
  }

  @Test func aScriptCanOnlyLowerItsLimit() throws {
    let runtime = try MemoryLimitTests.runtime(tensors: 10_000_000)
    let before = MemoryPool.limit
    let results = try runtime.run(
      """
      local pn = require "penumbra"
      return pn.memory_limit(1e12), pn.memory_limit(1e6), pn.memory_limit(1e12)
      """)
    #expect(plain(results) == ["10000000", "1000000", "10000000"])
    #expect(MemoryPool.limit == before)
  }

  @Test func threadsAreTheRuntimesOwn() throws {
    let process = Threads.count
    let runtime = try Runtime(Runtime.Options(profile: .pure, threads: 2))
    let results = try runtime.run(
      """
      local pn = require "penumbra"
      local given = pn.num_threads()
      pn.set_num_threads(64) local most = pn.num_threads()
      pn.set_num_threads(1)
      return given, most, pn.num_threads()
      """)
    #expect(plain(results) == ["2", "2", "1"])
    #expect(Threads.count == process)
  }

  /// 10,000 temporaries of 1 MB without a call of the collector.
  @Test func temporariesStayUnderTwoHundredMegabytes() throws {
    let runtime = try Runtime()
    try runtime.run("pn = require 'penumbra' for i = 1, 10 do local x = pn.zeros(250000) end")
    let before = residentBytes()
    try runtime.run(
      """
      local most = 0
      for i = 1, 10000 do local x = pn.zeros(250000) end
      """)
    #expect(runtime.tensorMemory.peak < 100_000_000, "\(runtime.tensorMemory.peak)")
    #expect(residentBytes() - before < 200_000_000)
  }

  /// VmRSS of this process.
  private func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 256)
    guard fgets(&text, 256, file) != nil else { return 0 }
    let fields = String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self
    )
    .split(separator: " ")
    return (Int(fields[1]) ?? 0) * 4096
  }
}
