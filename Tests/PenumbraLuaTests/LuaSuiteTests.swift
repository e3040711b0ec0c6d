/// Runs the tests that are written in Lua (Tests/Lua), with LuaUnit, each in a process of its own.

import Glibc
import Testing

@Suite struct LuaSuiteTests {
  /// All but those that other suites run.
  static let files: [String] = {
    let elsewhere: Set = ["parity", "random_calls"]
    let names = (try? commandOutput("ls Tests/Lua/*.lua")) ?? ""
    return names.split(separator: "\n").map {
      $0.dropFirst("Tests/Lua/".count).dropLast(".lua".count)
    }
    .map(String.init).filter { !elsewhere.contains($0) }
  }()

  /// The files return LuaUnit's number of failures.
  @Test(arguments: files)
  func passes(_ name: String) throws {
    let path = "\(repository)/Tests/Lua/\(name).lua"
    let output = try commandOutput(
      ".build/release/penumbra -e 'print(dofile(\"\(path)\"))' 2>&1")
    #expect(output == "0\n", "failures in \(path): \(output)")
  }

  @Test func filesAreFound() { #expect(LuaSuiteTests.files.count > 20) }
}
