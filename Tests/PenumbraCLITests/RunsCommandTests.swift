// `penumbra runs`: what is in run folders, hostile ones too.

import Glibc
import Testing

@Suite struct RunsCommandTests {
  static let script = """
    local pn = require "penumbra"
    local cfg = pn.config{ lr = {1.0, "rate"}, steps = {3, "steps"} }
    for step = 1, cfg.steps do pn.run:log{ step = step, loss = cfg.lr / step } end
    """

  private func place() throws -> Workspace {
    let place = try Workspace(["a.lua": RunsCommandTests.script])
    for (name, lr) in [("slow", "1"), ("fast", "2")] {
      let outcome = try place.penumbra("run", "a.lua", "--name", name, "--set", "lr=\(lr)")
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    return place
  }

  @Test func runsAreListedShownAndCompared() throws {
    let place = try place()
    let list = try place.penumbra("runs", "ls").output.split(separator: "\n")
    #expect(list.count == 3 && list[0].hasPrefix("run "))
    #expect(list.contains { $0.contains("-fast-") && $0.contains("finished  3 ") })
    #expect(try place.penumbra("runs", "ls", "--name", "slow").output.contains("-fast-") == false)
    let shown = try place.penumbra("runs", "show", "fast").output
    for part in ["state", "finished (exit code 0)", "lr     2.0", "loss   0.666667  0.666667  2"] {
      #expect(shown.contains(part), "\(part): \(shown)")
    }
    let difference = try place.penumbra("runs", "diff", "slow", "fast").output
    #expect(difference.contains("config lr") && !difference.contains("steps"))
    #expect(!difference.contains("source"))
    let same = try place.penumbra("runs", "diff", "slow", "slow").output
    #expect(same == "no difference\n")
    let table = try place.penumbra("runs", "compare").output
    let rows = table.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows[0] == ["run", "state", "step", "lr", "loss", "min", "max"])
    #expect(rows[1].suffix(4) == ["1.0", "0.333333", "0.333333", "1"])
    let wrong = try place.penumbra("runs", "compare", "--metric", "los")
    #expect(wrong.code == 1 && wrong.errors.contains("did you mean 'loss'"))
  }

  @Test func runsArePlotted() throws {
    let place = try place()
    let outcome = try place.penumbra("runs", "plot", "--metric", "loss", "--to", "loss.svg")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try place.read("loss.svg").contains("<svg"))
  }

  @Test func runsAreRemoved() throws {
    let place = try place()
    #expect(try place.penumbra("runs", "rm", "slow").code == 0)
    #expect(place.runs.count == 1)
    #expect(try place.penumbra("runs", "rm", "slow").code == 1)
    #expect(mkdir("\(place.path)/runs/other", 0o777) == 0)
    #expect(try place.penumbra("runs", "rm", "other").errors.contains("no run 'other'"))
    #expect(place.runs.count == 2)
  }

  /// Nothing in a folder can crash the command, hang it, or write control characters.
  @Test func hostileFoldersAreHarmless() throws {
    let place = try place()
    let run = "runs/\(place.runs[0])"
    let escape = "\u{1B}]0;title\u{7}"
    try place.write(
      "\(run)/config.json", "{\"\\u001b[2Ja\":\"\\u001b[31m\",\"b\":{\"c\":[[[1]]]}}")
    try place.write(
      "\(run)/metrics.jsonl",
      "{\"step\":9223372036854775807,\"time\":1e308,\"\\u001b[2J\":1e308}\n\(escape)\n{\"step\":1")
    try place.write("\(run)/metrics.csv", "")
    unlink("\(place.path)/\(run)/metrics.csv")
    #expect(mkdir("\(place.path)/\(run)/metrics.csv", 0o777) == 0)
    #expect(mkfifo("\(place.path)/runs/pipe", 0o666) == 0)
    #expect(mkdir("\(place.path)/runs/\(escape)", 0o777) == 0)
    for words in [
      ["ls"], ["show", place.runs.first { $0.hasPrefix("2") } ?? ""], ["compare"],
      ["diff", "slow", "fast"],
    ] {
      let outcome = try Child.run(Child.penumbra, ["runs"] + words, in: place.path)
      #expect(outcome.code == 0, "\(words): \(outcome.errors)")
      #expect(!outcome.output.contains("\u{1B}"))
    }
    #expect(
      try Child.run(Child.penumbra, ["runs", "ls", "--runs", "no"], in: place.path).code == 0)
  }
}
