/// A panel drawn with characters: axes, marks, and the series in Braille dots.

internal import Glibc
internal import PenumbraData

/// One panel at its place on a canvas.
struct TextPanel {
  let panel: Panel
  /// The cells that the panel may use.
  let left, top, columns, rows: Int
  private let ranges: (x: Interval, y: Interval, y2: Interval)
  private let xTicks, yTicks: [Tick]
  /// The cells inside the axes.
  private let plotLeft, plotTop, plotColumns, plotRows: Int

  init(_ panel: Panel, left: Int, top: Int, columns: Int, rows: Int) {
    self.panel = panel
    (self.left, self.top, self.columns, self.rows) = (left, top, columns, rows)
    ranges = panel.ranges()
    let head = (panel.title == nil ? 0 : 1) + (panel.yLabel == nil ? 0 : 1)
    let foot = 2 + (panel.xLabel == nil ? 0 : 1) + (panel.hasLegend ? 1 : 0)
    var height = max(3, rows - head - foot)
    yTicks = TextPanel.ticks(ranges.y, isLog: panel.logY, count: max(3, height / 3))
    let margin = (yTicks.map { TextPanel.plain($0.text).count }.max() ?? 0) + 1
    var width = max(8, columns - margin - 1)
    if panel.equalAspect {
      // Dots are square: a unit takes as many of them on both axes.
      let unit = min(Double(2 * width) / ranges.x.width, Double(4 * height) / ranges.y.width)
      width = TextPanel.cells(unit * ranges.x.width / 2, 4...max(4, width))
      height = TextPanel.cells(unit * ranges.y.width / 4, 3...height)
    }
    xTicks = TextPanel.ticks(ranges.x, isLog: panel.logX, count: max(2, width / 8))
    (plotLeft, plotTop, plotColumns, plotRows) = (left + margin, top + head, width, height)
  }

  private static func cells(_ wanted: Double, _ bounds: ClosedRange<Int>) -> Int {
    guard wanted.isFinite else { return bounds.upperBound }
    return Int(min(max(wanted.rounded(), Double(bounds.lowerBound)), Double(bounds.upperBound)))
  }

  // MARK: - Places

  private var area: DotArea {
    DotArea(
      left: Double(2 * plotLeft), top: Double(4 * plotTop),
      right: Double(2 * (plotLeft + plotColumns) - 1), bottom: Double(4 * (plotTop + plotRows) - 1))
  }

  /// 0 at the low end to 1 at the high end; NaN for what is no place on the axis.
  private static func fraction(_ value: Double, _ range: Interval, isLog: Bool) -> Double {
    if isLog {
      return value > 0 ? log(value / range.low) / log(range.high / range.low) : .nan
    }
    return value.isDrawable ? (value - range.low) / range.width : .nan
  }

  private func x(_ value: Double) -> Double {
    area.left + TextPanel.fraction(value, ranges.x, isLog: panel.logX) * (area.right - area.left)
      + 0.5
  }

  private func y(_ value: Double, _ series: Series) -> Double {
    let isSecond = series.onSecondAxis
    let part = TextPanel.fraction(
      value, isSecond ? ranges.y2 : ranges.y, isLog: isSecond ? panel.logY2 : panel.logY)
    return area.bottom - part * (area.bottom - area.top) + 0.5
  }

  // MARK: - Drawing

  func draw(on canvas: inout TextCanvas) {
    // A cell has one colour: lines take it from the areas.
    for wantsAreas in [true, false] {
      for (index, series) in panel.series.enumerated() where series.isArea == wantsAreas {
        draw(series, TextPanel.ink(series, index), on: &canvas)
      }
    }
    drawFrame(on: &canvas)
    drawTexts(on: &canvas)
  }

  /// The terminal's own colour for what is nearly black: its background may be dark.
  private static func ink(_ series: Series, _ index: Int) -> Colour? {
    let colour = series.colour ?? Colour.cycle(index)
    return colour.brightness < 60 ? nil : colour
  }

  private func draw(_ series: Series, _ ink: Colour?, on canvas: inout TextCanvas) {
    switch series.content {
    case .line(let xs, let ys): polyline(zip(xs, ys).map { ($0, $1) }, series, ink, &canvas)
    case .steps(let xs, let ys): polyline(TextPanel.stairs(xs, ys), series, ink, &canvas)
    case .points(let xs, let ys):
      for (px, py) in zip(xs, ys) { point(x(px), y(py, series), ink, &canvas) }
    case .histogram(let histogram):
      for (position, height) in histogram.heights.enumerated() where height.isDrawable {
        let (from, to) = (x(histogram.edges[position]), x(histogram.edges[position + 1]))
        fill(
          from, to - 0.5, { _ in (base(series), y(height, series)) }, isDense: true, ink, &canvas)
      }
    case .filled(let xs, let lower, let upper):
      for position in 0..<max(0, xs.count - 1) {
        let (from, to) = (x(xs[position]), x(xs[position + 1]))
        fill(
          from, to,
          { part in
            (
              mixed(y(lower[position], series), y(lower[position + 1], series), part),
              mixed(y(upper[position], series), y(upper[position + 1], series), part)
            )
          }, isDense: false, ink, &canvas)
      }
    case .vectors(let xs, let ys, let dxs, let dys):
      for i in xs.indices { arrow(xs[i], ys[i], dxs[i], dys[i], series, ink, &canvas) }
    case .heatMap(let field): heatMap(field, &canvas)
    case .contour(let field, let levels):
      for piece in levels.flatMap({ field.contour($0) }) {
        canvas.line(
          (x(piece.x0), y(piece.y0, series)), (x(piece.x1), y(piece.y1, series)), ink, within: area)
      }
    }
  }

