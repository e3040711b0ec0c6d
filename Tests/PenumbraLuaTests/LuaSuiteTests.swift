/// Runs the tests that are written in Lua (Tests/Lua), with LuaUnit, each in a process of its own.

import Glibc
import Testing

@Suite struct LuaSuiteTests {
  static let files = [
    "tensors", "autograd", "gan_steps", "modules", "training", "memory", "random", "arrangement",
    "ordering", "functional", "aliasing", "strides", "selection", "profiling", "optimisers",
    "samplers",
    "covariance", "killed", "signal_blur",
  ]

  /// The files return LuaUnit's number of failures.
  @Test(arguments: files)
  func passes(_ name: String) throws {
    let path = "\(repository)/Tests/Lua/\(name).lua"
    let output = try commandOutput(
      ".build/release/penumbra -e 'print(dofile(\"\(path)\"))' 2>&1")
    #expect(output == "0\n", "failures in \(path): \(output)")
  }
}
