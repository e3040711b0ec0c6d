/// One panel in gnuplot's language.

internal import PenumbraData

/// The commands for a panel at its place on the canvas.
struct PanelScript {
  let panel: Panel
  let index: Int
  let axes: Box
  /// The height of the middle of a legend below the panel.
  let legendMiddle: Double
  let ranges: (x: Interval, y: Interval, y2: Interval)
  let canvas: (width: Double, height: Double)

  private func number(_ value: Double) -> String { GnuplotText.number(value) }
  /// Positions in gnuplot's screen coordinates, from the bottom left.
  private func screenX(_ x: Double) -> String { number(x / canvas.width) }
  private func screenY(_ y: Double) -> String { number(1 - y / canvas.height) }

  /// - Parameter extra: commands to go before the plot, such as the figure's own titles.
  func commands(extra: String) -> String {
    var text = "reset\n"
    text += "set lmargin at screen \(screenX(axes.left))\n"
    text += "set rmargin at screen \(screenX(axes.right))\n"
    text += "set tmargin at screen \(screenY(axes.top))\n"
    text += "set bmargin at screen \(screenY(axes.bottom))\n"
    text += extra
    if panel.isBlank {
      return text + "unset border\nunset tics\nunset key\nset xrange [0:1]\nset yrange [0:1]\n"
        + "plot NaN notitle\n"
    }
    text += "set clip two\n"
    text += "set border \(panel.hasSecondAxis ? 11 : 3) lc rgb '#555555' lw 1\n"
    text += axis("x", panel.logX, ranges.x, label: panel.xLabel, length: axes.width)
    text += axis("y", panel.logY, ranges.y, label: panel.yLabel, length: axes.height)
    if panel.hasSecondAxis {
      text += axis("y2", panel.logY2, ranges.y2, label: panel.y2Label, length: axes.height)
    }
    if panel.grid, !panel.hasHeatMap {
      text += "set grid xtics ytics back lc rgb '#e4e4e4' lw 0.8 lt 1\n"
    }
    text += titles() + legend() + colours()
    return text + plot()
  }

  private func axis(
    _ name: String, _ isLog: Bool, _ range: Interval, label: String?, length: Double
  )
    -> String
  {
    var text = isLog ? "set logscale \(name)\n" : ""
    // gnuplot drops a mark at the very end of a logarithmic axis.
    let slack = isLog ? 1e-6 : 0
    let (low, high) = (range.low * (1 - slack), range.high * (1 + slack))
    text += "set \(name)range [\(number(low)):\(number(high))]\n"
    let count = Int(length / (name == "x" ? 45 : 36))
    let ticks = isLog ? Ticks.logarithmic(range, count: count) : Ticks.linear(range, count: count)
    let marks = ticks.map { tick in
      "\(GnuplotText.quoted(tick.text)) \(number(tick.position)) \(tick.isMajor ? 0 : 1)"
    }
    text += "set \(name)tics nomirror out scale 0.5,0.25 textcolor rgb '#333333' font ',9' "
    text += "offset \(name == "x" ? "0,0.35" : name == "y" ? "0.4,0" : "-0.4,0") "
    text += "(\(marks.joined(separator: ", ")))\n"
    if let label {
      let offset = name == "x" ? "0,0.4" : name == "y" ? "0.6,0" : "-0.6,0"
      text += "set \(name)label \(GnuplotText.quoted(label)) noenhanced offset \(offset)\n"
    }
    return text
  }

  private func titles() -> String {
    var text = ""
    if let title = panel.title {
      text +=
        "set title \(GnuplotText.quoted(title)) noenhanced font 'DejaVu Sans Bold,10.5' offset 0,-0.5\n"
    }
    if let note = panel.note {
      text += "set label 1001 \(GnuplotText.quoted(note)) at graph 0.03,0.95 left noenhanced front "
      text += "font ',9' textcolor rgb '#333333'\n"
    }
    return text
  }

  private func legend() -> String {
    guard panel.hasLegend else { return "unset key\n" }
    let style = "noenhanced samplen 1.6 spacing 1.05 font ',9' textcolor rgb '#333333' noautotitle"
    guard panel.legend == .below else {
      return "set key inside \(panel.legend.rawValue) opaque fillcolor rgb '#40ffffff' \(style)\n"
    }
    let middle = axes.left + axes.width / 2
    return "set key at screen \(screenX(middle)),\(screenY(legendMiddle)) center center "
      + "horizontal maxrows 1 \(style)\n"
  }

  /// The palette, its range and the scale beside the panel.
  private func colours() -> String {
    guard panel.hasHeatMap else { return "" }
    let range = colourRange()
    let stops = panel.palette.stops.enumerated().map { "\($0.offset) '\($0.element.code())'" }
    var text = "set palette defined (\(stops.joined(separator: ", ")))\n"
    text += "set cbrange [\(number(range.low)):\(number(range.high))]\n"
    guard panel.hasColourBar else { return text + "unset colorbox\n" }
    text += "set colorbox user origin screen \(screenX(axes.right + 10)),\(screenY(axes.bottom)) "
    text += "size screen \(screenX(10)),\(number(axes.height / canvas.height)) noborder\n"
    let ticks = Ticks.linear(range, count: Int(axes.height / 60))
    let marks = ticks.map { "\(GnuplotText.quoted($0.text)) \(number($0.position))" }
    return text + "set cbtics scale 0 font ',8.5' textcolor rgb '#333333' offset -0.3,0 "
      + "(\(marks.joined(separator: ", ")))\n"
  }

  private func colourRange() -> Interval {
    if let range = panel.colourRange { return range }
    var values = DataRange(isLog: false)
    for series in panel.series {
      guard case .heatMap(let field) = series.content else { continue }
      values.include(field.values)
      if panel.palette == .diverging { values.include(field.values.map { -$0 }) }
    }
    return values.axis(margin: 0)
  }

  private func drawsCells(_ series: Series) -> Bool {
    guard case .heatMap(let field) = series.content else { return false }
    let sizes = [field.x.width / ranges.x.width, field.y.width / ranges.y.width]
    return panel.logX || panel.logY || !sizes.allSatisfy { (1e-3...1e3).contains($0) }
  }

  private func plot() -> String {
    let scripts = panel.series.enumerated().map { position, series in
      let isLog = series.onSecondAxis ? panel.logY2 : panel.logY
      let range = series.onSecondAxis ? ranges.y2 : ranges.y
      return SeriesScript(
        series: series, colour: series.colour ?? panel.defaultColour(position),
        name: "$panel\(index)series\(position)", base: isLog ? range.low : 0,
        drawsCells: drawsCells(series))
    }
    .filter { !$0.isEmpty }
    // gnuplot draws axes only together with a plot.
    guard !scripts.isEmpty else { return "plot NaN notitle\n" }
    return scripts.map(\.data).joined()
      + "plot \\\n  " + scripts.map(\.clause).joined(separator: ", \\\n  ") + "\n"
  }
}

extension Panel {
  fileprivate var hasHeatMap: Bool {
    series.contains {
      if case .heatMap = $0.content { true } else { false }
    }
  }

  /// Contours are dark; maps take no colour of the cycle.
  fileprivate func defaultColour(_ position: Int) -> Colour {
    if case .contour = series[position].content { return Colour(0x33, 0x33, 0x33) }
    let before = series[..<position].count {
      switch $0.content {
      case .heatMap, .contour: false
      default: true
      }
    }
    return Colour.cycle(before)
  }
}
