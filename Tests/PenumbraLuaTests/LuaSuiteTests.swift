/// Runs the tests that are written in Lua (Tests/Lua), with LuaUnit.

import Glibc
import LuaEmbedding
import Penumbra
import Testing

@Suite struct LuaSuiteTests {
  static let files = ["tensors", "autograd", "modules", "training", "memory"]

  @Test(arguments: files)
  func passes(_ name: String) throws {
    let runtime = try Runtime()
    let path = "\(repository)/Tests/Lua/\(name).lua"
    let results = try runtime.run(file: path)
    guard case .integer(let failures)? = results.first else { return #expect(Bool(false)) }
    #expect(failures == 0, "failures in \(path); run it with penumbra to see them")
  }
}
