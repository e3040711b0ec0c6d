// `penumbra run` with real processes: folders, options, exit codes, checks.

import Glibc
import Testing

/// The repository's folder.
let repositoryFolder = String(
  #filePath.dropLast("/Tests/PenumbraCLITests/RunCommandTests.swift".count))

extension Workspace {
  /// The names of the run folders here, the oldest first.
  var runs: [String] { names(in: "runs") }

  func names(in folder: String) -> [String] {
    guard let stream = opendir("\(path)/\(folder)") else { return [] }
    defer { closedir(stream) }
    var result: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { result.append(name) }
    }
    return result.sorted()
  }

  /// A file of the only run.
  func runFile(_ name: String) throws -> String {
    let runs = runs
    guard runs.count == 1 else { throw ChildError(message: "\(runs.count) runs") }
    return try read("runs/\(runs[0])/\(name)")
  }
}

@Suite struct RunCommandTests {
  @Test func aRunKeepsWhatBelongsToIt() throws {
    let place = try Workspace([
      "a.lua": """
      local pn = require "penumbra"
      local helper = require "helper"
      local cfg = pn.config{ lr = {1e-3, "rate"}, model = { width = {64} } }
      assert(cfg.lr == 0.5 and cfg.model.width == 32 and arg[1] == "--model.width")
      assert(pn.initial_seed() == 7 and pn.run.seed == 7)
      for step in pn.progress(3) do
        pn.run:log{ step = step, loss = helper(step), D = { real = pn.ones(1) * step } }
      end
      pn.run:histogram("weights", pn.randn(100))
      pn.run:image("noise", pn.rand(4, 1, 4, 4))
      pn.run:text("note", "a *b*")
      pn.run:checkpoint{ step = 3, x = pn.ones(2) }
      local f = io.open(pn.run:path("deep/er.txt"), "w") f:write(pn.run.dir) f:close()
      """, "helper.lua": "return function(step) return 1 / step end\n",
    ])
    let outcome = try place.penumbra(
      "run", "a.lua", "--set", "lr=0.5", "--seed", "7", "--name", "first", "--", "--model.width",
      "32")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(place.runs.count == 1 && place.runs[0].contains("-first-"))
    #expect(try place.runFile("config.json") == "{\"lr\":0.5,\"model\":{\"width\":32}}\n")
    let metrics = try place.runFile("metrics.jsonl").split(separator: "\n")
    #expect(metrics.count == 3)
    #expect(metrics[1].contains("\"D/real\":2.0,\"loss\":0.5"))
    let table = try place.runFile("metrics.csv").split(separator: "\n")
    #expect(table.count == 4 && table[0] == "step,time,D/real,loss")
    #expect(try place.runFile("source/a.lua") == place.read("a.lua"))
    #expect(try place.runFile("source/modules.helper.lua") == place.read("helper.lua"))
    #expect(try place.runFile("deep/er.txt") == "runs/\(place.runs[0])")
    #expect(try place.runFile("images/noise/step-000000003.png").isEmpty == false)
    #expect(try place.runFile("histograms.jsonl").contains("\"name\":\"weights\""))
    #expect(try place.runFile("texts.jsonl").contains("\"text\":\"a *b*\""))
    let record = try place.runFile("run.json")
    for part in [
      "\"state\":\"finished\"", "\"exit_code\":0", "\"seed\":7", "\"settings\":[\"lr=0.5\"]",
      "\"arguments\":[\"--model.width\",\"32\"]", "\"penumbra\":", "\"cpu\":",
    ] { #expect(record.contains(part), "\(part) in \(record)") }
    let all = place.names(in: "runs/\(place.runs[0])")
    #expect(all.contains { $0.hasPrefix("events.out.tfevents.") })
    #expect(place.names(in: "runs/\(place.runs[0])/checkpoints").count == 2)
  }

  @Test func theSameScriptRunsQuietlyOutsideARun() throws {
    let place = try Workspace([
      "a.lua": """
      local pn = require "penumbra"
      assert(not pn.run.active and pn.run.dir == nil and pn.run:restore{} == nil)
      pn.run:log{ loss = 1 }
      pn.run:log{ step = 9, loss = 0/0 }
      assert(pn.run.step == 9 and pn.run:due(10, 5) and not pn.run:due(11, 5))
      pn.run:checkpoint{ step = 1 }
      assert(pn.run:image("a", pn.rand(2, 2)) == nil and pn.run:path("x.txt") == "x.txt")
      """
    ])
    let outcome = try place.penumbra("a.lua")
    #expect(outcome == Outcome(output: "", errors: "", code: 0))
    #expect(place.names(in: ".") == ["a.lua"])
  }

  @Test func wrongWordsAreUsageErrors() throws {
    let place = try Workspace(["a.lua": ""])
    for (words, message) in [
      (["run"], "expected a script"), (["run", "a.lua", "b"], "unexpected argument 'b'"),
      (["run", "a.lua", "--sed", "1"], "did you mean '--seed'"),
      (["run", "a.lua", "--seed", "x"], "expected an integer, got 'x'"),
      (["run", "a.lua", "--set", "lr"], "expected name=value"),
      (["run", "a.lua", "--log", "csv,xml"], "expected some of jsonl,csv,tensorboard"),
      (["run", "a.lua", "--on-nan", "no"], "stop, warn or skip"),
      (["run", "a.lua", "--memory-limit", "12"], "at least 1M"),
      (["run", "a.lua", "--timeout"], "needs a value"), (["run", "-"], "script's file"),
      (["runs", "sow"], "did you mean 'show'"), (["runs", "diff", "a"], "expected 2 runs"),
    ] {
      let outcome = try Child.run(Child.penumbra, words, in: place.path)
      #expect(outcome.code == 2 && outcome.errors.contains(message), "\(words): \(outcome.errors)")
    }
    #expect(place.runs.isEmpty)
    let help = try place.penumbra("run", "--help")
    #expect(help.code == 0 && help.output.contains("--memory-limit"))
  }

  // MARK: - Options

  static let options = """
    local pn = require "penumbra"
    local cfg = pn.config({
      lr = {1e-3, "rate"}, steps = {10, "how many"}, name = {"a", "a word", {"a", "b"}}, fast = {true},
      hidden = {{64, 64}, "layers"}, rates = {{0.5, 1}, "rates"}, tags = {{"x"}, "tags"}, seed = {1},
      model = {width = {64, "units"}, deep = {kind = {"mlp"}}},
    }, "About it.")
    local h = table.concat(cfg.hidden, "+") .. math.type(cfg.hidden[1])
    print(cfg.lr, cfg.steps, cfg.name, cfg.fast, h, cfg.rates[1], #cfg.tags, cfg.seed,
      cfg.model.width, cfg.model.deep.kind)
    """

  @Test(arguments: [
    ([], "0.001\t10\ta\ttrue\t64+64integer\t0.5\t1\t1\t64\tmlp\n"),
    (
      ["--set", "lr=1", "--set", "steps=1e3", "--set", "hidden=8,4,2", "--seed", "9"],
      "1.0\t1000\ta\ttrue\t8+4+2integer\t0.5\t1\t9\t64\tmlp\n"
    ),
    (
      ["--set", "tags=", "--set", "model.deep.kind=x=y", "--", "--name", "b", "--no-fast"],
      "0.001\t10\tb\tfalse\t64+64integer\t0.5\t0\t1\t64\tx=y\n"
    ),
    (
      ["--set", "seed=3", "--seed", "9", "--", "--model.width=5", "--rates=2"],
      "0.001\t10\ta\ttrue\t64+64integer\t2.0\t1\t3\t5\tmlp\n"
    ),
  ])
  func settingsReachTheScript(_ words: [String], _ output: String) throws {
    let place = try Workspace(["a.lua": RunCommandTests.options])
    let outcome = try Child.run(Child.penumbra, ["run", "a.lua"] + words, in: place.path)
    #expect(outcome.output == output, "\(outcome.errors)")
    #expect(outcome.code == 0)
  }

  @Test(arguments: [
    ("modle.width=1", "unknown option --set modle.width (did you mean 'model.width'?)"),
    ("steps=1.5", "--set steps: expected an integer, got '1.5'"),
    ("hidden=1,x", "--set hidden: expected a list of integers, such as 64,32, got '1,x'"),
    ("name=c", "--set name: expected one of a, b, got 'c'"),
    ("fast=maybe", "--set fast: expected true or false, got 'maybe'"),
  ])
  func wrongSettingsAreErrors(_ setting: String, _ message: String) throws {
    let place = try Workspace(["a.lua": RunCommandTests.options])
    let outcome = try place.penumbra("run", "a.lua", "--set", setting)
    #expect(outcome.code == 1 && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(try place.runFile("run.json").contains("\"state\":\"failed\""))
  }

  @Test func settingsNeedAConfig() throws {
    let script = "local pn = require 'penumbra'\npn.run:log{ loss = 1 }"
    let place = try Workspace(["a.lua": script])
    let outcome = try place.penumbra("run", "a.lua", "--set", "lr=1")
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("--set lr: the script has not called pn.config"))
  }

