/// One series in gnuplot's language.

internal import PenumbraData

/// The data block and the plot clause of a series.
struct SeriesScript {
  let series: Series
  let colour: Colour
  /// Of the data block, unique in the script.
  let name: String
  /// The low end of the series' y axis, on which bars stand when it is logarithmic.
  let base: Double
  /// Whether a heat map must be drawn cell by cell: gnuplot's quick way knows no logarithmic axes and
  /// fails silently for maps that are tiny or huge beside their axes.
  let drawsCells: Bool

  /// Whether there is anything to draw; gnuplot refuses to plot nothing.
  var isEmpty: Bool { !rows.contains { $0.allSatisfy(\.isDrawable) } }

  var data: String {
    if case .heatMap = series.content {
      return GnuplotText.dataBlock(name, rows, keepsGaps: true)
    }
    return GnuplotText.dataBlock(name, rows)
  }

  /// The columns that `clause` refers to.
  private var rows: [[Double]] {
    switch series.content {
    case .line(let x, let y), .points(let x, let y), .steps(let x, let y):
      zip(x, y).map { [$0, $1] }
    case .histogram(let histogram): outline(histogram)
    case .filled(let x, let lower, let upper): zip(x, zip(lower, upper)).map { [$0, $1.0, $1.1] }
    case .vectors(let x, let y, let dx, let dy):
      zip(zip(x, y), zip(dx, dy)).map { [$0.0, $0.1, $1.0, $1.1] }
    case .heatMap(let field): cells(field)
    case .contour(let field, let levels):
      levels.flatMap { field.contour($0) }
        .flatMap { [[$0.x0, $0.y0], [$0.x1, $0.y1], [.nan, .nan]] }
    }
  }

  /// `$data using ... with ...`.
  var clause: String {
    let title = series.label.map { "title " + GnuplotText.quoted($0) + " noenhanced" } ?? "notitle"
    let axes = series.onSecondAxis ? " axes x1y2" : ""
    return "\(name) using \(columns)\(axes) \(title) with \(style)"
  }

  private var columns: String {
    switch series.content {
    case .line, .points, .steps, .contour, .histogram: "1:2"
    case .filled, .heatMap: "1:2:3"
    case .vectors: "1:2:3:4"
    }
  }

  private var style: String {
    let width = GnuplotText.number(series.width ?? 1.8)
    let dash = ["solid": "1", "dashed": "(8,5)", "dotted": "(1.5,4)"][series.dash.rawValue] ?? "1"
    func paint(_ opacity: Double) -> String {
      "lc rgb '\(colour.code(opacity: series.opacity ?? opacity))'"
    }
    return switch series.content {
    case .line: "lines lw \(width) dt \(dash) \(paint(1))"
    case .steps: "steps lw \(width) dt \(dash) \(paint(1))"
    case .points(let x, _):
      "points pt 7 ps \(GnuplotText.number(series.pointSize ?? 0.5)) "
        + paint(x.count > 200 ? 0.5 : 0.9)
    case .histogram: "filledcurves y=\(GnuplotText.number(base)) fs solid noborder \(paint(0.6))"
    case .filled: "filledcurves fs solid noborder \(paint(0.3))"
    case .vectors:
      "vectors head filled size graph 0.018,20,60 lw \(GnuplotText.number(series.width ?? 1.2)) "
        + paint(1)
    case .heatMap: drawsCells ? "image pixels" : "image"
    case .contour: "lines lw \(GnuplotText.number(series.width ?? 1.2)) dt \(dash) \(paint(1))"
    }
  }

  /// The upper outline of the bars; a height that cannot be drawn leaves a gap.
  private func outline(_ histogram: Histogram) -> [[Double]] {
    histogram.heights.indices.flatMap { cell -> [[Double]] in
      // A bar of no height, on a logarithmic axis, must not reach below it.
      let height = histogram.heights[cell].isNaN ? .nan : max(histogram.heights[cell], base)
      return [[histogram.edges[cell], height], [histogram.edges[cell + 1], height]]
    }
  }

  /// x, y and value of each cell. gnuplot needs two in each direction, so a single row or column is
  /// cut in two.
  private func cells(_ field: Field) -> [[Double]] {
    let (rows, columns) = (max(field.rows, 2), max(field.columns, 2))
    var result: [[Double]] = []
    result.reserveCapacity(rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let place = row * field.rows / rows * field.columns + column * field.columns / columns
        result.append([
          field.x.low + field.x.width * (Double(column) + 0.5) / Double(columns),
          field.y.low + field.y.width * (Double(row) + 0.5) / Double(rows),
          field.values[place],
        ])
      }
    }
    return result
  }
}
