// Sessions that the README and the guides show: typed again on a terminal, and compared.

import Testing

/// The `console` blocks of a page that begin with a prompt, or with `$ penumbra` and one. They are
/// one session. A line `...` stands for any lines.
struct Transcript {
  struct Step {
    /// With the prompts `> ` and `>> ` before them.
    var inputs: [String]
    var output: [String]
  }

  private(set) var steps: [Step] = []

  init(page: String) {
    var isInside = false
    var isSession = false
    for line in page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        (isInside, isSession) = (line == "```console", false)
      } else if isInside, line == "$ penumbra" || line.hasPrefix("> ") {
        isSession = true
      }
      if isSession, line != "$ penumbra" { add(line) }
    }
  }

  private mutating func add(_ line: String) {
    if line.hasPrefix("> ") {
      steps.append(Step(inputs: [line], output: []))
    } else if !steps.isEmpty, line.hasPrefix(">> "), steps[steps.count - 1].output.isEmpty {
      steps[steps.count - 1].inputs.append(line)
    } else if !steps.isEmpty {
      steps[steps.count - 1].output.append(line)
    }
  }
}

@Suite struct TranscriptTests {
  @Test(arguments: ["README.md", "Docs/Guides/repl.md"])
  func sessionsGoAsShown(_ page: String) throws {
    let text = try Child.run("/bin/cat", ["\(repositoryFolder)/\(page)"]).output
    let steps = Transcript(page: text).steps
    #expect(page == "README.md" || steps.count > 20)
    let place = try Workspace()
    defer { withExtendedLifetime(place) {} }
    let terminal = try PseudoTerminal(
      in: place, environment: ["NO_COLOR": "1", "PENUMBRA_GRAPHICS": "text"])
    try terminal.expect("\r\n> ")
    for (number, step) in steps.enumerated() {
      for (position, input) in step.inputs.enumerated() {
        // A longer one would be wrapped.
        #expect(input.count < 80)
        terminal.enter(String(input.drop { $0 == ">" }.dropFirst()))
        let isLast = position == step.inputs.count - 1
        let shown = try terminal.expect(isLast ? "\r\n> " : "\r\n>> ")
        guard isLast else { continue }
        // The echo comes first.
        let lines = shown.replacing("\r\n", with: "\n").split(
          separator: "\n", omittingEmptySubsequences: false
        ).dropFirst().map(String.init)
        #expect(
          Self.matches(lines, step.output),
          "\(page), input \(number + 1) \(input): got\n\(lines.joined(separator: "\n"))")
      }
    }
  }

  private static func matches(_ lines: [String], _ shown: [String]) -> Bool {
    guard let first = shown.first else { return lines.isEmpty }
    if first == "..." {
      return (0...lines.count).contains { matches(Array(lines[$0...]), Array(shown.dropFirst())) }
    }
    return lines.first == first && matches(Array(lines.dropFirst()), Array(shown.dropFirst()))
  }

  @Test func theComparisonCanFail() {
    #expect(Self.matches(["a", "b"], ["a", "b"]))
    #expect(!Self.matches(["a", "b"], ["a"]))
    #expect(!Self.matches([], ["a"]))
    #expect(!Self.matches(["a"], []))
    #expect(Self.matches(["a", "b", "c"], ["a", "...", "c"]))
    #expect(!Self.matches(["a", "b"], ["a", "...", "c"]))
  }
}
