/// The metrics of a run, read from its metrics.jsonl.

internal import Glibc
internal import PenumbraData
internal import PenumbraTensor

/// All rows of a run, and what a reader asks of them.
public struct MetricTable: Sendable {
  public let rows: [MetricRow]
  /// The names of the metrics in the order in which they first came.
  public let names: [String]

  public init(_ rows: [MetricRow]) {
    var seen: Set<String> = []
    self.rows = rows
    names = rows.flatMap { $0.values.map(\.name) }.filter { seen.insert($0).inserted }
  }

  /// Reads a file; lines that are no rows, such as a torn last one, are passed over.
  ///
  /// - Throws: `TensorError` (file) when there is no such regular file, or reading fails.
  /// - Complexity: O(bytes).
  public init(reading path: String) throws {
    var rows: [MetricRow] = []
    try LineReader.forEachLine(of: path, operation: "metrics") { line, _ in
      if let row = MetricRow(line: line) { rows.append(row) }
      return true
    }
    self.init(rows)
  }

  /// The course of one metric.
  public func series(_ name: String) -> [(step: Int, value: Double)] {
    rows.compactMap { row in row[name].map { (row.step, $0) } }
  }

  /// The last value of a metric.
  public func last(_ name: String) -> Double? { rows.last { $0[name] != nil }?[name] }

  /// The smallest and the largest value of a metric, of those that are not NaN.
  public func range(_ name: String) -> (low: Double, high: Double)? {
    let values = rows.compactMap { $0[name] }.filter { !$0.isNaN }
    guard let low = values.min(), let high = values.max() else { return nil }
    return (low, high)
  }

  /// The last rows of a file, without reading what stands before them.
  ///
  /// - Complexity: O(`bytes`).
  public static func tail(of path: String, bytes: Int = 1 << 16) -> [MetricRow] {
    guard let file = try? InputFile(path, operation: "metrics") else { return [] }
    let start = max(0, file.size - bytes)
    var rows: [MetricRow] = []
    try? LineReader.forEachLine(of: path, from: start, operation: "metrics") { line, _ in
      if let row = MetricRow(line: line) { rows.append(row) }
      return true
    }
    return rows
  }
}