  private func mixed(_ a: Double, _ b: Double, _ part: Double) -> Double { a + (b - a) * part }

  private func base(_ series: Series) -> Double {
    let isLog = series.onSecondAxis ? panel.logY2 : panel.logY
    return isLog ? area.bottom + 0.5 : y(0, series)
  }

  private func point(_ px: Double, _ py: Double, _ ink: Colour?, _ canvas: inout TextCanvas) {
    guard area.contains(px.rounded(.down), py.rounded(.down)) else { return }
    canvas.dot(Int(px), Int(py), ink)
  }

  private func polyline(
    _ points: [(Double, Double)], _ series: Series, _ ink: Colour?, _ canvas: inout TextCanvas
  ) {
    var last: (x: Double, y: Double)?
    var dash = DashPattern(series.dash)
    for (px, py) in points {
      let place = (x: x(px), y: y(py, series))
      guard place.x.isFinite, place.y.isFinite else {
        last = nil
        continue
      }
      if let last {
        canvas.line(last, place, ink, within: area, &dash)
      } else {
        point(place.x, place.y, ink, &canvas)
      }
      last = place
    }
  }

  private static func stairs(_ xs: [Double], _ ys: [Double]) -> [(Double, Double)] {
    var points: [(Double, Double)] = []
    for (px, py) in zip(xs, ys) {
      if let last = points.last { points.append((px, last.1)) }
      points.append((px, py))
    }
    return points
  }

  /// Dots between two edges that may slope; every second one where it is not dense.
  private func fill(
    _ from: Double, _ to: Double, _ edges: (_ part: Double) -> (Double, Double), isDense: Bool,
    _ ink: Colour?, _ canvas: inout TextCanvas
  ) {
    guard from.isFinite, to.isFinite else { return }
    let first = Int(area.clampedX(from).rounded(.down))
    let last = Int(area.clampedX(to).rounded(.down))
    guard from <= area.right, to >= area.left else { return }
    for column in stride(from: first, through: last, by: 1) {
      let part = to > from ? min(1, max(0, (Double(column) + 0.5 - from) / (to - from))) : 0
      let (a, b) = edges(part)
      guard a.isFinite, b.isFinite else { continue }
      guard min(a, b) <= area.bottom, max(a, b) - 0.5 >= area.top else { continue }
      let top = Int(area.clampedY(min(a, b)).rounded(.down))
      let bottom = Int(area.clampedY(max(a, b) - 0.5).rounded(.down))
      for row in stride(from: top, through: bottom, by: 1) where isDense || (column + row) % 2 == 0
      {
        canvas.dot(column, row, ink)
      }
    }
  }

  /// A line with two strokes for its head.
  private func arrow(
    _ px: Double, _ py: Double, _ dx: Double, _ dy: Double, _ series: Series, _ ink: Colour?,
    _ canvas: inout TextCanvas
  ) {
    let (start, end) = ((x: x(px), y: y(py, series)), (x: x(px + dx), y: y(py + dy, series)))
    canvas.line(start, end, ink, within: area)
    let (u, v) = (end.x - start.x, end.y - start.y)
    let length = (u * u + v * v).squareRoot()
    guard length >= 3, length.isFinite else { return }
    for turn in [2.6, -2.6] {
      let (c, s) = (cos(turn) * 2.5 / length, sin(turn) * 2.5 / length)
      canvas.line(end, (end.x + c * u - s * v, end.y + s * u + c * v), ink, within: area)
    }
  }

  private func heatMap(_ field: Field, _ canvas: inout TextCanvas) {
    let drawable = field.values.filter(\.isDrawable)
    guard let least = drawable.min(), let greatest = drawable.max() else { return }
    var range = panel.colourRange ?? (least < greatest ? Interval(least, greatest) : .around(least))
    if panel.palette == .diverging, panel.colourRange == nil {
      let size = max(abs(range.low), abs(range.high))
      range = Interval(-size, size)
    }
    for half in 0..<(2 * plotRows) {
      let partY = 1 - (Double(half) + 0.5) / Double(2 * plotRows)
      for column in 0..<plotColumns {
        let partX = (Double(column) + 0.5) / Double(plotColumns)
        let px = TextPanel.value(partX, ranges.x, isLog: panel.logX)
        let py = TextPanel.value(partY, ranges.y, isLog: panel.logY)
        guard let value = field.value(px, py), value.isDrawable else { continue }
        let colour = panel.palette.colour((value - range.low) / range.width)
        canvas.paint(plotLeft + column, 2 * plotTop + half, colour)
      }
    }
  }

