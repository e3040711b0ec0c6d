/// The line that a loop shows: rate and remaining time, from a resume too.

import PenumbraLua
import Testing

@Suite struct ProgressTests {
  @Test func rateCountsFromTheStart() {
    let progress = Progress(total: 10_000, from: 9001, label: "train")
    for step in 9001...9010 { #expect(progress.next() == step) }
    #expect(progress.line(elapsed: 1) == "train  90%  9010/10000  0:01 < 1:39  10.0/s")
    let whole = Progress(total: 100, label: "")
    for _ in 1...50 { _ = whole.next() }
    #expect(whole.line(elapsed: 5) == "50%  50/100  0:05 < 0:05  10.0/s")
  }

  @Test func loggedValuesAreShownInTheirPlace() {
    let progress = Progress(total: 4, label: "")
    progress.show([("D", 1), ("G", 2)])
    progress.show([("G", 3)])
    #expect(progress.line(elapsed: 1).hasSuffix("  D 1.0  G 3.0"))
    progress.set([("mine", 5)])
    progress.show([("D", 9)])
    #expect(progress.line(elapsed: 1).hasSuffix("/s  mine 5.0"))
  }

  @Test(arguments: [(3, 4), (3, 100), (0, 1)])
  func aLoopThatIsDoneGivesNothing(_ total: Int, _ start: Int) {
    let progress = Progress(total: total, from: start, label: "")
    #expect(progress.next() == nil)
    #expect(progress.line(elapsed: 1).hasPrefix("100%"))
  }
}
