/// Every snippet and command of the README and the guides runs.

import Glibc
import LuaEmbedding
import Penumbra
import Testing

@Suite struct DocumentationTests {
  static let pages: [String] = {
    let guides = (try? commandOutput("ls Docs/Guides/*.md")) ?? ""
    return ["README.md"] + guides.split(separator: "\n").map(String.init)
  }()

  @Test(arguments: pages)
  func snippetsRun(_ page: String) throws {
    let text = try #require(contents(of: "\(repository)/\(page)"), "\(page) is missing")
    let runtime = try quietRuntime()
    let blocks = codeBlocks("lua", in: text)
    // Outside a run, the guide to runs saves its weights here.
    defer { if page.hasSuffix("runs.md") { unlink("\(repository)/generator.safetensors") } }
    // The tables of results and benchmarks have none.
    #expect(!blocks.isEmpty || page.hasSuffix("results.md") || page.hasSuffix("benchmarks.md"))
    for block in blocks {
      do { try runtime.run(block, name: "=\(page)") } catch { Issue.record("\(page): \(error)") }
    }
  }

  /// `$ command` lines of console blocks print what stands below them.
  @Test func commandsPrintWhatTheReadmeShows() throws {
    let text = try #require(contents(of: "\(repository)/README.md"))
    var count = 0
    for block in codeBlocks("console", in: text) {
      var shown: [(command: String, output: String)] = []
      for line in block.split(separator: "\n") {
        if line.hasPrefix("$ ") {
          shown.append((String(line.dropFirst(2)), ""))
        } else if !shown.isEmpty {
          shown[shown.count - 1].output += line + "\n"
        }
      }
      for (command, output) in shown { #expect(try commandOutput(command) == output) }
      count += shown.count
    }
    #expect(count >= 3)
  }

  /// The scripts that shell blocks name exist and may be run; continuous integration runs them.
  @Test func scriptsExist() throws {
    let text = try #require(contents(of: "\(repository)/README.md"))
    let commands = codeBlocks("sh", in: text).flatMap { $0.split(separator: "\n") }
    #expect(commands == ["Scripts/quickstart", "Scripts/test"])
    for command in commands { #expect(access("\(repository)/\(command)", X_OK) == 0) }
  }
}
