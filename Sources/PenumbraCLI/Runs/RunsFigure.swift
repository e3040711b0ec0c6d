// Metrics of runs over the steps, as a figure: a panel for each metric, a line for each run.

internal import LuaEmbedding
internal import PenumbraFigures
internal import PenumbraRuns
internal import PenumbraTensor

struct RunsFigure {
  let metrics: [String]?
  let isLogarithmic: Bool

  /// A picture of more could not be read.
  private static let panelLimit = 16

  /// The metrics that the runs have, or of these the wanted ones.
  ///
  /// - Throws: `TensorError` for a metric that no run has.
  static func names(_ tables: [MetricTable], _ wanted: [String]?) throws -> [String] {
    var seen: Set<String> = []
    let known = tables.flatMap(\.names).filter { seen.insert($0).inserted }
    guard let wanted else { return known }
    for name in wanted where !seen.contains(name) {
      let hint = Suggestion.text(for: name, among: known)
      throw TensorError(.value, "runs", "no metric '\(name)' was logged\(hint)")
    }
    return wanted
  }

  func draw(_ runs: [RunFolder], to path: String) throws {
    let tables = try runs.map { try $0.metrics() }
    let names = try RunsFigure.names(tables, metrics)
    guard !names.isEmpty else { throw TensorError(.value, "runs", "there are no metrics to draw") }
    guard names.count <= RunsFigure.panelLimit else {
      throw TensorError(
        .value, "runs",
        "\(names.count) metrics are too many for a figure; choose some with --metric")
    }
    let panels = try names.map { name in
      var panel = Panel(title: TextTable.plain(name))
      panel.xLabel = "step"
      panel.logY = isLogarithmic
      for (run, table) in zip(runs, tables) {
        let points = table.series(name)
        guard !points.isEmpty else { continue }
        var line = try Series.line(points.map { Double($0.step) }, points.map(\.value))
        if runs.count > 1 { line.label = TextTable.plain(run.name) }
        panel.series.append(line)
      }
      panel.legend = .below
      return panel
    }
    try Figure(panels, columns: min(3, panels.count)).write(to: path)
    Console.write("\(path)\n")
  }
}
