import Glibc
import PenumbraFigures
import PenumbraTensor
import Testing

@Suite struct GnuplotTests {
  /// What gnuplot prints for a script that writes to its standard output.
  private func output(_ script: String) throws -> String {
    String(decoding: try Gnuplot().run("set print '-'\n" + script), as: UTF8.self)
  }

  @Test(arguments: [
    "plain", "it's", "''", "'", "`touch penumbra-was-here`", "$(date)", "@macro", "\"quoted\"",
    "back\\slash \\n \\", "10^{5}_x", "a % b %d %s", "'; system('touch penumbra-was-here'); '",
    "two\nlines", "\n", "λ σ² — “é” 🌘", "# no comment", "!ls", "EOD", "$panel0series0", "",
  ])
  func textsStayTexts(text: String) throws {
    #expect(try output("print \(GnuplotText.quoted(text))\n") == text + "\n")
    #expect(access("penumbra-was-here", F_OK) != 0)
  }

  @Test func controlCharactersBecomeSpaces() throws {
    #expect(try output("print \(GnuplotText.quoted("a\r\u{0}\u{1b}b\tc"))\n") == "a   b c\n")
  }

  @Test func aMissingProgramIsNamed() {
    let error = #expect(throws: TensorError.self) {
      _ = try Gnuplot(executable: "no-such-gnuplot").run("")
    }
    #expect(error?.kind == .file)
    #expect(
      error?.description == "figure: no-such-gnuplot: was not found; install gnuplot "
        + "(Debian: apt install gnuplot-nox)")
  }

  @Test func complaintsArePassedOn() {
    let error = #expect(throws: TensorError.self) { _ = try Gnuplot().run("set nonsense 1\n") }
    #expect(error?.reason.contains("nrecognized option") == true)
    let failing = #expect(throws: TensorError.self) {
      _ = try Gnuplot(executable: "false").run("")
    }
    #expect(failing?.reason == "failed: it gave no reason")
  }

  @Test func timeIsBounded() {
    var before = timespec()
    clock_gettime(CLOCK_MONOTONIC, &before)
    let error = #expect(throws: TensorError.self) {
      _ = try Gnuplot(timeout: 0.2).run("pause 30\n")
    }
    var after = timespec()
    clock_gettime(CLOCK_MONOTONIC, &after)
    #expect(error?.reason == "took longer than 0.2 seconds")
    #expect(after.tv_sec - before.tv_sec < 10)
  }

  @Test func anInterruptionStopsIt() {
    let flag = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    flag.initialize(to: 1)
    let before = Interruption.watch(flag)
    let error = #expect(throws: TensorError.self) { _ = try Gnuplot().run("pause 30\n") }
    Interruption.watch(before)
    flag.deallocate()
    #expect(error?.kind == .interrupted)
  }

  @Test func largeScriptsAndOutputsPass() throws {
    let lines = (0..<100_000).map { "print '\($0)'" }.joined(separator: "\n")
    #expect(try output(lines + "\n").utf8.count == 588_890)
  }
}
