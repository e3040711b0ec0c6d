// How a distribution changes over the steps: one curve behind the other.

internal import PenumbraData
internal import PenumbraFigures
internal import PenumbraRuns

struct RidgeChart {
  let name: String
  /// In the order of their steps; at least one.
  let histograms: [LoggedHistogram]
  let count: Int

  var markup: Markup {
    guard let low = histograms.compactMap(\.edges.first).min(),
      let high = histograms.compactMap(\.edges.last).max()
    else { return "" }
    let range = low < high ? Interval(low, high) : Interval(low - 0.5, low + 0.5)
    guard range.isProper else { return "" }
    let top = 34.0
    let gap = histograms.count > 1 ? min(26, 170 / Double(histograms.count)) : 0
    let base = top + 60 + gap * Double(histograms.count - 1)
    var body: Markup = "<g class=\"ticks\">"
    for tick in Ticks.linear(range, count: 6) {
      body += """
        <text x="\(place(tick.position, range))" y="\(base + 17)" \
        text-anchor="middle">\(ChartFrame.label(tick))</text>
        """
    }
    body += "</g>"
    for (position, histogram) in histograms.enumerated() {
      let foot = top + 60 + gap * Double(position)
      body += ridge(histogram, range, foot)
    }
    let more: Markup = count > histograms.count ? ", \(histograms.count) of \(count) shown" : ""
    let bad = histograms.reduce(0) { $0 + $1.notFinite }
    let note: Markup = bad > 0 ? " <span class=\"bad\">\(bad) not finite</span>" : ""
    return """
      <figure class="card chart"><figcaption><h3>\(name)</h3></figcaption><svg class="plot" \
      viewBox="0 0 420 \(base + 26)" role="img" aria-label="distribution of \(name)">\(body)</svg>\
      <p class="numbers"><span>steps \(histograms[0].step) to \
      \(histograms[histograms.count - 1].step)\(more)</span>\(note)</p></figure>
      """
  }

  private func place(_ value: Double, _ range: Interval) -> Double {
    14 + 346 * (value - range.low) / range.width
  }

  /// The density as an area that hides what lies behind it; as high as its own greatest value asks.
  private func ridge(
    _ histogram: LoggedHistogram, _ range: Interval, _ foot: Double
  ) -> Markup {
    let cells = RidgeChart.smooth(RidgeChart.cells(histogram, range, count: 120))
    let peak = cells.max() ?? 0
    guard peak > 0 else { return "" }
    var line: Markup = ""
    for (position, cell) in cells.enumerated() {
      let x = 14 + 346 * (Double(position) + 0.5) / Double(cells.count)
      line += "L\(x) \(foot - 58 * cell / peak)"
    }
    return """
      <path class="ridge" d="M14 \(foot)\(line)L360 \(foot)z"/><text class="step" x="366" \
      y="\(foot)">\(histogram.step)</text>
      """
  }

  /// Without the steps of the bins.
  private static func smooth(_ cells: [Double]) -> [Double] {
    var cells = cells
    for _ in 0..<3 {
      cells = cells.indices.map { place in
        let (before, after) = (max(place - 1, 0), min(place + 1, cells.count - 1))
        return cells[before] / 4 + cells[place] / 2 + cells[after] / 4
      }
    }
    return cells
  }

  /// Mean densities over equal parts of a range.
  ///
  /// - Complexity: O(cells + bins).
  static func cells(_ histogram: LoggedHistogram, _ range: Interval, count: Int) -> [Double] {
    var cells = [Double](repeating: 0, count: count)
    let width = range.width / Double(count)
    for (bin, amount) in histogram.counts.enumerated() where amount > 0 {
      let (low, high) = (histogram.edges[bin], histogram.edges[bin + 1])
      let first = min(max(Int((low - range.low) / width), 0), count - 1)
      let last = min(max(Int((high - range.low) / width), first), count - 1)
      guard high > low else {
        cells[first] += amount
        continue
      }
      for cell in first...last {
        let start = range.low + width * Double(cell)
        let shared = min(high, start + width) - max(low, start)
        if shared > 0 { cells[cell] += amount * shared / (high - low) }
      }
    }
    return cells
  }
}
