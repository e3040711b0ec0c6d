/// Every documented way out of a sandbox, tried.

import Glibc
import LuaEmbedding
import Penumbra
import TestSupport
import Testing

/// A folder that is open to experiments, beside a file that is not.
private final class Ground {
  let folder = TemporaryFolder()
  var outside: String { folder.file("outside.txt") }
  var inside: String { folder.file("inside") }

  init() {
    folder.put("outside.txt", Array("secret = 1 --".utf8))
    mkdir(inside, 0o755)
    folder.put("inside/own.txt", Array("own".utf8))
    folder.put("inside/module.lua", Array("return 'module'".utf8))
    symlink(outside, "\(inside)/link")
    symlink("..", "\(inside)/up")
    symlink("\(outside).new", "\(inside)/dangling")
    mkfifo("\(inside)/pipe", 0o644)
  }

  deinit {
    for name in [
      "own.txt", "module.lua", "link", "up", "dangling", "pipe", "code", "mine.txt", "x.npy",
      "x.svg", "here.txt", "here.npy", "deeper.safetensors", "figure.svg",
    ] { unlink("\(inside)/\(name)") }
    rmdir(inside)
  }

  func runtime(_ profile: Runtime.Profile) throws -> Runtime {
    var options = Runtime.Options(
      profile: profile, tensorMemoryLimit: 1 << 28, timeLimit: .seconds(20))
    options.output = { _, _ in }
    return try Runtime(options)
  }

  /// Whether a script got away; with the text of what it got.
  func outcome(of escape: Escape, _ profile: Runtime.Profile) throws -> String? {
    let script = escape.script.replacing("OUTSIDE", with: outside)
      .replacing("INSIDE", with: inside)
    let runtime = try runtime(profile)
    do {
      guard let value = try runtime.run(script).first, value.isTruthy else { return nil }
      return "\(try runtime.state.tostring(value))"
    } catch let error as LuaError {
      // A refusal; a test that is wrong itself would not be one.
      #expect(error.interruption == nil, "\(escape.name): \(error.message)")
      #expect(!error.message.contains("syntax error"), "\(escape.name): \(error.message)")
      return nil
    }
  }

  /// What has changed outside the open folder.
  var damage: [String] {
    folder.names.filter { !["outside.txt", "inside"].contains($0) }
      + (folder.get("outside.txt") == Array("secret = 1 --".utf8) ? [] : ["outside.txt"])
  }
}

@Suite struct EscapeTests {
  @Test func thereAreManyAttempts() {
    #expect(Escape.all.count + Escape.ofPure.count >= 110)
  }

  @Test(arguments: Escape.all)
  func experimentRefuses(_ escape: Escape) throws {
    let ground = Ground()
    let got = try ground.outcome(of: escape, .experiment(folders: [ground.inside]))
    #expect(got == nil, "\(escape.name) got \(got ?? "")")
    #expect(ground.damage.isEmpty, "\(escape.name) left \(ground.damage)")
  }

  @Test(arguments: Escape.all + Escape.ofPure)
  func pureRefuses(_ escape: Escape) throws {
    let ground = Ground()
    let got = try ground.outcome(of: escape, .pure)
    #expect(got == nil, "\(escape.name) got \(got ?? "")")
    #expect(ground.damage.isEmpty, "\(escape.name) left \(ground.damage)")
    #expect(access("\(ground.inside)/x.npy", F_OK) != 0)
    #expect(access("\(ground.inside)/own.txt", F_OK) == 0)
  }

  /// The attempts are real: where nothing is closed most of them succeed.
  @Test func trustedScriptsGetAway() throws {
    let harmless = [
      "os.execute", "os.getenv", "io.popen", "execute through require", "execute in a coroutine",
      "execute through load", "string.dump", "debug.getregistry", "debug.getinfo",
      "io.open", "io.open with .. ", "io.open through a link", "io.lines", "io.tmpfile",
      "loadfile", "os.remove", "pn.sha256", "pn.load through a folder that is a link",
      "package.searchpath", "a finalizer", "os.time", "pn.clock", "pn.profile tells times",
      "the time in math.randomseed()", "collectgarbage generational",
    ]
    for escape in Escape.all + Escape.ofPure where harmless.contains(escape.name) {
      let ground = Ground()
      let got = try ground.outcome(of: escape, .trusted)
      #expect(got != nil, "\(escape.name) fails even for a trusted script")
    }
  }

