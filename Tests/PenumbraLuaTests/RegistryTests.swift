/// The table of exports: complete, documented, and every example runs.

import LuaEmbedding
import Penumbra
import PenumbraLua
import Testing

@Suite struct RegistryTests {
  static let examples = LuaFace.libraries.flatMap { library in
    library.entries.map { (path: library.path($0), source: $0.example) }
  }

  @Test func everyExampleRuns() throws {
    let runtime = try quietRuntime()
    #expect(RegistryTests.examples.count > 150)
    for example in RegistryTests.examples {
      do {
        try runtime.run(example.source, name: "=\(example.path)")
      } catch {
        Issue.record("\(example.path): \(error)")
      }
    }
  }

  @Test func everyEntryIsDocumentedOnce() {
    for library in LuaFace.libraries {
      var seen: Set<String> = []
      for entry in library.entries {
        #expect(seen.insert(entry.name).inserted, "\(library.path(entry)) is declared twice")
        #expect(!entry.summary.isEmpty && !entry.example.isEmpty && !entry.returns.isEmpty)
        #expect(!entry.summary.hasSuffix("."), "\(library.path(entry)): the period is added")
      }
    }
  }

  /// Walks `pn` and its sub-tables: nothing may be exported that the table does not know.
  @Test func everyExportHasAnEntry() throws {
    let runtime = try quietRuntime()
    let results = try runtime.run(
      """
      local names = {}
      local function walk(path, library)
        for key, value in pairs(library) do
          if type(value) == "table" then walk(path .. key .. ".", value) end
          if type(value) == "function" then names[#names + 1] = path .. key end
        end
      end
      walk("pn.", pn)
      return table.concat(names, " ")
      """)
    guard case .string(let text)? = results.first else { return #expect(Bool(false)) }
    let names = text.split(separator: " ").map(String.init)
    #expect(names.count > 150)
    for name in names {
      #expect(LuaFace.find(name) != nil, "\(name) has no entry")
    }
  }

  @Test func helpNamesTheNearest() throws {
    let runtime = try quietRuntime()
    #expect(
      errorMessage("pn.help('pn.radn')", in: runtime)?.contains("did you mean 'pn.rand") == true)
    let text = try runtime.run("return pn.help('pn.nn.Linear')")
    guard case .string(let help)? = text.first else { return #expect(Bool(false)) }
    #expect(help.contains("pn.nn.Linear(input, output [, options])"))
    #expect(help.contains("bias: boolean (default true)"))
    let byValue = try runtime.run("return pn.help(pn.nn.Linear) == pn.help('pn.nn.Linear')")
    guard case .boolean(true)? = byValue.first else { return #expect(Bool(false)) }
  }

  /// `Docs/Reference` is what the table says now.
  @Test(arguments: LuaFace.libraries.map(\.name))
  func referenceIsCurrent(_ name: String) throws {
    let library = try #require(LuaFace.libraries.first { $0.name == name })
    let file = name.split(separator: ".").joined(separator: "-") + ".md"
    let committed = contents(of: repository + "/Docs/Reference/" + file)
    #expect(committed == HelpText.page(library), "run Scripts/reference")
  }
}
