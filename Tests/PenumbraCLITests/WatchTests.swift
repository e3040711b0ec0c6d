// `penumbra watch` with real processes: edits of every kind, runs in progress, the end.

import Glibc
import Testing

@Suite struct WatchTests {
  /// As editors do that never write into the old file.
  private func replace(_ place: Workspace, _ name: String, _ text: String) throws {
    try place.write("\(name).new", text)
    guard rename("\(place.path)/\(name).new", "\(place.path)/\(name)") == 0 else {
      throw ChildError(message: "rename failed")
    }
  }

  /// Whether a process ends within seconds, be it that nobody has asked yet how.
  private func isGone(_ process: pid_t) -> Bool {
    for _ in 0..<500 {
      if kill(process, 0) != 0 { return true }
      let status = try? Child.run("/bin/cat", ["/proc/\(process)/stat"]).output
      if status?.split(separator: ")").last?.hasPrefix(" Z") ?? true { return true }
      usleep(10_000)
    }
    return false
  }

  @Test func editsOfScriptAndModulesRunItAgain() throws {
    let place = try Workspace([
      "a.lua": "local m = require 'lib.m'\nprint('one', m.text, ...)",
      "other.lua": "",
    ])
    #expect(mkdir("\(place.path)/lib", 0o777) == 0)
    try place.write("lib/m.lua", "return { text = 'first' }")
    let child = try LiveChild(["watch", "a.lua", "--", "x", "-y"], in: place.path)
    try child.wait(output: "one\tfirst\tx\t-y\n", errors: "waiting for changes\n")
    // Written in place.
    try place.write("lib/m.lua", "return { text = 'second' }")
    try child.wait(
      output: "one\tsecond\tx\t-y\n", errors: "lib/m.lua changed; run 2 of a.lua\n")
    try child.wait(errors: "finished after ")
    // Written elsewhere and renamed, twice: the name leads to another file each time.
    for word in ["two", "three"] {
      try replace(place, "a.lua", "print('\(word)', (require 'lib.m').text)")
      try child.wait(output: "\(word)\tsecond\n", errors: "a.lua changed; run ")
      try child.wait(errors: "waiting for changes\n")
    }
    // Nobody asked for this one.
    try place.write("other.lua", "x = 1")
    usleep(300_000)
    // An error is shown, and the next edit runs it again.
    try place.write("a.lua", "x = = 1")
    try child.wait(errors: "a.lua:1: unexpected symbol near '='")
    try child.wait(errors: "ended with exit code 1 after ")
    try place.write("a.lua", "print 'mended'")
    try child.wait(output: "mended\n", errors: "run 6 of a.lua")
    try child.wait(errors: "waiting for changes\n")
    child.signal(SIGINT)
    #expect(try child.end() == 130)
    #expect(!child.errors.contains("run 7"))
  }

  @Test func aModuleThatIsMissingIsWaitedFor() throws {
    let place = try Workspace(["a.lua": "print(require 'late')"])
    let child = try LiveChild(["watch", "a.lua"], in: place.path)
    try child.wait(errors: "module 'late' not found")
    try child.wait(errors: "ended with exit code 1")
    try replace(place, "late.lua", "return 'here now'")
    try child.wait(output: "here now", errors: "late.lua changed")
    child.signal(SIGTERM)
    #expect(try child.end() == 143)
  }

  /// The run is interrupted: what it leaves is collected. One that does not end is killed, with what it started.
  @Test func aRunInProgressIsStopped() throws {
    let place = try Workspace([
      "a.lua": """
      setmetatable({}, { __gc = function() print 'collected' io.flush() end })
      print 'busy' io.flush()
      while true do end
      """
    ])
    let child = try LiveChild(["watch", "a.lua"], in: place.path)
    try child.wait(output: "busy\n")
    try place.write(
      "a.lua", "print 'deaf' io.flush() os.execute [[trap '' INT; echo $$ > pid; sleep 60]]")
    try child.wait(output: "collected\n", errors: "run 2")
    try child.wait(output: "deaf\n")
    usleep(200_000)
    let sleeper = try #require(pid_t(try place.read("pid").split(separator: "\n").first ?? ""))
    #expect(kill(sleeper, 0) == 0)
    try place.write("a.lua", "print 'last'")
    try child.wait(output: "last\n", errors: "run 3")
    #expect(isGone(sleeper))
    #expect(!child.errors.contains("interrupted!"))
    child.signal(SIGINT)
    #expect(try child.end() == 130)
  }

  @Test func theEndTakesTheRunAlong() throws {
    let place = try Workspace([
      "a.lua": "os.execute [[echo $PPID > pid]] print 'busy' io.flush() while true do end"
    ])
    let child = try LiveChild(["watch", "a.lua"], in: place.path)
    try child.wait(output: "busy\n")
    child.signal(SIGINT)
    #expect(try child.end() == 130)
    let process = try #require(pid_t(try place.read("pid").split(separator: "\n").first ?? ""))
    #expect(process != child.process && isGone(process))
  }

  @Test func aScriptThatIsTakenAwayIsWaitedFor() throws {
    let place = try Workspace(["a.lua": "print 'one'"])
    let child = try LiveChild(["watch", "a.lua"], in: place.path)
    try child.wait(output: "one\n", errors: "waiting for changes")
    #expect(unlink("\(place.path)/a.lua") == 0)
    usleep(300_000)
    try place.write("a.lua", "print 'back'")
    try child.wait(output: "back\n", errors: "run 2")
    child.signal(SIGINT)
    #expect(try child.end() == 130)
  }

  @Test func wrongWordsAreUsageErrors() throws {
    for (words, message) in [
      ([], "expected a script"), (["a", "b"], "unexpected argument 'b'"),
      (["a", "--thread", "2"], "did you mean '--threads'"), (["-"], "a script's file"),
      (["a", "--threads", "0"], "from 1 to 1024"),
    ] {
      let outcome = try Child.run(Child.penumbra, ["watch"] + words)
      #expect(outcome.code == 2 && outcome.errors.contains(message), "\(words) \(outcome.errors)")
    }
    let missing = try Child.run(Child.penumbra, ["watch", "missing.lua"])
    #expect(missing.code == 1 && missing.errors.contains("cannot open missing.lua"))
    #expect(try Child.run(Child.penumbra, ["watch", "--help"]).output.contains("usage"))
  }
}
