// One run of a report: everything that is read of it, in bounded room.

internal import PenumbraRuns
internal import PenumbraTensor

struct ReportedRun {
  let folder: RunFolder
  let record: RunRecord
  /// The options, by dotted name, as JSON texts.
  let config: [(name: String, value: String)]
  let curves: MetricCurves

  /// - Throws: `TensorError` for a folder that holds no run, or metrics that cannot be read.
  init(_ folder: RunFolder) throws {
    guard let record = folder.record() else {
      throw TensorError(.value, "report", "'\(folder.path)' holds no run")
    }
    (self.folder, self.record) = (folder, record)
    config = folder.config()
    curves = try MetricCurves(reading: folder.metricsPath)
  }

  /// What tells it from other runs.
  var label: String { "\(record.name) \(record.id)" }

  var commit: String {
    guard let git = record.git else { return "" }
    return git.commit.prefix(12) + (git.branch.map { " (\($0))" } ?? "")
  }

  /// How long its last process worked, in seconds; nil where nobody knows.
  var lasted: Double? {
    guard let end = record.ended, let session = record.sessions.last else { return nil }
    return end - session.started
  }

  /// Facts in which runs may differ, besides options.
  var circumstances: [(name: String, value: String)] {
    [
      ("seed", record.seed.map(String.init) ?? ""), ("git", commit),
      ("threads", record.threads > 0 ? "\(record.threads)" : ""), ("host", record.host),
    ] + record.versions
  }
}