  @Test func optionsArePrintedForFree() throws {
    let place = try Workspace(["a.lua": RunCommandTests.options])
    for words in [["a.lua", "--help"], ["run", "a.lua", "--help"]] {
      let outcome = try Child.run(Child.penumbra, words, in: place.path)
      #expect(outcome.code == 0)
      for part in ["About it.", "--model.width 64  ", "--hidden 64,64", "(a, b)", "--no-fast"] {
        #expect(outcome.output.contains(part), "\(part): \(outcome.output)")
      }
    }
    let printed = try place.penumbra("run", "a.lua", "--set", "lr=2", "--print-config")
    #expect(printed.code == 0 && printed.output.contains("lr=2.0\nmodel.deep.kind=mlp\n"))
    #expect(place.runs.isEmpty)
  }

  @Test(arguments: [
    ("{ hidden = {64, 64} }", "a list is written {{64, 64}}"), ("{ a = {} }", "an empty table"),
    ("{ a = {1, x = 2} }", "a mixture of both"), ("{ a = print }", "as default, got function"),
    ("{ [1] = 2 }", "names as keys"), ("{ ['a.b'] = 2 }", "names without spaces"),
    ("{ a = {{}} }", "an empty list"), ("{ a = {{1, 'x'}} }", "a list of one of them"),
  ])
  func wrongDeclarationsAreErrors(_ table: String, _ message: String) throws {
    let outcome = try Workspace().penumbra("-e", "require 'penumbra'.config\(table)")
    #expect(outcome.code == 1 && outcome.errors.contains(message), "\(outcome.errors)")
  }

