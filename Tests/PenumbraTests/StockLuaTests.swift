/// The same script under the runtime's own command and under stock lua5.4 with penumbra.so.

import Glibc
import TestSupport
import Testing

@Suite struct StockLuaTests {
  private static let root = String(
    #filePath.dropLast("/Tests/PenumbraTests/StockLuaTests.swift".count))
  private static let build = root + "/.build/release"

  static let scripts = [
    "Tests/Lua/parity.lua", "Tests/Lua/tensors.lua", "Tests/Lua/autograd.lua",
    "Tests/Lua/modules.lua", "Tests/Lua/training.lua",
  ]

  @Test(arguments: scripts)
  func printTheSameBytes(_ script: String) throws {
    let path = "\(StockLuaTests.root)/\(script)"
    let ours = try output("'\(StockLuaTests.build)/penumbra' '\(path)'")
    let stock = try output(
      "LUA_CPATH_5_4='\(StockLuaTests.build)/lua/?.so;;' lua5.4 '\(path)'")
    #expect(ours == stock)
    #expect(ours.hasSuffix("status 0\n"))
  }

  static let suite: [String] = {
    let names = (try? StockLuaTests().output("cd '\(root)' && ls Tests/Lua/*.lua")) ?? ""
    return names.split(separator: "\n").map(String.init)
      .filter { $0.hasSuffix(".lua") && !$0.hasSuffix("/random_calls.lua") }
  }()

  /// The tests that are written in Lua pass there too.
  @Test(.enabled(if: runsSlowTests), arguments: suite)
  func theSuitePasses(_ script: String) throws {
    let printed = try output(
      "cd '\(StockLuaTests.root)'; LUA_CPATH_5_4='\(StockLuaTests.build)/lua/?.so;;' "
        + "lua5.4 -e 'print(dofile(\"\(script)\") or 0)'")
    #expect(printed.hasSuffix("0\nstatus 0\n"), "\(script): \(printed)")
  }

  @Test func theSuiteIsFound() { #expect(StockLuaTests.suite.count > 25) }

  /// Everything that a command prints, and its exit status.
  private func output(_ command: String) throws -> String {
    let pipe = try #require(popen("( \(command) ) 2>&1; echo \"status $?\"", "r"))
    defer { pclose(pipe) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
