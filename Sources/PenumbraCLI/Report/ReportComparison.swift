// Several runs in a table: how they differ, and where they came to.

internal import PenumbraRuns

struct ReportComparison {
  let runs: [ReportedRun]

  private static let metricLimit = 12

  var markup: Markup {
    let options = differing(runs.map(\.config))
    let circumstances = differing(runs.map(\.circumstances))
    let names = metrics
    let heads: [Markup] =
      options.map { "<th class=\"option\">\($0.name)</th>" }
      + circumstances.map { "<th>\($0.name)</th>" } + names.map { "<th>\($0)</th>" }
    let rows: [Markup] = runs.enumerated().map { place, run in
      let cells: [Markup] =
        options.map { "<td class=\"option\">\($0.values[place] ?? "–")</td>" }
        + circumstances.map { "<td>\($0.values[place] ?? "–")</td>" }
        + names.map { name in "<td>\(run.curves[name]?.last.map(Shown.short) ?? "–")</td>" }
      return """
        <tr><td class="left"><label><input type="checkbox" checked data-toggle="\(place)"><i \
        class="swatch \(ReportStyle.classes(place))"></i>\(run.record.name) <span class="id">\(run.record.id)</span>\
        </label></td><td class="left">\(ReportPage.badge(run.record))</td>\
        <td>\(run.curves.lastStep.map(String.init) ?? "")</td>\(cells)</tr>
        """
    }
    return """
      <section id="runs"><h2>Runs</h2><div class="card wide"><table><tr><th class="left">run</th>\
      <th class="left">state</th><th>step</th>\(heads)</tr>\(rows)</table></div><p class="note">\
      Options in which the runs differ, then the last value of each metric.</p>\(common)</section>
      """
  }

  /// The options that all runs have in common.
  private var common: Markup {
    guard let first = runs.first else { return "" }
    let different = Set(differing(runs.map(\.config)).map(\.name))
    let rows: [Markup] = first.config.filter { !different.contains($0.name) }.prefix(1000)
      .map { "<div><dt>\($0.name)</dt><dd>\($0.value)</dd></div>" }
    guard !rows.isEmpty else { return "" }
    return """
      <details class="card"><summary>\(rows.count == 1 ? "1 option" : "\(rows.count) options") in common</summary>\
      <dl class="options">\(rows)</dl></details>
      """
  }

  private var metrics: [String] {
    var seen: Set<String> = []
    let names = runs.flatMap(\.curves.names).filter { seen.insert($0).inserted }
    return Array(names.prefix(ReportComparison.metricLimit))
  }

  /// The names whose values are not all the same, in the order in which they come; at most 40.
  private func differing(
    _ lists: [[(name: String, value: String)]]
  ) -> [(name: String, values: [String?])] {
    let tables = lists.map { Dictionary($0.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }) }
    var seen: Set<String> = []
    let names = lists.flatMap { $0.map(\.name) }.filter { seen.insert($0).inserted }
    let rows = names.map { name in (name: name, values: tables.map { $0[name] }) }
    return Array(rows.filter { Set($0.values).count > 1 }.prefix(40))
  }
}
