/// One pair of axes.

public import PenumbraData

/// Axes with series on them.
public struct Panel: Sendable {
  /// Where the legend is; series without a label are not in it.
  public enum Legend: String, Sendable, CaseIterable {
    case topRight = "top right"
    case topLeft = "top left"
    case bottomRight = "bottom right"
    case bottomLeft = "bottom left"
    /// Under the panel.
    case below
    case none
  }

  public var series: [Series]
  public var title: String?
  public var xLabel: String?
  public var yLabel: String?
  /// Of the right-hand axis.
  public var y2Label: String?
  /// By default what the data need.
  public var xRange: Interval?
  public var yRange: Interval?
  public var y2Range: Interval?
  /// Logarithmic axes; values that are not positive are gaps.
  public var logX = false
  public var logY = false
  public var logY2 = false
  public var grid = true
  public var legend = Legend.topRight
  /// Whether a unit is as long on both axes.
  public var equalAspect = false
  /// A short text inside, at the top left.
  public var note: String?
  /// Of heat maps.
  public var palette = Palette.viridis
  /// The values at the palette's ends; by default the least and the greatest.
  public var colourRange: Interval?
  /// Whether a scale of the palette stands at the right.
  public var colourBar = true

  public init(_ series: [Series] = [], title: String? = nil) {
    self.series = series
    self.title = title
  }

  /// A panel without anything leaves its place in the figure empty.
  var isBlank: Bool {
    series.isEmpty && title == nil && xRange == nil && yRange == nil && note == nil
  }

  var hasSecondAxis: Bool { y2Label != nil || series.contains { $0.onSecondAxis } }

  var hasColourBar: Bool {
    colourBar
      && series.contains {
        if case .heatMap = $0.content { true } else { false }
      }
  }

  var hasLegend: Bool { legend != .none && series.contains { $0.label != nil } }
}
