// The file that runs before the first prompt.

import Glibc
import Testing

@Suite struct InitFileTests {
  private func place(_ text: String, folder: String = ".config") throws -> Workspace {
    let place = try Workspace()
    mkdir("\(place.path)/\(folder)", 0o700)
    mkdir("\(place.path)/\(folder)/penumbra", 0o700)
    try place.write("\(folder)/penumbra/init.lua", text)
    return place
  }

  @Test func runsBeforeTheFirstInput() throws {
    let place = try place("local kept = 1\nshared = 2\nfunction hi() return kept + shared end")
    let outcome = try place.penumbra("-i", input: "hi(), kept\n")
    #expect(outcome == Outcome(output: "3\t1\n", errors: "", code: 0))
  }

  @Test func standsWhereTheStandardSays() throws {
    let place = try place("x = 'xdg'", folder: "conf")
    let outcome = try place.penumbra(
      "-i", input: "x\n", environment: ["XDG_CONFIG_HOME": place.path + "/conf"])
    #expect(outcome.output == "\"xdg\"\n")
  }

  @Test(arguments: ["--no-init", "-E"])
  func canBeSwitchedOff(_ option: String) throws {
    let place = try place("x = 1")
    #expect(try place.penumbra(option, "-i", input: "x\n").output == "nil\n")
  }

  @Test func belongsToTheInteractiveModeOnly() throws {
    let place = try place("print('init')")
    #expect(try place.penumbra("-e", "print('code')").output == "code\n")
    #expect(try place.penumbra(input: "print('code')").output == "code\n")
  }

  @Test(arguments: ["error('mine', 0)", "x = = 1", "local x <const> = 1 x = 2"])
  func anErrorDoesNotStopTheSession(_ text: String) throws {
    let outcome = try place(text).penumbra("-i", input: "1 + 1\n")
    #expect(outcome.output == "2\n")
    #expect(outcome.errors.contains(text.hasPrefix("error") ? "mine" : "init.lua:1: "))
    #expect(outcome.code == 0)
  }

  @Test func canBeInterrupted() throws {
    let place = try place("print('looping') while true do end")
    defer { withExtendedLifetime(place) {} }
    let terminal = try PseudoTerminal(in: place)
    try terminal.expect("looping\r\n")
    usleep(200_000)
    terminal.type(PseudoTerminal.controlC)
    try terminal.expect("interrupted!")
    try terminal.expect("> ")
    terminal.enter("6 * 7")
    try terminal.expect("\r\n42\r\n")
  }
}
