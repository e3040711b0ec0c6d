/// Files of lines: torn ends, junk, columns, values that are not finite.

import PenumbraData
import PenumbraRuns
import PenumbraTensor
import TestSupport
import Testing

@Suite struct RecordTests {
  @Test func rowsKeepTheirBits() throws {
    let values = [
      0.1, -0.0, Double.leastNonzeroMagnitude, 1.7976931348623157e308, .infinity, -.infinity,
      1.0 / 3,
    ]
    let row = MetricRow(
      step: 12, time: 1.5, values: values.enumerated().map { ("v\($0)", $1) } + [("n", .nan)])
    let read = try #require(Array(row.line.utf8).withUnsafeBytes { MetricRow(line: $0) })
    #expect(read.step == 12 && read.time == 1.5)
    #expect(read.values.prefix(7).map(\.value.bitPattern) == values.map(\.bitPattern))
    #expect(read["n"]?.isNaN == true)
  }

  @Test func tornAndForeignLinesArePassedOver() throws {
    let folder = TemporaryFolder()
    let text = """
      {"step":1,"time":1,"loss":0.5}
      not json
      {"step":-1,"time":1,"loss":9}
      {"step":"x"}
      [1,2]
      {"step":2,"time":2,"loss":"NaN","extra":[1],"other":null}
      {"step":3,"time":3,"lo
      """
    let path = folder.put("metrics.jsonl", Array(text.utf8) + [])
    let table = try MetricTable(reading: path)
    #expect(table.rows.map(\.step) == [1, 2])
    #expect(table.names == ["loss"])
    #expect(table.series("loss").count == 2)
    #expect(table.range("loss")?.high == 0.5)
  }

  @Test func junkIsNoTable() throws {
    let folder = TemporaryFolder()
    var generator = SystemRandomNumberGenerator()
    let junk = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    #expect(try MetricTable(reading: folder.put("junk", junk)).rows.isEmpty)
    let deep = Array(String(repeating: "[", count: 100_000).utf8) + [0x0A]
    #expect(try MetricTable(reading: folder.put("deep", deep)).rows.isEmpty)
    #expect(throws: TensorError.self) { try MetricTable(reading: folder.path) }
    #expect(throws: TensorError.self) { try MetricTable(reading: folder.file("missing")) }
  }

  @Test func linesLongerThanAPieceAreWhole() throws {
    let folder = TemporaryFolder()
    let long = (0..<20_000).map { ("metric\($0)", Double($0)) }
    let rows = [
      MetricRow(step: 1, time: 0, values: [("a", 1)]), MetricRow(step: 2, time: 0, values: long),
      MetricRow(step: 3, time: 0, values: [("a", 2)]),
    ]
    let path = folder.put("m", Array(rows.map { $0.line + "\n" }.joined().utf8))
    let table = try MetricTable(reading: path)
    #expect(table.rows.map(\.step) == [1, 2, 3])
    #expect(table.rows[1].values.count == 20_000)
    #expect(MetricTable.tail(of: path, bytes: 100).map(\.step) == [3])
  }

  @Test(arguments: ["", "{", "{\"a\":1}\n{\"b\"", "x\ny\n", "one line without an end"])
  func tornLinesAreCutOff(_ text: String) throws {
    let folder = TemporaryFolder()
    let path = folder.put("f", Array(text.utf8))
    let file = try AppendedFile(path, operation: "test")
    try file.dropTornLine()
    let whole = text.lastIndex(of: "\n").map { String(text[...$0]) } ?? ""
    #expect(folder.get("f") == Array(whole.utf8))
    try file.append(line: "next")
    #expect(folder.get("f") == Array((whole + "next\n").utf8))
  }

  @Test func tornLinesLongerThanABufferAreCutOff() throws {
    let folder = TemporaryFolder()
    let path = folder.put("f", Array("ab\n".utf8) + [UInt8](repeating: 65, count: 200_000))
    let file = try AppendedFile(path, operation: "test")
    try file.dropTornLine()
    #expect(folder.get("f") == Array("ab\n".utf8))
  }

  @Test func columnsGrowWithTheMetrics() throws {
    let folder = TemporaryFolder()
    let source = try AppendedFile(folder.file("m.jsonl"), operation: "test")
    let table = try CSVFile(folder.file("m.csv"), from: source.path)
    func log(_ step: Int, _ values: [(name: String, value: Double)]) throws {
      let row = MetricRow(step: step, time: 0, values: values)
      try source.append(line: row.line)
      try table.append(row)
    }
    try log(1, [("loss", 0.5)])
    try log(2, [("loss", 0.25)])
    try log(3, [("a,\"b\"", .nan)])
    try log(4, [("loss", .infinity)])
    try table.finish()
    let text = String(decoding: folder.get("m.csv"), as: UTF8.self)
    #expect(
      text == """
        step,time,loss,"a,""b\"""
        1,0.0,0.5,
        2,0.0,0.25,
        3,0.0,,nan
        4,0.0,inf,

        """)
  }

  @Test func histogramsCountEachFiniteValueOnce() {
    let counts = HistogramCounts([0, 1, 2, 3, 4, .nan, .infinity], bins: 4)
    #expect(counts.edges == [0, 1, 2, 3, 4])
    #expect(counts.counts == [1, 1, 1, 2])
    #expect(counts.notFinite == 2 && counts.total == 5 && counts.sum == 10)
    #expect(counts.sumOfSquares == 30)
    #expect(HistogramCounts([]).total == 0)
    #expect(HistogramCounts([2, 2]).counts == [2])
    let wide = HistogramCounts([-1.7e308, 1.7e308, 0], bins: 2)
    #expect(wide.counts == [1, 2])
    #expect(wide.edges.allSatisfy { $0.isFinite })
  }
}
