/// metrics.csv, derived from metrics.jsonl.

internal import PenumbraData
internal import PenumbraTensor

/// The same rows as a table for spreadsheets: step, time, then a column for each metric.
///
/// A row whose names are all known is appended. A new name asks for a new column: the file is then
/// written anew from metrics.jsonl, at the latest when the run ends and else whenever the number of
/// rows has doubled since, so that all writing together stays linear in the rows.
package final class CSVFile {
  private let path: String
  private let source: String
  private var columns: [String] = []
  private var known: Set<String> = []
  private var file: AppendedFile?
  /// Rows in the source, and rows in it when the file was last written anew.
  private var rows = 0
  private var rowsWritten = 0
  private var isStale = false

  /// - Parameter source: the path of metrics.jsonl, whose rows so far are written at once.
  package init(_ path: String, from source: String) throws {
    (self.path, self.source) = (path, source)
    try rewrite()
  }

  package func append(_ row: MetricRow) throws {
    rows += 1
    if !row.values.allSatisfy({ known.contains($0.name) }) { isStale = true }
    if isStale {
      if rows >= 2 * rowsWritten { try rewrite() }
    } else {
      try file?.append(line: CSVFile.line(row, columns))
    }
  }

  /// Brings the file up to date.
  package func finish() throws {
    if isStale { try rewrite() }
  }

  /// Reads the source twice, for the columns and for the rows: memory does not grow with it.
  private func rewrite() throws {
    (columns, known, rows, isStale, file) = ([], [], 0, false, nil)
    try forEachRow { row in
      rows += 1
      for (name, _) in row.values where known.insert(name).inserted { columns.append(name) }
    }
    rowsWritten = rows
    try AtomicFile.write(to: path, operation: "csv") { file in
      let header = (MetricRow.reserved + columns).map(CSVFile.quoted).joined(separator: ",")
      var text = Array((header + "\n").utf8)
      try forEachRow { row in
        text += Array((CSVFile.line(row, columns) + "\n").utf8)
        guard text.count > 1 << 16 else { return }
        try file.append(text)
        text.removeAll(keepingCapacity: true)
      }
      try file.append(text)
    }
    file = try AppendedFile(path, operation: "csv")
  }

  private func forEachRow(_ body: (MetricRow) throws -> Void) throws {
    try LineReader.forEachLine(of: source, operation: "csv") { line, _ in
      if let row = MetricRow(line: line) { try body(row) }
      return true
    }
  }

  package static func line(_ row: MetricRow, _ columns: [String]) -> String {
    let values = Dictionary(row.values.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    return
      ([String(row.step), row.time.description]
      + columns.map { values[$0].map(\.description) ?? "" }).joined(separator: ",")
  }

  /// By RFC 4180.
  package static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
