/// Random calls over everything that Lua can reach: none may crash, and memory stays flat.

import Glibc
import LuaEmbedding
import Penumbra
import PenumbraLua
import PenumbraTensor
import TestSupport
import Testing

@Suite struct RandomCallTests {
  /// The table of exports as a Lua expression.
  private static var exports: String {
    func quoted(_ text: String) -> String {
      var result = "\""
      for character in text {
        result += (character == "\"" || character == "\\" ? "\\" : "") + "\(character)"
      }
      return result + "\""
    }
    func rows(_ parameters: [ParameterDoc]) -> String {
      let rows = parameters.map { parameter in
        "{name = \(quoted(parameter.name)), type = \(quoted(parameter.type)), "
          + "optional = \(parameter.standard != nil), options = \(rows(parameter.options))}"
      }
      return "{" + rows.joined(separator: ", ") + "}"
    }
    let entries = LuaFace.libraries.flatMap { library in
      library.entries.map { entry in
        "{path = \(quoted(library.path(entry))), name = \(quoted(entry.name)), "
          + (library.isClass ? "class = \(quoted(library.name)), " : "")
          + "parameters = \(rows(entry.parameters))}"
      }
    }
    return "{\n" + entries.joined(separator: ",\n") + "}"
  }

  @Test func noCallCrashesAndNoMemoryIsLost() async {
    await #expect(processExitsWith: .success) {
      let folder = TemporaryFolder()
      #expect(chdir(folder.path) == 0)
      MemoryPool.limit = 1 << 26
      let runtime = try Runtime(Runtime.Options(luaMemoryLimit: 1 << 28, warnings: false))
      let exports = try runtime.run("return \(RandomCallTests.exports)")
      let script = "\(repository)/Tests/Lua/random_calls.lua"
      let rounds = runsSlowTests ? 1000 : 10
      for seed in 1...rounds {
        let results = try runtime.run(
          file: script, arguments: exports + [.integer(Int64(seed)), .integer(10_000)])
        guard results.count == 3, case .integer(let refused) = results[0],
          case .string(let unclear) = results[1]
        else {
          Issue.record("the script returned \(results)")
          return
        }
        #expect(refused > 1000 && refused < 9500)
        if !unclear.isEmpty { Issue.record("refusals that do not name the operation:\n\(unclear)") }
        try runtime.run("collectgarbage() collectgarbage()")
        // A graph made with create_graph keeps its leaves in a cycle, as in PyTorch.
        #expect(MemoryPool.statistics.live < 1 << 25)
      }
    }
  }
}
