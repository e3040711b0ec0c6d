// A metric over the steps, as SVG that takes its colours from the page.

internal import Glibc
internal import PenumbraData
internal import PenumbraFigures
internal import PenumbraRuns

/// A line for each run. Where many values fall on a point the line is their mean, and for a single run
/// a band shows between what they lay.
struct CurveChart {
  struct Line {
    let run: Int
    let points: [CurvePoint]
    let curve: MetricCurve

    init(run: Int, curve: MetricCurve, limit: Int) {
      (self.run, self.curve) = (run, curve)
      points = curve.points(atMost: limit)
    }
  }

  let title: String
  let lines: [Line]
  /// Whether the report has one run only.
  let isAlone: Bool

  var markup: Markup {
    let points = lines.flatMap(\.points)
    guard let steps = stepRange else { return "" }
    let means = Self.extent(points.map(\.mean))
    var plots: Markup = ""
    let isPositive = points.allSatisfy { $0.low > 0 }
    let spread = means.map { isPositive ? $0.high / $0.low : 1 } ?? 1
    let isSwitched = isPositive && spread > 3
    let linear = frame(steps, means.map { linearRange($0, points) } ?? Interval(0, 1))
    let toggle: Markup
    if isSwitched, let means {
      let logarithmic = ChartFrame(
        x: steps, y: Interval(means.low / pow(spread, 0.06), means.high * pow(spread, 0.06)),
        isLogarithmic: true)
      plots += plot(linear, "linear")
      plots += plot(logarithmic, "log")
      let checked: Markup = spread > 60 ? " checked" : ""
      toggle = "<label class=\"switch\"><input type=\"checkbox\"\(checked)>log</label>"
    } else {
      plots += plot(linear, "linear")
      toggle = ""
    }
    return """
      <figure class="card chart" data-lines="\(data)"><figcaption><h3>\(title)</h3>\(toggle)\
      </figcaption>\(plots)\(summary)</figure>
      """
  }

  /// The steps of all values; from zero where that is near.
  private var stepRange: Interval? {
    let ends = lines.flatMap { [$0.curve.steps?.low, $0.curve.steps?.high] }.compactMap { $0 }
    guard var range = Self.extent(ends.map(Double.init)) else { return nil }
    if range.low > 0, range.low < 0.05 * range.high { range.low = 0 }
    return range
  }

  private func frame(_ x: Interval, _ y: Interval) -> ChartFrame {
    ChartFrame(x: x, y: y, isLogarithmic: false)
  }

  /// From the least to the greatest; one value gets room on either side.
  private static func extent(_ values: [Double]) -> Interval? {
    guard let low = values.min(), let high = values.max() else { return nil }
    // Halves: the difference of finite numbers may be infinite.
    guard high / 2 - low / 2 > max(abs(low), abs(high)) * 1e-12 else {
      let room = low == 0 ? 1 : abs(low) * 0.1
      return Interval(low - room, low + room)
    }
    return Interval(low, high)
  }

  /// What the means need, and of the band as much as does not squeeze them.
  private func linearRange(_ means: Interval, _ points: [CurvePoint]) -> Interval {
    let width = means.high / 2 - means.low / 2
    var (low, high) = (means.low, means.high)
    if isAlone {
      low = min(low, max(points.map(\.low).min() ?? low, low - width))
      high = max(high, min(points.map(\.high).max() ?? high, high + width))
    }
    let room = (high / 2 - low / 2) * 0.12
    // A loss that is never negative stands on zero if it is near.
    let floor = low >= 0 && low - 2 * room < 0 ? 0 : low - room
    return Interval(max(floor, -1e307), min(high + room, 1e307))
  }

  private func plot(_ frame: ChartFrame, _ kind: String) -> Markup {
    guard frame.isProper else { return "" }
    var body = frame.axes
    if isAlone {
      for line in lines { body += band(line, frame) }
    }
    for line in lines where !line.points.isEmpty { body += path(line, frame) }
    for line in lines {
      for step in line.curve.gaps {
        let x = frame.x(Double(step))
        body += """
          <path class="gap" data-run="\(line.run)" d="M\(x - 3) 186l6 6m0-6l-6 6"><title>not finite at \
          step \(step)</title></path>
          """
      }
    }
    return """
      <svg class="plot \(kind)" viewBox="0 0 420 222" role="img" aria-label="\(title), \(kind)" \
      data-x="\(frame.exact(frame.xRange))" data-y="\(frame.exact(frame.yRange))" \
      data-log="\(frame.isLogarithmic ? 1 : 0)">\(body)<g class="cursor"></g></svg>
      """
  }

  private func path(_ line: Line, _ frame: ChartFrame) -> Markup {
    guard line.points.count > 1 else {
      let point = line.points[0]
      return """
        <circle class="dot \(ReportStyle.classes(line.run))" data-run="\(line.run)" r="3.5" cx="\(frame.x(point.step))" \
        cy="\(frame.y(point.mean))"/>
        """
    }
    var places: Markup = ""
    for point in line.points { places += "\(frame.x(point.step)) \(frame.y(point.mean)) " }
    return """
      <polyline class="line \(ReportStyle.classes(line.run))" data-run="\(line.run)" points="\(places)"/>
      """
  }

  private func band(_ line: Line, _ frame: ChartFrame) -> Markup {
    guard line.points.contains(where: { $0.low < $0.high }), line.points.count > 1 else {
      return ""
    }
    var places: Markup = ""
    for point in line.points { places += "\(frame.x(point.step)) \(frame.y(point.high)) " }
    for point in line.points.reversed() {
      places += "\(frame.x(point.step)) \(frame.y(point.low)) "
    }
    return "<polygon class=\"band \(ReportStyle.classes(line.run))\" points=\"\(places)\"/>"
  }

  /// What the pointer shows: "run:steps:values" for each line.
  private var data: String {
    lines.map { line in
      let steps = line.points.map { Shown.number($0.step.rounded()) }
      let values = line.points.map { Shown.short($0.mean) }
      return "\(line.run):\(steps.joined(separator: " ")):\(values.joined(separator: " "))"
    }
    .joined(separator: ";")
  }

  /// A line of numbers below the chart of a single run.
  private var summary: Markup {
    let bad = lines.map(\.curve.notFinite).reduce(0, +)
    var parts: [Markup] = []
    if isAlone, let curve = lines.first?.curve, curve.count > 0 {
      let numbers = [("last", curve.last ?? .nan), ("min", curve.low), ("max", curve.high)]
      parts += numbers.map { "<span>\($0.0) <b>\(Shown.short($0.1))</b></span>" }
    }
    if bad > 0 { parts.append("<span class=\"bad\">\(bad) not finite</span>") }
    return parts.isEmpty ? "" : "<p class=\"numbers\">\(parts)</p>"
  }
}
