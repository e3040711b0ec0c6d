/// The benchmarks run from end to end, each for an instant.

import Glibc
import Testing

@Suite struct BenchmarkTests {
  private static let penumbra = ".build/release/penumbra"
  private static let folder = "Scripts/benchmarks"

  @Test(arguments: [
    "ring_gan.lua --workload W1", "ring_gan.lua --workload W1b", "ring_gan.lua --workload W2",
    "conditional_gan.lua", "dcgan.lua", "wgan_gp.lua", "blur.lua --workload W6",
    "blur.lua --workload W6b", "add.lua", "ensemble.lua",
  ])
  func workloadPrintsItsTime(_ script: String) throws {
    let output = try commandOutput(
      "\(BenchmarkTests.penumbra) \(BenchmarkTests.folder)/\(script) --seconds 0.0001 --json 2>&1")
    let pattern = #/\{"workload": "W\d+b?", "threads": 1, "best": ([\d.]+), "median": ([\d.]+)\}\n/#
    let match = try #require(output.wholeMatch(of: pattern), "\(output)")
    let (best, median) = (try #require(Double(match.1)), try #require(Double(match.2)))
    #expect(best > 0 && best <= median)
  }

  /// A workload's scripts, floor shapes and goals are those of one table.
  @Test func comparisonPrintsARowForEachWorkload() throws {
    let floor = "/tmp/penumbra-test-\(getpid())-floor"
    defer { unlink(floor) }
    _ = try commandOutput("cc -O2 -fopenmp -o \(floor) \(BenchmarkTests.folder)/floor.c -ldnnl -lm")
    let compare =
      "\(BenchmarkTests.penumbra) \(BenchmarkTests.folder)/compare.lua --rounds 1 --seconds 0.0001 "
      + "--penumbra \(BenchmarkTests.penumbra) --floor \(floor)"
    let table = try commandOutput("\(compare) --only W1,W4,W7 2>/dev/null").split(separator: "\n")
    let rows = table.filter { $0.contains(#/^\| W/#) }
    #expect(rows.count == 3, "\(table)")
    for (row, name) in zip(rows, ["W1", "W4", "W7"]) {
      let cells = row.split(separator: "|").map { $0.drop { $0 == " " }.prefix { $0 != " " } }
      #expect(cells.count == 8)
      #expect(cells[0] == name)
      #expect(Double(cells[2]).map { $0 > 0 } == true, "\(row)")
      #expect(cells[3] == "–" && cells[4] == "–")
      #expect((Double(cells[5]) != nil) == (name != "W7"), "\(row)")
    }
    #expect(rows[0].contains(#/\| \d+\.\d\d \(≤ 1.35: (not )?met\) \|$/#), "\(rows[0])")
    let line = try commandOutput("\(compare) --only W7 --json 2>/dev/null")
    #expect(
      line.contains(
        #/^\{"workload": "W7", "threads": 1, "ours": [\d.]+, "jax": null, "torch": null, "floor": null\}\n$/#
      ), "\(line)")
  }

  @Test func comparisonExplainsItsErrors() throws {
    let compare = "\(BenchmarkTests.penumbra) \(BenchmarkTests.folder)/compare.lua"
    #expect(try commandOutput("\(compare) --only W9 2>&1; echo $?").hasSuffix("1\n"))
    #expect(try commandOutput("\(compare) --only W9 2>&1").contains("unknown workload 'W9'"))
    let missing = try commandOutput("\(compare) --only W7 --penumbra /none 2>&1; echo $?")
    #expect(missing.contains("failed: '/none'") && missing.hasSuffix("1\n"))
  }

  @Test func resourcesAreMeasured() throws {
    let line = try commandOutput(
      "\(BenchmarkTests.penumbra) \(BenchmarkTests.folder)/resources.lua --json --starts 3 "
        + "--steps 200000 --penumbra \(BenchmarkTests.penumbra) 2>&1")
    let pattern =
      #/\{"start_ms": ([\d.]+), "memory_kB": (\d+), "growth_kB": (-?\d+), "steps": 200000\}\n/#
    let match = try #require(line.wholeMatch(of: pattern), "\(line)")
    #expect(Double(match.1).map { $0 > 0 } == true)
    // An 8 × 8 tensor lost in each of 180,000 steps were 46 MB of elements alone.
    #expect(Int(match.3).map { $0 < 2000 } == true, "\(line)")
  }

  @Test func scalingDrawsItsCurves() throws {
    let figure = "/tmp/penumbra-test-\(getpid())-scaling.png"
    defer { unlink(figure) }
    let output = try commandOutput(
      "\(BenchmarkTests.penumbra) \(BenchmarkTests.folder)/scaling.lua --out \(figure) "
        + "--seconds 0.0001 --greatest 128 --threads 1 --penumbra \(BenchmarkTests.penumbra) 2>/dev/null"
    )
    #expect(output == "figure: \(figure)\n")
    #expect(contents(of: figure)?.isEmpty == false)
  }

  @Test func wrapperExplainsItself() throws {
    #expect(try commandOutput("Scripts/benchmark --help").contains("--peers PYTHON"))
    let wrong = try commandOutput("Scripts/benchmark --thread 2 2>&1; echo $?")
    #expect(wrong.contains("unknown argument '--thread'") && wrong.hasSuffix("2\n"))
  }
}
