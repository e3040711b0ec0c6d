// What `penumbra` has beyond `lua`: threads, versions, the reference, interrupts, pipes.

import Glibc
import Testing

@Suite struct CommandTests {
  @Test func helpNamesEveryOption() throws {
    let outcome = try Workspace().penumbra("--help")
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    for word in ["-e", "-l", "-i", "-v", "-E", "-W", "--threads", "doc", "info"] {
      #expect(outcome.output.contains(word))
    }
  }

  @Test func versionsNameBoth() throws {
    let outcome = try Workspace().penumbra("--version")
    let stock = try Child.run(Child.stockLua, ["-v"]).output
    let release = stock.split(separator: " ").prefix(2).joined(separator: " ")
    #expect(outcome.code == 0)
    #expect(outcome.output.hasPrefix("Penumbra "))
    #expect(outcome.output.contains("(\(release))"))
  }

  @Test func threadsAreSetForTheScript() throws {
    let script = "print(require('penumbra').num_threads(), ...)"
    let place = try Workspace(["threads.lua": script])
    #expect(try place.penumbra("--threads", "3", "threads.lua", "a").output == "3\ta\n")
    #expect(try place.penumbra("--threads=2", "threads.lua").output == "2\n")
    for wrong in ["0", "x", "-1", "99999999999999999999"] {
      let outcome = try place.penumbra("--threads", wrong, "threads.lua")
      #expect(outcome.code == 2)
      #expect(outcome.errors.contains("from 1 to 1024, got '\(wrong)'"))
    }
    #expect(try place.penumbra("--threads").code == 2)
  }

  @Test func theLibraryIsNoGlobalInScripts() throws {
    let outcome = try Workspace()
      .penumbra("-e", "print(pn, help, require('penumbra').version ~= nil)")
    #expect(outcome.output == "nil\tnil\ttrue\n")
  }

  @Test func libraryOptionLoadsPenumbra() throws {
    let outcome = try Workspace().penumbra("-l", "pn=penumbra", "-e", "print(type(pn.randn))")
    #expect(outcome == Outcome(output: "function\n", errors: "", code: 0))
  }

  @Test func errorsOfTheLibraryHavePositionAndTraceback() throws {
    let script = """
      local pn = require 'penumbra'
      local function f()
        pn.help('pn.nope')
      end
      f()
      """
    let outcome = try Workspace(["fails.lua": script]).penumbra("fails.lua")
    #expect(outcome.code == 1)
    #expect(outcome.errors.hasPrefix("penumbra: fails.lua:3: help: "))
    #expect(outcome.errors.contains("\nstack traceback:\n"))
    #expect(outcome.errors.contains("fails.lua:5: in main chunk"))
  }

  // MARK: - doc, info

  @Test func docShowsAnEntry() throws {
    let outcome = try Workspace().penumbra("doc", "pn.randn")
    #expect(outcome.code == 0)
    #expect(outcome.output.contains("pn.randn("))
  }

  @Test func docRefusesUnknownNamesAndWrongUsage() throws {
    let place = try Workspace()
    let unknown = try place.penumbra("doc", "pn.nope")
    #expect(unknown.code == 1)
    #expect(unknown.errors.hasPrefix("penumbra: help: nothing is called 'pn.nope'"))
    for words in [
      ["doc"], ["doc", "--markdown"], ["doc", "--stubs"], ["doc", "a", "b"], ["info", "x"],
    ] {
      #expect(try Child.run(Child.penumbra, words).code == 2)
    }
  }

  @Test func docWritesAPageForEachLibrary() throws {
    let place = try Workspace()
    #expect(try place.penumbra("doc", "--markdown", "reference").code == 0)
    let index = try place.read("reference/README.md")
    let links = index.split(separator: "(").compactMap { $0.split(separator: ")").first }
      .filter { $0.hasSuffix(".md") }
    #expect(links.contains("pn-nn.md"))
    for link in links {
      #expect(try place.read("reference/\(link)").hasPrefix("# "))
    }
    let missing = try place.penumbra("doc", "--markdown", "no/such/folder")
    #expect(missing.code == 1)
    #expect(missing.errors.contains("no/such/folder: No such file or directory"))
  }

  @Test func docWritesStubs() throws {
    let place = try Workspace()
    #expect(try place.penumbra("doc", "--stubs", "stubs").code == 0)
    #expect(try place.read("stubs/penumbra.lua").hasPrefix("---@meta penumbra\n"))
    #expect(place.names(in: "stubs/penumbra").contains("Tensor.lua"))
    #expect(try place.read("stubs/.luacheckrc").contains("std = \"lua54+penumbra\""))
    #expect(try place.penumbra("doc", "--stubs", "no/such/folder").code == 1)
  }

  @Test func infoNamesTheMachine() throws {
    let outcome = try Workspace().penumbra("info")
    #expect(outcome.code == 0)
    for word in ["version", "lua", "threads", "instruction set", "memory limit"] {
      #expect(outcome.output.contains(word))
    }
  }

  // MARK: - Signals and pipes

  @Test(arguments: [
    "while true do end",
    "while true do pcall(function() while true do end end) end",
    "coroutine.wrap(function() while true do end end)()",
    "while true do xpcall(error, function() while true do end end) end",
  ])
  func interruptEndsAScript(_ loop: String) throws {
    let script = "io.write('ready') io.flush()\n\(loop)\n"
    let outcome = try Workspace(["loop.lua": script])
      .penumbra("loop.lua", signal: (SIGINT, after: "ready"))
    #expect(outcome.code == 130)
    #expect(outcome.errors.contains("interrupted!"))
    #expect(outcome.errors.contains("loop.lua:2"))
  }

  @Test func interruptRunsClosers() throws {
    let script = """
      local guard <close> = setmetatable({}, { __close = function() print('closed') end })
      setmetatable({}, { __gc = function() print('collected') end })
      print('ready') io.flush()
      while true do end
      """
    let outcome = try Workspace(["loop.lua": script])
      .penumbra("loop.lua", signal: (SIGINT, after: "ready"))
    #expect(outcome.code == 130)
    #expect(outcome.output.hasPrefix("ready\n"))
    #expect(outcome.output.hasSuffix("collected\n"))
  }

  @Test func brokenPipeEndsQuietly() throws {
    let place = try Workspace(["long.lua": "for i = 1, 1e6 do print(i) end"])
    let outcome = try Child.run(
      "/bin/sh", ["-c", "\(Child.penumbra) long.lua | head -n 1"], in: place.path)
    #expect(outcome == Outcome(output: "1\n", errors: "", code: 0))
  }
}
