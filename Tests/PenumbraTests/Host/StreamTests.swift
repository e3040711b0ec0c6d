/// What a host puts in the place of the process's output, clock and files.

import Glibc
import Penumbra
import Synchronization
import Testing

/// What scripts wrote.
private final class Record: Sendable {
  private let texts = Mutex<(output: String, errors: String, pieces: Int)>(("", "", 0))

  var output: String { texts.withLock { $0.output } }
  var errors: String { texts.withLock { $0.errors } }
  var pieces: Int { texts.withLock { $0.pieces } }

  func add(_ stream: LuaStream, _ bytes: UnsafeRawBufferPointer) {
    let text = String(decoding: bytes, as: UTF8.self)
    texts.withLock { texts in
      texts.pieces += 1
      if stream == .output { texts.output += text } else { texts.errors += text }
    }
  }
}

@Suite struct StreamTests {
  @Test(arguments: [Runtime.Profile.trusted, .pure])
  func everyWayOfWritingReachesTheHost(_ profile: Runtime.Profile) throws {
    let record = Record()
    var options = Runtime.Options(profile: profile)
    options.output = record.add
    let runtime = try Runtime(options)
    try runtime.run(
      """
      print("a", 1, nil, setmetatable({}, {__tostring = function() return "T" end}))
      io.write("b", 2) io.write("\\n")
      io.stdout:write("c"):write("d\\n")
      coroutine.wrap(function() print("e") end)()
      io.stderr:write("oops\\n")
      warn("@on") warn("careful", "!")
      for _ in require "penumbra".progress(2, {label = "loop"}) do end
      io.write("no end of line")
      """)
    #expect(record.output == "a\t1\tnil\tT\nb2\ncd\ne\nno end of line")
    #expect(record.errors.hasPrefix("oops\nLua warning: careful!\nloop  100%  2/2"))
    try runtime.run("io.stdout:close() io.stdout:setvbuf('no') print('still there')")
    #expect(record.output.hasSuffix("still there\n"))
  }

  @Test func anErrorLeavesNothingUnwritten() throws {
    let record = Record()
    var options = Runtime.Options()
    options.output = record.add
    let runtime = try Runtime(options)
    #expect(throws: LuaError.self) { try runtime.run("io.write('before') error('x')") }
    #expect(record.output == "before")
  }

  @Test func theHostCannotCallLuaWhileItIsToldOfOutput() throws {
    nonisolated(unsafe) var inner: (any Error)?
    nonisolated(unsafe) weak var runtime: Runtime?
    var options = Runtime.Options()
    options.output = { _, _ in
      do { try runtime?.run("return 1") } catch { inner = error }
    }
    let made = try Runtime(options)
    runtime = made
    try made.run("coroutine.wrap(function() print('x') end)()")
    #expect("\(try #require(inner))".contains("cannot be used while it writes"))
    #expect(plain(try made.run("return 1")) == ["1"])
  }

  @Test(arguments: [Runtime.Profile.trusted, .pure])
  func theClockIsTheHosts(_ profile: Runtime.Profile) throws {
    let time = Mutex(1_000_000_000.25)
    var options = Runtime.Options(profile: profile)
    options.clock = { time.withLock { $0 } }
    let runtime = try Runtime(options)
    let read = "return os.time(), os.clock(), require('penumbra').clock(), os.date('!%Y-%m-%d')"
    #expect(
      plain(try runtime.run(read)) == [
        "1000000000", "1000000000.25", "1000000000.25", "2001-09-09",
      ])
    time.withLock { $0 += 86400 }
    #expect(plain(try runtime.run(read))[3] == "2001-09-10")
    #expect(
      plain(
        try runtime.run(
          "return os.date('!%H', 3600), os.time{year=2000, month=1, day=1, hour=0} > 0")) == [
          "01", "true",
        ])
  }

  @Test(arguments: [Runtime.Profile.trusted, .pure])
  func modulesAreTheHosts(_ profile: Runtime.Profile) throws {
    var options = Runtime.Options(profile: profile)
    options.modules = { name in
      switch name {
      case "rules": "local name, place = ... return {name = name, place = place}"
      case "broken": "return return"
      case "evil": "\u{1B}Lua"
      default: nil
      }
    }
    let runtime = try Runtime(options)
    #expect(
      plain(
        try runtime.run("local r = require 'rules' return r.name, r.place, r == require 'rules'"))
        == ["rules", "rules", "true"])
    func message(_ source: String) -> String {
      (#expect(throws: LuaError.self) { try runtime.run(source) })?.message ?? ""
    }
    #expect(message("require 'none'").contains("no module 'none' of the host"))
    #expect(message("require 'broken'").contains("broken:1:"))
    #expect(message("require 'evil'").contains("binary"))
  }

  @Test func theExampleHostRuns() throws {
    let folder = try #require(
      CommandLine.arguments.lazy.compactMap { path in
        path.lastIndex(of: "/").map { String(path[..<$0]) }
      }.first { access("\($0)/penumbra-host-example", X_OK) == 0 } ?? buildFolder())
    let pipe = try #require(popen("'\(folder)/penumbra-host-example' 2>&1", "r"))
    var bytes: [UInt8] = []
    while case let byte = fgetc(pipe), byte != EOF { bytes.append(UInt8(byte)) }
    #expect(pclose(pipe) == 0)
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        script: clock\t1000000\tlimit\t25
        host: step 1: 21.0
        host: step 2: 22.5
        host: step 3: 24.5
        host: step 4: 27.0
        host: ["hot at step 4"]
        host: [1.0, 3.0, 6.0]
        host: the same tensor: true
        host: rules.lua:13: cellar
        host: script:1: os.execute: refused: processes may not be started (profile 'pure')
        host: script:1: io.open: refused: files may not be touched (profile 'pure')
        host: script:1: string.dump: refused: bytecode is closed (profile 'pure')
        host: cancelled
        host: 42

        """)
  }

  private func buildFolder() -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    guard readlink("/proc/self/exe", &buffer, 4095) > 0 else { return nil }
    let path = String(
      decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.lastIndex(of: "/").map { String(path[..<$0]) }
  }
}
