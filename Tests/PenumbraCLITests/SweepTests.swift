// `penumbra sweep` with real processes: combinations, skipping, going on.

import Glibc
import Testing

@Suite struct SweepTests {
  static let script = """
    local pn = require "penumbra"
    local cfg = pn.config{ lr = {1.0}, wd = {0.0}, k = {1}, pause = {0.0}, hidden = {{1}} }
    local state = { step = 0 }
    state = pn.run:restore(state) or state
    for step = state.step + 1, 4 do
      state.step = step
      pn.run:log{ step = step, loss = cfg.lr / step, seed = pn.run.seed or -1, n = #cfg.hidden }
      if os.getenv "FAIL" and cfg.lr == 2 and step == 3 then error "on purpose" end
      if pn.run:due(step, 1) then pn.run:checkpoint(state) end
      local start = pn.clock()
      repeat until pn.clock() - start >= cfg.pause
    end
    """

  private func metrics(_ place: Workspace) throws -> [String] {
    try place.runs.map { run in
      let last = try place.read("runs/\(run)/metrics.jsonl").split(separator: "\n").last ?? ""
      return last.split(separator: ",").filter { !$0.hasPrefix("\"time") }.joined(separator: ",")
    }
    .sorted()
  }

  @Test func everyCombinationRunsOnce() throws {
    let place = try Workspace(["a.lua": SweepTests.script])
    let words = ["sweep", "a.lua", "--grid", "lr=1,2", "--grid", "seed=3..4", "--jobs", "2"]
    let outcome = try Child.run(Child.penumbra, words, in: place.path)
    #expect(outcome.code == 0, "\(outcome.output) \(outcome.errors)")
    #expect(outcome.output.contains("[4/4] "))
    #expect(
      try metrics(place) == [
        "{\"step\":4,\"loss\":0.25,\"n\":1.0,\"seed\":3.0}",
        "{\"step\":4,\"loss\":0.25,\"n\":1.0,\"seed\":4.0}",
        "{\"step\":4,\"loss\":0.5,\"n\":1.0,\"seed\":3.0}",
        "{\"step\":4,\"loss\":0.5,\"n\":1.0,\"seed\":4.0}",
      ])
    let again = try Child.run(Child.penumbra, words, in: place.path)
    #expect(again.code == 0 && again.output.contains("4 trials, 4 done"))
    #expect(place.runs.count == 4)
  }

  @Test func drawsAreTheSameEachTime() throws {
    let place = try Workspace(["a.lua": SweepTests.script])
    let words = [
      "sweep", "a.lua", "--random", "wd=log(1e-6,1e-2)", "--random", "k=int(1,8)", "--trials", "3",
      "--grid", "hidden=4,4;8",
    ]
    #expect(try Child.run(Child.penumbra, words, in: place.path).code == 0)
    #expect(place.runs.count == 6)
    let again = try Child.run(Child.penumbra, words, in: place.path)
    #expect(again.output.contains("6 trials, 6 done"))
    #expect(place.runs.count == 6)
  }

  @Test func whatFailedIsTakenUpAgain() throws {
    let place = try Workspace(["a.lua": SweepTests.script])
    let words = ["sweep", "a.lua", "--grid", "lr=1,2"]
    let failed = try Child.run(
      Child.penumbra, words, environment: ["FAIL": "1"], in: place.path)
    #expect(failed.code == 1 && failed.output.contains("on purpose"), "\(failed.output)")
    let again = try Child.run(Child.penumbra, words, in: place.path)
    #expect(again.code == 0 && again.output.contains("2 trials, 1 done"), "\(again.output)")
    #expect(place.runs.count == 2)
    #expect(
      try metrics(place) == [
        "{\"step\":4,\"loss\":0.25,\"n\":1.0,\"seed\":-1.0}",
        "{\"step\":4,\"loss\":0.5,\"n\":1.0,\"seed\":-1.0}",
      ])
    let records = try place.runs.map { try place.read("runs/\($0)/run.json") }
    #expect(records.count { $0.contains("\"resumed_from\":2") } == 1)
  }

  @Test func aSweepOfEightIsInterruptedAndContinued() throws {
    let place = try Workspace(["a.lua": SweepTests.script])
    let words = [
      "sweep", "a.lua", "--grid", "seed=1..8", "--jobs", "2", "--set", "pause=0.1",
    ]
    let stopped = try Child.run(
      Child.penumbra, words, in: place.path, signal: (SIGINT, after: "[2/8]"))
    #expect(stopped.code == 130, "\(stopped.output) \(stopped.errors)")
    let count = place.runs.count
    #expect(count >= 2 && count < 8)
    let again = try Child.run(Child.penumbra, words, in: place.path)
    #expect(again.code == 0, "\(again.output) \(again.errors)")
    #expect(place.runs.count == 8)
    for run in place.runs {
      #expect(try place.read("runs/\(run)/run.json").contains("\"state\":\"finished\""))
      #expect(try place.read("runs/\(run)/metrics.jsonl").split(separator: "\n").count == 4)
    }
  }

  /// The folders are the only memory: a sweep that is killed loses nothing, and its runs end by
  /// themselves.
  @Test func aSweepOfEightIsKilledAndContinued() throws {
    let place = try Workspace(["a.lua": SweepTests.script])
    let words = [
      "sweep", "a.lua", "--grid", "seed=1..8", "--jobs", "2", "--set", "pause=0.1",
    ]
    let child = try LiveChild(words, in: place.path)
    try child.wait(output: "[2/8]")
    child.signal(SIGKILL)
    #expect(try child.end() == 128 + SIGKILL)
    var again = try Child.run(Child.penumbra, words, in: place.path)
    if again.output.contains("in progress elsewhere") {
      again = try Child.run(Child.penumbra, words, in: place.path)
    }
    #expect(again.code == 0, "\(again.output) \(again.errors)")
    // A process that had only just been started may not have had its folder yet: its trial runs twice.
    #expect((8...10).contains(place.runs.count))
    var finished: Set<String> = []
    for run in place.runs {
      let record = try place.read("runs/\(run)/run.json")
      guard record.contains("\"state\":\"finished\"") else { continue }
      #expect(try place.read("runs/\(run)/metrics.jsonl").split(separator: "\n").count == 4)
      finished.insert(String(record.split(separator: "\"seed\":")[1].prefix { $0.isNumber }))
    }
    #expect(finished == Set((1...8).map(String.init)))
  }

  @Test(arguments: [
    (["sweep"], "expected a script"), (["sweep", "a", "--grid", "lr"], "expected name=..."),
    (["sweep", "a", "--grid", "lr=1,1"], "different values"),
    (["sweep", "a", "--grid", "lr=1", "--grid", "lr=2"], "varied twice"),
    (["sweep", "a", "--grid", "seed=0..99999999999"], "more than 100000 trials"),
    (["sweep", "a", "--random", "x=log(0,1)"], "expected uniform(a,b)"),
    (["sweep", "a", "--random", "x=normal(0,1)"], "expected uniform(a,b)"),
    (["sweep", "a", "--trials", "3"], "needs a '--random'"),
    (["sweep", "a", "--job", "3"], "did you mean '--jobs'"),
  ])
  func wrongWordsAreUsageErrors(_ words: [String], _ message: String) throws {
    let outcome = try Child.run(Child.penumbra, words)
    #expect(outcome.code == 2 && outcome.errors.contains(message), "\(outcome.errors)")
  }
}