  @Test func anExperimentHasItsFolder() throws {
    let ground = Ground()
    let runtime = try ground.runtime(.experiment(folders: [ground.inside]))
    let results = try runtime.run(
      """
      local folder = ...
      local pn = require "penumbra"
      local f = assert(io.open(folder .. "/here.txt", "w"))
      f:write("line\\n") f:close()
      pn.save(folder .. "/here.npy", pn.ones(2))
      assert(pn.load(folder .. "/./here.npy"):sum():item() == 2)
      assert(io.lines(folder .. "/here.txt")() == "line")
      assert(os.rename(folder .. "/here.txt", folder .. "/mine.txt"))
      assert(os.remove(folder .. "/up/inside/mine.txt"))
      local name = os.tmpname()
      assert(name:find(folder, 1, true) and os.remove(name))
      assert(os.time() > 0 and os.date() and os.clock() and pn.clock())
      return require "module", (select(2, require "module"))
      """, arguments: [.string(ground.inside)])
    #expect(plain(results).first == "module")
  }

  @Test func whatIsOpenToAllWorks() throws {
    for profile: Runtime.Profile in [.pure, .experiment(folders: ["/"])] {
      let runtime = try Ground().runtime(profile)
      let results = try runtime.run(
        """
        local pn = require "penumbra"
        io.write("x", 1, "\\n") io.stdout:write("y"):write("z") print("a", {}) warn("@on") warn("w")
        assert(io.type(io.stdout) == "file" and select(2, io.stdout:close()))
        assert(load("return ...")(7) == 7 and select("#", table.unpack({1, 2, 3})) == 3)
        assert(debug.traceback("t"):find("stack traceback"))
        assert(collectgarbage("count") > 0 and collectgarbage() == 0)
        local ok, e = pcall(error, setmetatable({}, {__tostring = function() return "E" end}))
        assert(not ok and tostring(e) == "E")
        assert(coroutine.wrap(function(a) return coroutine.yield(a) end)(3) == 3)
        math.randomseed(5) local a = math.random() math.randomseed(5) assert(a == math.random())
        local sum = 0 for i = 1, 10 do sum = sum + pn.ones(i):sum():item() end
        return sum
        """)
      #expect(plain(results) == ["55.0"])
    }
  }

  /// Nothing of Lua's library was forgotten: every function of every library stands in the table that
  /// says who may call it.
  @Test func everyLibraryFunctionIsRefusedOrKnown() throws {
    let runtime = try Ground().runtime(.pure)
    let results = try runtime.run(
      """
      local open = {}
      for _, library in ipairs{"_G", "io", "os", "package", "debug", "string"} do
        for name, value in pairs(package.loaded[library]) do
          if type(value) == "function" then
            local ok, e = pcall(value)
            if ok or not tostring(e):find("refused") then open[#open + 1] = library .. "." .. name end
          end
        end
      end
      table.sort(open)
      return table.concat(open, " ")
      """)
    #expect(
      plain(results) == [
        "_G.assert _G.collectgarbage _G.error _G.getmetatable _G.ipairs _G.load _G.next _G.pairs "
          + "_G.pcall _G.print _G.rawequal _G.rawget _G.rawlen _G.rawset _G.require _G.select "
          + "_G.setmetatable _G.tonumber _G.tostring _G.type _G.warn _G.xpcall debug.traceback io.close "
          + "io.read io.type io.write os.difftime string.byte string.char string.find string.format "
          + "string.gmatch string.gsub string.len string.lower string.match string.pack "
          + "string.packsize string.rep string.reverse string.sub string.unpack string.upper"
      ])
  }

  @Test func aMissingFolderIsAnError() {
    #expect(throws: (any Error).self) {
      try Runtime(Runtime.Options(profile: .experiment(folders: ["/no/such/folder"])))
    }
  }
}

extension String {
  fileprivate func replacing(_ text: String, with replacement: String) -> String {
    var result = ""
    var rest = self[...]
    while let range = rest.firstRange(of: text) {
      result += rest[..<range.lowerBound] + replacement
      rest = rest[range.upperBound...]
    }
    return result + rest
  }
}
