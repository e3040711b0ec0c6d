// The guide to runs: its scripts and commands work as they stand, in their order.

import Testing

@Suite struct RunsGuideTests {
  @Test func commandsRun() throws {
    let guide = try Child.run("/bin/cat", ["\(repositoryFolder)/Docs/Guides/runs.md"]).output
    let place = try Workspace()
    var commands: [String] = []
    for (language, text) in blocks(of: guide) {
      let first = text.prefix { $0 != "\n" }
      if language == "lua", first.hasPrefix("-- "), first.hasSuffix(".lua") {
        try place.write(String(first.dropFirst(3)), text)
      }
      guard language == "console" else { continue }
      commands += text.split(separator: "\n").filter { $0.hasPrefix("$ ") }
        .map { String($0.dropFirst(2)) }
    }
    #expect(commands.count >= 8)
    for command in commands {
      let words = command.split(separator: " ").map(String.init)
      #expect(words.first == "penumbra")
      let outcome = try Child.run(Child.penumbra, Array(words.dropFirst()), in: place.path)
      #expect(outcome.code == 0, "\(command): \(outcome.errors)")
    }
    #expect(place.runs.count == 7)
    #expect(try place.read("losses.png").isEmpty == false)
    let long = place.runs.first { $0.contains("-long-") } ?? ""
    let last = try place.read("runs/\(long)/run.json")
    #expect(last.contains("\"resumed_from\":100"))
  }

  private func blocks(of text: String) -> [(language: String, text: String)] {
    var result: [(language: String, text: String)] = []
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if !isInside { result.append((String(line.dropFirst(3)), "")) }
        isInside.toggle()
      } else if isInside {
        result[result.count - 1].text += line + "\n"
      }
    }
    return result
  }
}
