// Runs as text: a list, one in detail, two compared, many in a table.

internal import PenumbraRuns
internal import PenumbraTensor

enum RunsReport {
  // MARK: - ls

  static func list(_ runs: [RunFolder]) -> String {
    guard !runs.isEmpty else { return "no runs\n" }
    var table = TextTable(["run", "state", "step", "started", "lasted", "metrics"])
    for run in runs {
      guard let record = run.record() else { continue }
      let rows = MetricTable.tail(of: run.metricsPath)
      table.add([
        run.name, record.state.rawValue, rows.last.map { "\($0.step)" } ?? "",
        TimeStamp.iso(record.started), lasted(record, rows.last),
        latest(rows).prefix(4).map { "\($0.name) \(Shown.number($0.value))" }
          .joined(separator: "  "),
      ])
    }
    return table.text
  }

  private static func lasted(_ record: RunRecord, _ last: MetricRow?) -> String {
    let session = record.sessions.last?.started ?? record.started
    let end = record.ended ?? (record.state == .running ? TimeStamp.now : last?.time)
    return end.map { Shown.duration($0 - session) } ?? ""
  }

  /// The last value of each metric in some rows, in the order in which they came.
  private static func latest(_ rows: [MetricRow]) -> [(name: String, value: Double)] {
    let table = MetricTable(rows)
    return table.names.compactMap { name in table.last(name).map { (name, $0) } }
  }

  // MARK: - show

  static func details(_ run: RunFolder) -> String {
    guard let record = run.record() else { return "" }
    var table = TextTable()
    for (name, value) in facts(record) where !value.isEmpty { table.add([name, value]) }
    var text = TextTable.plain(run.path) + "\n" + table.text
    let config = run.config()
    if !config.isEmpty {
      var options = TextTable()
      for (name, value) in config { options.add(["  " + name, value]) }
      text += "config\n" + options.text
    }
    if let metrics = try? run.metrics(), !metrics.rows.isEmpty {
      var rows = TextTable(["metrics", "last", "min", "max"])
      for name in metrics.names {
        rows.add(["  " + name] + values(metrics, name))
      }
      text += rows.text
    }
    for part in ["checkpoints", "images", "figures", "source"] {
      let files = run.files(in: part)
      guard !files.isEmpty else { continue }
      text += "\(part): " + TextTable.plain(files.joined(separator: " ")) + "\n"
    }
    return text
  }

  private static func facts(_ record: RunRecord) -> [(name: String, value: String)] {
    [
      ("state", record.state.rawValue + (record.exitCode.map { " (exit code \($0))" } ?? "")),
      ("error", record.error ?? ""), ("started", TimeStamp.iso(record.started)),
      ("ended", record.ended.map(TimeStamp.iso) ?? ""),
      ("sessions", record.sessions.count > 1 ? "\(record.sessions.count)" : ""),
      ("command", record.sessions.last?.command.joined(separator: " ") ?? ""),
      ("script", record.script), ("seed", record.seed.map(String.init) ?? ""),
      ("threads", "\(record.threads)"), ("host", record.host),
      ("git", record.git.map { "\($0.commit) \($0.branch ?? "")" } ?? ""),
    ] + record.versions
  }

  private static func values(_ metrics: MetricTable, _ name: String) -> [String] {
    let range = metrics.range(name)
    return [metrics.last(name), range?.low, range?.high].map { $0.map(Shown.number) ?? "" }
  }

  // MARK: - diff

  static func difference(_ first: RunFolder, _ second: RunFolder) -> String {
    var table = TextTable(["", first.name, second.name])
    let before = table.text
    func compare(
      _ title: String, _ a: [(name: String, value: String)], _ b: [(name: String, value: String)]
    ) {
      let (left, right) = (dictionary(a), dictionary(b))
      for name in names(a, b) where left[name] != right[name] {
        table.add([title + name, left[name] ?? "-", right[name] ?? "-"])
      }
    }
    compare("config ", first.config(), second.config())
    compare("", facts(first), facts(second))
    let metrics = [first, second].map { run in
      latest(MetricTable.tail(of: run.metricsPath)).map { ($0.name, Shown.number($0.value)) }
    }
    compare("metric ", metrics[0], metrics[1])
    compare("source ", sources(first), sources(second))
    return table.text == before ? "no difference\n" : table.text
  }

  private static func facts(_ run: RunFolder) -> [(name: String, value: String)] {
    guard let record = run.record() else { return [] }
    let told = ["seed", "script", "threads", "host", "git", "state"]
    return facts(record).filter { told.contains($0.name) } + record.versions
  }

  /// A checksum for each file of the sources.
  private static func sources(_ run: RunFolder) -> [(name: String, value: String)] {
    run.files(in: "source").map { name in
      let sum = run.sourceChecksum(name).map { String($0, radix: 16) } ?? "unreadable"
      return (name, sum)
    }
  }

  private static func dictionary(_ pairs: [(name: String, value: String)]) -> [String: String] {
    Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  private static func names(_ lists: [(name: String, value: String)]...) -> [String] {
    var seen: Set<String> = []
    return lists.flatMap { $0.map(\.name) }.filter { seen.insert($0).inserted }
  }

  // MARK: - compare

  static func comparison(_ runs: [RunFolder], metrics wanted: [String]?) throws -> String {
    guard !runs.isEmpty else { return "no runs\n" }
    let configs = runs.map { dictionary($0.config()) }
    let options = Set(configs.flatMap(\.keys)).sorted()
      .filter { name in Set(configs.map { $0[name] ?? "-" }).count > 1 }
    let tables = runs.map { (try? $0.metrics()) ?? MetricTable([]) }
    let metrics = try RunsFigure.names(tables, wanted)
    var result = TextTable(
      ["run", "state", "step"] + options + metrics.flatMap { [$0, "min", "max"] })
    for (position, run) in runs.enumerated() {
      let (table, record) = (tables[position], run.record())
      result.add(
        [run.name, record?.state.rawValue ?? "", table.rows.last.map { "\($0.step)" } ?? ""]
          + options.map { configs[position][$0] ?? "-" }
          + metrics.flatMap { values(table, $0) })
    }
    return result.text
  }
}