  private static func value(_ part: Double, _ range: Interval, isLog: Bool) -> Double {
    isLog ? range.low * pow(range.high / range.low, part) : range.low + part * range.width
  }

  // MARK: - Axes and texts

  private func drawFrame(on canvas: inout TextCanvas) {
    let (axis, floor) = (plotLeft - 1, plotTop + plotRows)
    for row in plotTop..<floor { canvas.put("│", axis, row) }
    canvas.put("└" + String(repeating: "─", count: plotColumns), axis, floor)
    for tick in yTicks {
      let part = TextPanel.fraction(tick.position, ranges.y, isLog: panel.logY)
      guard part >= -1e-9, part <= 1 + 1e-9 else { continue }
      let row = plotTop + min(plotRows - 1, Int((1 - part) * Double(plotRows)))
      let text = TextPanel.plain(tick.text)
      if text.isEmpty { continue }
      canvas.put(text, axis - text.count, row)
      canvas.put("┤", axis, row)
    }
    var free = left
    for tick in xTicks {
      let part = TextPanel.fraction(tick.position, ranges.x, isLog: panel.logX)
      guard part >= -1e-9, part <= 1 + 1e-9 else { continue }
      let column = plotLeft + min(plotColumns - 1, max(0, Int(part * Double(plotColumns))))
      let text = TextPanel.plain(tick.text)
      let start = min(max(left, column - text.count / 2), left + columns - text.count)
      if text.isEmpty || start < free { continue }
      canvas.put("┬", column, floor)
      canvas.put(text, start, floor + 1)
      free = start + text.count + 1
    }
  }

  private func drawTexts(on canvas: inout TextCanvas) {
    var row = top
    if let title = panel.title {
      canvas.put(title, centred(title), row)
      row += 1
    }
    if let label = panel.yLabel { canvas.put(label, left, row) }
    if let note = panel.note { canvas.put(" \(note) ", plotLeft + 1, plotTop) }
    row = plotTop + plotRows + 2
    if let label = panel.xLabel {
      canvas.put(label, centred(label), row)
      row += 1
    }
    guard panel.hasLegend else { return }
    var column = plotLeft
    for (index, series) in panel.series.enumerated() {
      guard let label = series.label else { continue }
      let side = series.onSecondAxis ? " (right axis)" : ""
      let sample = ["solid": "⠒⠒", "dashed": "⠒ ⠒", "dotted": "⠂⠂⠂"][series.dash.rawValue] ?? ""
      canvas.put(sample, column, row, ink: TextPanel.ink(series, index))
      canvas.put(label + side, column + sample.count + 1, row)
      column += sample.count + 1 + label.count + side.count + 3
    }
  }

  private func centred(_ text: String) -> Int {
    max(left, plotLeft + (plotColumns - text.count) / 2)
  }

  private static func ticks(_ range: Interval, isLog: Bool, count: Int) -> [Tick] {
    (isLog ? Ticks.logarithmic(range, count: count) : Ticks.linear(range, count: count))
      .filter(\.isMajor)
  }

  /// gnuplot's "10^{−3}" as "10⁻³".
  static func plain(_ text: String) -> String {
    let raised: [Character: Character] = [
      "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
      "9": "⁹", "−": "⁻", "-": "⁻",
    ]
    var result = ""
    var isRaised = false
    for character in text {
      switch character {
      case "^": continue
      case "{": isRaised = true
      case "}": isRaised = false
      default: result.append(isRaised ? raised[character] ?? character : character)
      }
    }
    return result
  }
}

extension Series {
  /// Whether it covers what is below it.
  fileprivate var isArea: Bool {
    switch content {
    case .histogram, .filled, .heatMap: true
    case .line, .points, .steps, .vectors, .contour: false
    }
  }
}

extension Field {
  /// The value of the cell around a point; nil outside.
  func value(_ px: Double, _ py: Double) -> Double? {
    let column = ((px - x.low) / x.width * Double(columns)).rounded(.down)
    let row = ((py - y.low) / y.width * Double(rows)).rounded(.down)
    guard column >= 0, row >= 0, column < Double(columns), row < Double(rows) else { return nil }
    return values[Int(row) * columns + Int(column)]
  }
}

extension Palette {
  /// The colour at 0 (low) to 1 (high), between the stops linear.
  func colour(_ part: Double) -> Colour {
    let place = min(max(part, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    let rest = place - Double(index)
    let (a, b) = (stops[index], stops[index + 1])
    func mixed(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8((Double(a) + (Double(b) - Double(a)) * rest).rounded())
    }
    return Colour(mixed(a.red, b.red), mixed(a.green, b.green), mixed(a.blue, b.blue))
  }
}
