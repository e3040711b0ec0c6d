/// The same script under the runtime's own command and under stock lua5.4 with penumbra.so.

import Glibc
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
