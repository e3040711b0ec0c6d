// Which curves a report shows, and how finely.

internal import PenumbraData
internal import PenumbraRuns
internal import PenumbraTensor

/// The charts of all metrics, with each run as a line.
struct ReportCharts {
  let charts: [CurveChart]
  /// How many metrics have no chart.
  let omitted: Int

  private static let chartLimit = 120
  /// Points of all curves together: about 60 bytes of the page for each.
  private static let pointBudget = 120_000

  /// - Parameter wanted: the only metrics that are shown; nil for all.
  /// - Throws: `TensorError` for a metric that no run has.
  init(_ runs: [ReportedRun], wanted: [String]?) throws {
    var seen: Set<String> = []
    let known = runs.flatMap(\.curves.names).filter { seen.insert($0).inserted }
    for name in wanted ?? [] where !seen.contains(name) {
      let hint = Suggestion.text(for: name, among: known)
      throw TensorError(.value, "report", "no metric '\(name)' was logged\(hint)")
    }
    let names = ReportCharts.grouped(wanted ?? known)
    let shown = names.prefix(ReportCharts.chartLimit)
    omitted = names.count - shown.count
    let curves = max(1, runs.count * shown.count)
    let limit = min(max(ReportCharts.pointBudget / curves, 40), 200)
    charts = shown.map { name in
      CurveChart(
        title: name,
        lines: runs.enumerated().compactMap { place, run in
          run.curves[name].map { CurveChart.Line(run: place, curve: $0, limit: limit) }
        },
        isAlone: runs.count == 1)
    }
  }

  /// Names with the same beginning before a slash stand together, in the order of the first of each.
  private static func grouped(_ names: [String]) -> [String] {
    var groups: [String] = []
    var members: [String: [String]] = [:]
    for name in names {
      let group = String(name.prefix { $0 != "/" })
      if members[group] == nil { groups.append(group) }
      members[group, default: []].append(name)
    }
    return groups.flatMap { members[$0] ?? [] }
  }

  var markup: Markup {
    guard !charts.isEmpty else { return "" }
    // Many lines need room.
    let size: Markup = charts.contains { $0.lines.count > 6 } ? " large" : ""
    var body: Markup = "<div class=\"charts\(size)\">\(charts.map(\.markup))</div>"
    if omitted > 0 {
      body += """
        <p class="note">\(omitted) more metrics have no chart; choose some with --metric.</p>
        """
    }
    return """
      <section id="curves"><h2>Curves</h2>\(body)</section>
      """
  }
}