  // MARK: - Check

  @Test func checkStopsBeforeTheLoop() throws {
    let script = """
      local pn = require "penumbra"
      local cfg = pn.config{ steps = {10, "steps"} }
      local net = pn.nn.Linear(2, 3)
      pcall(function()
        for step in pn.progress(cfg.steps) do error "in the loop" end
      end)
      print "behind"
      """
    let place = try Workspace(["a.lua": script, "bad.lua": "for", "wrong.lua": "error 'no'"])
    let outcome = try place.penumbra("run", "a.lua", "--check", "--set", "steps=5")
    #expect(
      outcome
        == Outcome(
          output: "a.lua: compiles, its options are right, and it runs as far as its loop "
            + "(a.lua:5)\nsteps=5\n", errors: "", code: 0))
    #expect(try place.penumbra("run", "bad.lua", "--check").errors.contains("bad.lua:1:"))
    #expect(try place.penumbra("run", "wrong.lua", "--check").code == 1)
    #expect(try place.penumbra("run", "bad.lua").code == 1)
    #expect(place.runs.isEmpty)
  }

  // MARK: - Ends

  @Test func exitCodesSayHowItEnded() throws {
    let place = try Workspace([
      "fails.lua": "error 'no'", "exits.lua": "os.exit(3)", "closes.lua": "os.exit(4, true)",
      "loops.lua": "while true do pcall(function() while true do end end) end",
      "eats.lua": "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end",
      "tensors.lua":
        "local pn = require 'penumbra' t = {} while true do t[#t+1] = pn.ones(1e5) end",
    ])
    for (words, code, state) in [
      (["fails.lua"], 1, "failed"), (["exits.lua"], 3, "failed"), (["closes.lua"], 4, "failed"),
      (["loops.lua", "--timeout", "0.3"], 124, "timed out"),
      (["eats.lua", "--memory-limit", "32M"], 137, "out of memory"),
      (["tensors.lua", "--memory-limit", "32M"], 137, "out of memory"),
    ] {
      let name = String(words[0].dropLast(".lua".count))
      let outcome = try Child.run(
        Child.penumbra, ["run", "--name", name] + words, in: place.path)
      #expect(outcome.code == Int32(code), "\(words): \(outcome.errors)")
      let folder = try #require(place.runs.last { $0.contains("-\(name)-") })
      let record = try place.read("runs/\(folder)/run.json")
      #expect(record.contains("\"state\":\"\(state)\",\"exit_code\":\(code)"), "\(record)")
    }
  }

  /// Time runs out inside of one long operation, and in a loop of them that catches errors.
  @Test(arguments: [
    "local x = pn.ones(6000, 6000) x:matmul(x)",
    "local x = pn.randn(1500, 1500) while true do pcall(x.matmul, x, x) end",
    "coroutine.wrap(function() local x = pn.randn(1e6) while true do x = x:sin() end end)()",
  ])
  func timeRunsOutInsideOfOperations(_ work: String) throws {
    let place = try Workspace(["a.lua": "local pn = require 'penumbra' \(work) print 'behind'"])
    let outcome = try place.penumbra("run", "a.lua", "--timeout", "0.3")
    #expect(outcome.code == 124 && outcome.output.isEmpty, "\(outcome)")
    #expect(try place.runFile("run.json").contains("\"state\":\"timed out\",\"exit_code\":124"))
  }

  @Test func aScriptMayCatchTheMemoryLimit() throws {
    let place = try Workspace([
      "a.lua": """
      local pn = require "penumbra"
      print(pcall(pn.ones, 1e8))
      print(pcall(function() local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end end))
      collectgarbage()
      print(pn.ones(10):sum():item())
      """
    ])
    let outcome = try place.penumbra("run", "a.lua", "--memory-limit", "64M")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("false\tones: ") && lines[0].contains("limit"))
    #expect(lines[1] == "false\tnot enough memory" && lines[2] == "10.0")
  }

  @Test(arguments: ["stop", "warn", "skip"])
  func valuesThatAreNotFinite(_ policy: String) throws {
    let place = try Workspace([
      "a.lua": """
      local pn = require "penumbra"
      for step = 1, 3 do pn.run:log{ step = step, loss = step == 2 and 0/0 or 1 } end
      """
    ])
    let outcome = try place.penumbra("run", "a.lua", "--on-nan", policy)
    let metrics = try place.runFile("metrics.jsonl")
    #expect(outcome.code == (policy == "stop" ? 1 : 0))
    #expect(outcome.errors.contains("loss is") == (policy != "skip"))
    if policy == "stop" { #expect(outcome.errors.contains("a.lua:2: log: loss is")) }
    #expect(metrics.contains("\"loss\":\"NaN\"") == (policy != "skip"))
    #expect(metrics.split(separator: "\n").count == (policy == "stop" ? 2 : 3))
  }
}
