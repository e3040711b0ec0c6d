// The axes of a chart: from values to pixels.

internal import Glibc
internal import PenumbraData
internal import PenumbraFigures

/// A drawing of 420 × 222 units, with the axes inside.
struct ChartFrame {
  let xRange: Interval
  let yRange: Interval
  let isLogarithmic: Bool
  private let left = 50.0
  private let top = 8.0
  private let right = 410.0
  private let bottom = 192.0

  init(x: Interval, y: Interval, isLogarithmic: Bool) {
    (xRange, yRange, self.isLogarithmic) = (x, y, isLogarithmic)
  }

  /// Whether it can be drawn: finite, of positive extent.
  var isProper: Bool {
    xRange.isProper && yRange.isProper && (!isLogarithmic || yRange.low > 0)
  }

  func x(_ value: Double) -> Double {
    left + (right - left) * (value - xRange.low) / xRange.width
  }

  /// Values beyond the ends are drawn a little outside, where they are clipped.
  func y(_ value: Double) -> Double {
    let part =
      isLogarithmic
      ? log(value / yRange.low) / log(yRange.high / yRange.low)
      : (value - yRange.low) / yRange.width
    return bottom - (bottom - top) * min(max(part, -0.2), 1.2)
  }

  /// Both ends with all their digits.
  func exact(_ range: Interval) -> String { "\(range.low) \(range.high)" }

  /// Grid, marks and their texts.
  var axes: Markup {
    var text: Markup = """
      <clipPath id="c"><rect x="50" y="4" width="362" height="190"/></clipPath><g class="grid">
      """
    let vertical =
      isLogarithmic ? Ticks.logarithmic(yRange, count: 5) : Ticks.linear(yRange, count: 5)
    let horizontal = Ticks.linear(xRange, count: 5)
    for tick in vertical where !tick.text.isEmpty {
      text += "<path d=\"M\(left) \(y(tick.position))H\(right)\"/>"
    }
    text += "<path class=\"base\" d=\"M\(left) \(bottom)H\(right)\"/></g><g class=\"ticks\">"
    for tick in vertical where !tick.text.isEmpty {
      text += """
        <text x="\(left - 6)" y="\(y(tick.position) + 3.5)" text-anchor="end">\(ChartFrame.label(tick))</text>
        """
    }
    for tick in horizontal {
      text += """
        <text x="\(x(tick.position))" y="\(bottom + 17)" text-anchor="middle">\(ChartFrame.label(tick))</text>
        """
    }
    return text + "</g>"
  }

  /// "2·10^{−3}" with a raised exponent.
  static func label(_ tick: Tick) -> Markup {
    let parts = tick.text.split(separator: "^{", maxSplits: 1).map(String.init)
    guard parts.count == 2, parts[1].hasSuffix("}") else { return "\(tick.text)" }
    return "\(parts[0])<tspan dy=\"-4\" font-size=\"8\">\(String(parts[1].dropLast()))</tspan>"
  }
}

extension Markup {
  static func + (left: Markup, right: Markup) -> Markup { "\(left)\(right)" }
}
