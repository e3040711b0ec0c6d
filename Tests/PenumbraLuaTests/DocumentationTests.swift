/// Every Lua snippet of the README and the guides runs.

import LuaEmbedding
import Penumbra
import Testing

@Suite struct DocumentationTests {
  static let pages = [
    "README.md", "Docs/Guides/first-gan.md", "Docs/Guides/embedding.md",
  ]

  @Test(arguments: pages)
  func snippetsRun(_ page: String) throws {
    let text = try #require(contents(of: "\(repository)/\(page)"), "\(page) is missing")
    let runtime = try quietRuntime()
    let blocks = codeBlocks("lua", in: text)
    #expect(!blocks.isEmpty)
    for block in blocks {
      do { try runtime.run(block, name: "=\(page)") } catch { Issue.record("\(page): \(error)") }
    }
  }
}
