/// The part of an axis that data need.

internal import Glibc
package import PenumbraData

extension Double {
  /// Whether it can be a coordinate; everything else is a gap. The bound keeps sums and
  /// differences of coordinates finite.
  var isDrawable: Bool { abs(self) < 1e300 }
}

extension Interval {
  /// A range around one value.
  static func around(_ value: Double) -> Interval {
    let half = value == 0 ? 0.5 : abs(value) * 0.1
    return Interval(value - half, value + half)
  }

  /// With ends moved out to a round number that is near, so that 1 to 59,900 becomes 0 to 60,000.
  func snapped() -> Interval {
    func near(_ end: Double, _ candidates: [Double], outwards: (Double, Double) -> Bool) -> Double {
      candidates.first { outwards($0, end) && abs($0 - end) < 0.02 * width } ?? end
    }
    let marks = Ticks.linear(Interval(low - 0.02 * width, high + 0.02 * width), count: 6)
      .map(\.position)
    return Interval(
      near(low, marks, outwards: <), near(high, marks.reversed(), outwards: >))
  }
}

/// Gathers the least and the greatest value that an axis has to show.
struct DataRange {
  let isLog: Bool
  private var low = Double.infinity
  private var high = -Double.infinity
  /// Whether the low end is where areas stand on, so that nothing is drawn below it.
  private var standsOnLow = false
  /// Whether the data fill the range to its ends, so that no margin is wanted.
  private var isTight = false

  init(isLog: Bool) { self.isLog = isLog }

  /// Takes values that are drawable on this axis into account.
  mutating func include(_ values: [Double]) {
    for value in values where value.isDrawable && (!isLog || value > 0) {
      low = min(low, value)
      high = max(high, value)
    }
  }

  /// Areas that stand on zero.
  mutating func includeBase() {
    guard !isLog else { return }
    include([0])
    standsOnLow = true
  }

  /// Data that fill this interval.
  mutating func fill(_ interval: Interval) {
    include([interval.low, interval.high])
    isTight = true
  }

  /// The axis: a margin of `margin` times the data's extent on either side, or `above` at the top.
  func axis(margin: Double, above: Double? = nil) -> Interval {
    guard low <= high else { return isLog ? Interval(1, 10) : Interval(0, 1) }
    if isLog {
      let extent = log10(high / low)
      let factor = extent > 0 ? pow(10, isTight ? 0 : extent * margin) : 2
      return Interval(max(low / factor, 1e-300), min(high * factor, 1e300))
    }
    // Less than rounding can tell apart counts as one value.
    guard high - low > max(abs(low), abs(high)) * 1e-12 else {
      return standsOnLow && low == 0 ? Interval(0, 1) : Interval.around((low + high) / 2)
    }
    let room = isTight ? 0 : (high - low) * margin
    let floor = standsOnLow && low == 0 ? 0 : low - room
    return Interval(floor, high + (isTight ? 0 : (high - low) * (above ?? margin)))
  }
}

extension Panel {
  /// The ranges of x, y and the right-hand y.
  package func ranges() -> (x: Interval, y: Interval, y2: Interval) {
    var (x, y, y2) = (
      DataRange(isLog: logX), DataRange(isLog: logY), DataRange(isLog: logY2)
    )
    var hasPoints = false
    for series in series {
      if case .points = series.content { hasPoints = true }
      if case .vectors = series.content { hasPoints = true }
      if series.onSecondAxis {
        series.extend(&x, &y2)
      } else {
        series.extend(&x, &y)
      }
    }
    let xs = x.axis(margin: hasPoints ? 0.05 : 0)
    return (
      xRange ?? (logX || hasPoints ? xs : xs.snapped()),
      yRange ?? y.axis(margin: 0.06, above: note == nil ? 0.06 : 0.16),
      y2Range ?? y2.axis(margin: 0.06)
    )
  }
}

extension Series {
  /// Widens the axes so that they show all of this series.
  fileprivate func extend(_ x: inout DataRange, _ y: inout DataRange) {
    switch content {
    case .line(let xs, let ys), .points(let xs, let ys), .steps(let xs, let ys):
      let visible = zip(xs, ys).filter { $0.isDrawable && $1.isDrawable }
      x.include(visible.map(\.0))
      y.include(visible.map(\.1))
    case .histogram(let histogram):
      x.include(histogram.edges)
      y.include(histogram.heights)
      y.includeBase()
    case .filled(let xs, let lower, let upper):
      x.include(xs)
      y.include(lower + upper)
      if lower.allSatisfy({ $0 == 0 }) { y.includeBase() }
    case .vectors(let xs, let ys, let dxs, let dys):
      x.include(xs + zip(xs, dxs).map(+))
      y.include(ys + zip(ys, dys).map(+))
    case .heatMap(let field), .contour(let field, _):
      x.fill(field.x)
      y.fill(field.y)
    }
  }
}
