// `penumbra run --sandbox` and `--isolate` with real processes.

import Glibc
import Testing

@Suite struct SandboxCommandTests {
  static let script = """
    local pn = require "penumbra"
    print(pn.ones(3):sum():item(), pcall(os.execute, "true"))
    print((io.open("/etc/hostname")))
    print((io.open("secret.txt")))
    local f = assert(io.open("data/own.txt")) print(f:read("a")) f:close()
    if pn.run.dir then pn.run:log{step = 1, loss = 0.5} pn.save(pn.run:path("x.npy"), pn.ones(2)) end
    """

  private func place() throws -> Workspace {
    let place = try Workspace(["a.lua": SandboxCommandTests.script, "secret.txt": "s"])
    mkdir("\(place.path)/data", 0o755)
    try place.write("data/own.txt", "mine")
    return place
  }

  @Test(arguments: [[], ["--isolate"]])
  func anExperimentHasItsFoldersAndItsRun(_ more: [String]) throws {
    let place = try place()
    let outcome = try Child.run(
      Child.penumbra, ["run", "a.lua", "--sandbox", "experiment", "--allow", "data"] + more,
      environment: ["HOME": place.path], in: place.path)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0].hasPrefix("3.0\tfalse\tos.execute: refused"))
    #expect(lines[1...] == ["nil", "nil", "mine"])
    #expect(try place.runFile("metrics.jsonl").contains("\"loss\":0.5"))
    #expect(try place.runFile("run.json").contains("\"state\":\"finished\""))
    #expect(place.names(in: "runs/\(place.runs[0])").contains("x.npy"))
  }

  @Test func aPureScriptMakesNoFolder() throws {
    let place = try Workspace(["a.lua": "print(pcall(os.time)) print(pcall(io.open, 'a.lua'))"])
    let outcome = try place.penumbra("run", "a.lua", "--sandbox", "pure")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("os.time: refused: there is no clock"))
    #expect(outcome.output.contains("io.open: refused: files may not be touched"))
    #expect(place.runs.isEmpty)
  }

  @Test func anIsolatedRunEndsInTime() throws {
    let place = try Workspace([
      "a.lua": "while true do string.find(('a'):rep(40), ('a?'):rep(40) .. ('a'):rep(40)) end"
    ])
    let outcome = try place.penumbra(
      "run", "a.lua", "--sandbox", "pure", "--isolate", "--timeout", "0.3")
    #expect(outcome.code == 124, "\(outcome.errors)")
  }

  @Test func anIsolatedRunEndsForItsMemory() throws {
    let place = try Workspace([
      "a.lua": "local t = {} while true do t[#t + 1] = ('x'):rep(1e6) .. #t end"
    ])
    let outcome = try place.penumbra(
      "run", "a.lua", "--sandbox", "pure", "--isolate", "--memory-limit", "64M")
    #expect(outcome.code == 137, "\(outcome.errors)")
    #expect(outcome.errors.contains("not enough memory"))
  }

  /// A script that crashes its process, as a fault in Lua's C could, is reported by the one that waits.
  @Test func aCrashIsReported() throws {
    let place = try Workspace([
      "a.lua":
        "local f = io.open('/proc/self/stat') local pid = f:read('n') f:close() os.execute('kill -SEGV ' .. pid)"
    ])
    let outcome = try place.penumbra("run", "a.lua", "--isolate")
    #expect(outcome.code == 128 + SIGSEGV)
    #expect(outcome.errors.contains("the script's process was ended: signal 11"))
  }

  @Test func aSignalReachesTheIsolatedScript() throws {
    let place = try Workspace([
      "a.lua": "io.stdout:setvbuf('no') print('ready') while true do pcall(error) end"
    ])
    let outcome = try place.penumbra(
      "run", "a.lua", "--isolate", signal: (number: SIGTERM, after: "ready"))
    #expect(outcome.code == 143, "\(outcome.errors)")
    #expect(try place.runFile("run.json").contains("\"state\":\"interrupted\""))
  }

  @Test func anIsolatedProcessIsBounded() throws {
    let place = try Workspace([
      "a.lua": "for line in io.lines('/proc/self/limits') do print(line) end "
        + "for line in io.lines('/proc/self/status') do if line:find('NoNewPrivs') then print(line) end end"
    ])
    let outcome = try place.penumbra(
      "run", "a.lua", "--isolate", "--memory-limit", "1G", "--timeout", "100", "--threads", "1")
    let lines = outcome.output.split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    #expect(lines.contains { $0.hasPrefix("Max core file size 0 0") }, "\(outcome.output)")
    #expect(lines.contains { $0.hasPrefix("Max open files 256 256") })
    #expect(lines.contains { $0.hasPrefix("Max cpu time 161 161") })
    #expect(lines.contains { $0.hasPrefix("Max data size 3221225472 3221225472") })
    #expect(lines.contains { $0.hasPrefix("NoNewPrivs:") && $0.hasSuffix("1") })
  }

  @Test(arguments: [
    (["--sandbox", "free"], "'--sandbox': expected trusted, experiment, pure, got 'free'"),
    (["--allow", "x"], "'--allow' belongs to '--sandbox experiment'"),
    (["--isolate=1"], "'--isolate' takes no value"),
  ])
  func wrongWordsAreUsageErrors(_ words: [String], _ message: String) throws {
    let place = try Workspace(["a.lua": ""])
    let outcome = try Child.run(
      Child.penumbra, ["run", "a.lua"] + words, environment: [:], in: place.path)
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains(message))
  }
}
