/// Where everything is on the canvas.

package import PenumbraData

/// A rectangle of the canvas in units from its top left corner.
package struct Box {
  package var left, top, width, height: Double
  package var right: Double { left + width }
  package var bottom: Double { top + height }

  /// The greatest centred part with this ratio of width to height.
  func fitted(ratio: Double) -> Box {
    if width / height > ratio {
      let narrow = height * ratio
      return Box(left: left + (width - narrow) / 2, top: top, width: narrow, height: height)
    }
    let low = width / ratio
    return Box(left: left, top: top + (height - low) / 2, width: width, height: low)
  }
}

/// The boxes of all panels' axes: of one size, aligned along rows and columns.
package struct FigureLayout {
  package let width, height: Double
  /// The axes of each panel, and the place that they would have without equal aspect.
  package let axes, places: [Box]
  /// The heights of the middles of legends below panels.
  let legendMiddles: [Double]
  /// The middles of the rows' titles and of the figure's.
  let rowTitleLeft: Double
  let titleTop: Double

  package init(_ figure: Figure, _ ranges: [(x: Interval, y: Interval)]) {
    let columns = min(figure.columns, figure.panels.count)
    let rows = (figure.panels.count + columns - 1) / columns
    let top = figure.title == nil ? 4.0 : 38.0
    let left = figure.rowTitles.isEmpty ? 0.0 : 30.0
    width = left + Double(columns * figure.panelWidth)
    height = top + Double(rows * figure.panelHeight)
    titleTop = 20
    rowTitleLeft = 17
    // Margins that all panels of a column, or of a row, share.
    var (lefts, rights) = (Track(columns), Track(columns))
    var (tops, bottoms) = (Track(rows), Track(rows))
    for (index, panel) in figure.panels.enumerated() {
      let margins = Margins(panel, width: Double(figure.panelWidth))
      lefts.require(margins.left, at: index % columns)
      rights.require(margins.right, at: index % columns)
      tops.require(margins.top, at: index / columns)
      bottoms.require(margins.bottom, at: index / columns)
    }
    let axisWidth = max(10, (width - left - lefts.total - rights.total) / Double(columns))
    let axisHeight = max(10, (height - top - tops.total - bottoms.total) / Double(rows))
    var (axes, places, legends): ([Box], [Box], [Double]) = ([], [], [])
    for (index, panel) in figure.panels.enumerated() {
      let (row, column) = (index / columns, index % columns)
      let place = Box(
        left: left + lefts.before(column) + rights.before(column) + lefts[column]
          + Double(column) * axisWidth,
        top: top + tops.before(row) + bottoms.before(row) + tops[row] + Double(row) * axisHeight,
        width: axisWidth, height: axisHeight)
      let isFitted = panel.equalAspect && !panel.logX && !panel.logY
      let (x, y) = ranges[index]
      places.append(place)
      axes.append(isFitted ? place.fitted(ratio: min(max(x.width / y.width, 0.1), 10)) : place)
      let lines = Margins.legendHeight(panel, width: Double(figure.panelWidth))
      legends.append(place.bottom + bottoms[row] - lines / 2 - 4)
    }
    self.axes = axes
    self.places = places
    legendMiddles = legends
  }
}

/// The room that one panel's labels take around its axes.
private struct Margins {
  let left, right, top, bottom: Double

  init(_ panel: Panel, width: Double) {
    left = panel.yLabel == nil ? 52 : 68
    let second: Double = panel.hasSecondAxis ? (panel.y2Label == nil ? 46 : 66) : 18
    right = panel.hasColourBar ? max(second, 72) : second
    let titleLines = panel.title.map {
      $0.split(separator: "\n", omittingEmptySubsequences: false).count
    }
    top = 14 + 19 * Double(titleLines ?? 0)
    bottom = (panel.xLabel == nil ? 32 : 50) + Margins.legendHeight(panel, width: width)
  }

  /// The height of a legend below the panel, whose entries stand side by side as far as they fit.
  static func legendHeight(_ panel: Panel, width: Double) -> Double {
    guard panel.hasLegend, panel.legend == .below else { return 0 }
    let labels = panel.series.compactMap(\.label)
    let widest = (labels.map(\.count).max() ?? 0)
    let perLine = max(1, Int((width - 70) / (Double(widest) * 6.5 + 40)))
    return 8 + 15 * Double((labels.count + perLine - 1) / perLine)
  }
}

/// The margins along one side of the columns, or of the rows.
private struct Track {
  private var sizes: [Double]

  init(_ count: Int) { sizes = Array(repeating: 0, count: count) }

  subscript(index: Int) -> Double { sizes[index] }
  var total: Double { sizes.reduce(0, +) }

  mutating func require(_ size: Double, at index: Int) { sizes[index] = max(sizes[index], size) }
  func before(_ index: Int) -> Double { sizes[..<index].reduce(0, +) }
}
