// Runs that are interrupted or killed go on bit for bit.

import Glibc
import Testing

@Suite struct ResumeTests {
  static let script = "\(repositoryFolder)/Tests/Lua/fixtures/run_gan.lua"

  private func run(_ place: Workspace, _ words: [String]) throws -> Outcome {
    try Child.run(Child.penumbra, ["run"] + words, in: place.path)
  }

  /// What the run leaves behind, without times.
  private func result(_ place: Workspace) throws -> (final: [UInt8], losses: [String]) {
    let losses = try place.runFile("metrics.jsonl").split(separator: "\n").map { line in
      let parts = line.split(separator: ",").filter { !$0.hasPrefix("\"time\"") }
      return parts.joined(separator: ",")
    }
    return (Array(try place.runFile("final.npz").utf8), losses)
  }

  private func whole() throws -> (final: [UInt8], losses: [String]) {
    let place = try Workspace()
    let outcome = try run(place, [ResumeTests.script, "--seed", "3"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let result = try result(place)
    #expect(result.losses.count == 40)
    return result
  }

  /// Before the first checkpoint, between two, at one.
  @Test(arguments: [4, 27, 30])
  func aKilledRunGoesOnBitForBit(_ step: Int) throws {
    let expected = try whole()
    let place = try Workspace()
    let killed = try run(place, [ResumeTests.script, "--seed", "3", "--set", "kill=\(step)"])
    #expect(killed.code == 128 + SIGKILL, "\(killed.errors)")
    // As if it had been killed while it wrote a line.
    let folder = "\(place.path)/runs/\(place.runs[0])"
    let torn = open("\(folder)/metrics.jsonl", O_WRONLY | O_APPEND)
    _ = Glibc.write(torn, "{\"step\":", 8)
    close(torn)
    #expect(try place.penumbra("runs", "ls").output.contains("killed"))

    let again = try run(place, ["--resume", "last", "--set", "kill=0"])
    #expect(again.code == 0, "\(again.errors)")
    let found = try result(place)
    #expect(found.losses == expected.losses)
    #expect(found.final == expected.final)
    let record = try place.runFile("run.json")
    let from = step > 10 ? "\((step - 1) / 10 * 10)" : "null"
    #expect(record.contains("\"resumed_from\":\(from)"), "\(record)")
    let rows = try place.runFile("metrics.csv").split(separator: "\n").count
    #expect(rows == 41)
  }

  /// Killed again and again, whenever it may be: each time at most the steps since the last checkpoint
  /// are lost, and the result is that of a run that nobody touched.
  @Test func killsAtRandomMomentsLoseNoMoreThanTheStepsSinceTheLastCheckpoint() throws {
    let expected = try whole()
    let place = try Workspace()
    var words = [ResumeTests.script, "--seed", "3", "--set", "pause=0.03"]
    var kills = 0
    for _ in 0..<8 {
      let child = try LiveChild(["run"] + words, in: place.path)
      // From the first step on, so that there is something to lose.
      try child.wait(output: "step ")
      usleep(.random(in: 0...600_000))
      child.signal(SIGKILL)
      let wasKilled = try child.end() == 128 + SIGKILL
      words = ["--resume", "last"]
      guard wasKilled else { break }
      kills += 1
      let rows = try place.runFile("metrics.jsonl").split(separator: "\n")
      let last =
        rows.compactMap { row in
          Int(row.dropFirst("{\"step\":".count).prefix { $0.isNumber })
        }.max() ?? 0
      // A killed process had written the checkpoint of each tenth step before it logged the next.
      let index = "runs/\(place.runs[0])/checkpoints/index.json"
      let kept = (try? place.read(index).split(separator: "\"step\":").last)
        .flatMap { Int($0.prefix { $0.isNumber }) }
      #expect((kept ?? 0) >= max(0, last - 1) / 10 * 10, "last \(last), kept \(kept ?? 0)")
      #expect(last < 40 || kept != nil)
    }
    let again = try run(place, ["--resume", "last", "--set", "pause=0"])
    #expect(again.code == 0 && kills > 1, "\(again.errors)")
    let found = try result(place)
    #expect(found.losses == expected.losses)
    #expect(found.final == expected.final)
  }

  @Test func anInterruptedRunMakesACheckpointAndGoesOn() throws {
    let expected = try whole()
    let place = try Workspace()
    let stopped = try place.penumbra(
      "run", ResumeTests.script, "--seed", "3", "--set", "pause=0.05",
      signal: (SIGINT, after: "step 13\n"))
    #expect(stopped.code == 130, "\(stopped.errors)")
    #expect(stopped.errors.contains("stopping at the end of the step"))
    let words = stopped.output.split(separator: "\n")
    let last = try #require(words.last)
    #expect(last.hasPrefix("stopped after "))
    let step = try #require(Int(last.dropFirst("stopped after ".count)))
    #expect(step >= 13 && step < 40)
    #expect(try place.runFile("run.json").contains("\"state\":\"interrupted\",\"exit_code\":130"))

    let again = try run(place, ["--resume", place.runs[0], "--set", "pause=0"])
    #expect(again.code == 0, "\(again.errors)")
    let record = try place.runFile("run.json")
    #expect(record.contains("\"resumed_from\":\(step)"), "\(record)")
    let found = try result(place)
    #expect(found.losses == expected.losses)
    #expect(found.final == expected.final)
  }

  /// A script that does not come to `due` is stopped where it is, and its function is called.
  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func aScriptWithoutCheckpointsStopsAtOnce(_ signal: Int32, _ code: Int32) throws {
    let place = try Workspace([
      "a.lua": """
      local pn = require "penumbra"
      local step = 0
      pn.run:on_interrupt(function()
        pn.run:checkpoint{ step = step }
        print("saved at " .. step)
      end)
      step = 5
      print "ready" io.flush()
      while true do pcall(function() while true do end end) end
      """
    ])
    let outcome = try place.penumbra("run", "a.lua", signal: (signal, after: "ready"))
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.output == "ready\nsaved at 5\n")
    let files = place.names(in: "runs/\(place.runs[0])/checkpoints")
    #expect(files.contains("step-000000005.safetensors"))
  }

  @Test func aSecondInterruptEndsAtOnce() throws {
    let script = """
      local pn = require "penumbra"
      pn.run:due(1, 10)
      print "ready" io.flush()
      os.execute "P=$PPID; (sleep 0.5; kill -INT $P; sleep 0.5; kill -INT $P) >/dev/null 2>&1 &"
      while true do end
      """
    let outcome = try Workspace(["a.lua": script]).penumbra("run", "a.lua")
    #expect(outcome.code == 130)
    #expect(outcome.output == "ready\n")
  }

  /// Also one that comes while the script's own function makes use of the first.
  @Test func aSecondInterruptEndsWhatTheFirstBegan() throws {
    let script = """
      local pn = require "penumbra"
      pn.run:on_interrupt(function() print "handler" io.flush() while true do end end)
      print "ready" io.flush()
      while true do end
      """
    let place = try Workspace(["a.lua": script])
    let child = try LiveChild(["run", "a.lua"], in: place.path)
    try child.wait(output: "ready\n")
    child.signal(SIGINT)
    try child.wait(output: "handler\n")
    child.signal(SIGINT)
    #expect(try child.end() == 130)
  }

  @Test func aResumedRunMustTakeItsCheckpoint() throws {
    let script = """
      local pn = require "penumbra"
      if not pn.run.resumed then pn.run:checkpoint{ step = 5 } end
      pn.run:log{ step = 6, loss = 1 }
      """
    let place = try Workspace(["a.lua": script])
    #expect(try place.penumbra("run", "a.lua").code == 0)
    let again = try place.penumbra("run", "--resume", "last")
    #expect(again.code == 1)
    #expect(again.errors.contains("a.lua:3: log: the run goes on from a checkpoint"))
  }

  @Test func aDamagedCheckpointIsPassedOver() throws {
    let script = """
      local pn = require "penumbra"
      local state = pn.run:restore() or { step = 0 }
      print(state.step)
      for step = state.step + 1, state.step + 2 do
        pn.run:checkpoint({ step = step, x = pn.full({4}, step) }, { keep = 3 })
      end
      """
    let place = try Workspace(["a.lua": script])
    #expect(try place.penumbra("run", "a.lua").output == "0\n")
    let file = "runs/\(place.runs[0])/checkpoints/step-000000002.safetensors"
    try place.write(file, "junk")
    let again = try place.penumbra("run", "--resume", "last")
    #expect(again.code == 0 && again.output == "1\n", "\(again.errors)")
    #expect(again.errors.contains("the checkpoint of step 2 is damaged"))
  }

  @Test func thereMustBeARunToResume() throws {
    let place = try Workspace(["a.lua": ""])
    #expect(try place.penumbra("run", "--resume", "last").errors.contains("no run to resume"))
    #expect(try place.penumbra("run", "--resume", "abc").errors.contains("no run 'abc'"))
  }
}
