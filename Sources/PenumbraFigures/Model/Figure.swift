/// A figure: panels in rows and columns.

internal import PenumbraData
internal import PenumbraTensor

/// A picture made of panels, written by gnuplot as PNG, SVG or PDF.
public struct Figure: Sendable {
  /// Row by row.
  public var panels: [Panel]
  /// Panels in a row.
  public var columns: Int
  public var title: String?
  /// At the left of each row, from the top.
  public var rowTitles: [String] = []
  /// Pixels (SVG: units; PDF: 1/96 inch) that each panel takes, labels included.
  public var panelWidth = 400
  public var panelHeight = 360
  /// Pixels per unit in PNG: 2 doubles the resolution.
  public var scale = 1.0

  /// - Parameter columns: by default as many as there are panels, at most 4.
  public init(_ panels: [Panel] = [], columns: Int? = nil) {
    self.panels = panels
    self.columns = columns ?? min(4, max(1, panels.count))
  }

  /// Draws the figure and writes it whole or not at all.
  ///
  /// - Parameter path: ends in .png, .svg or .pdf.
  /// - Throws: `TensorError` (value) for contradictory settings, (file) for another ending, when
  ///   gnuplot is missing, fails or takes too long, or when writing fails.
  public func write(to path: String, gnuplot: Gnuplot = Gnuplot()) throws {
    let format = try FigureFormat(path: path)
    let picture = try picture(format, name: path, gnuplot: gnuplot)
    try AtomicFile.write(picture, to: path, operation: "figure")
  }

  /// The bytes of the file that `write` would make.
  func picture(_ format: FigureFormat, name: String, gnuplot: Gnuplot = Gnuplot()) throws -> [UInt8]
  {
    let picture = try gnuplot.run(try script(format))
    guard format.recognises(picture) else {
      throw FileError.make("figure", name, "gnuplot made no \(format.rawValue) picture")
    }
    return picture
  }

  /// - Throws: `TensorError` (value) for no panels, or a size that cannot be drawn.
  func check() throws {
    func require(_ condition: Bool, _ argument: String, _ expected: String, _ got: String) throws {
      if condition { return }
      throw TensorError(.value, "figure", argument: argument, expected: expected, got: got)
    }
    try require(
      (1...400).contains(panels.count), "panels", "1 to 400 panels", "\(panels.count)")
    try require((1...400).contains(columns), "columns", "1 to 400", "\(columns)")
    try require((120...8000).contains(panelWidth), "width", "120 to 8000", "\(panelWidth)")
    try require((120...8000).contains(panelHeight), "height", "120 to 8000", "\(panelHeight)")
    try require(scale >= 0.25 && scale <= 8, "scale", "0.25 to 8", "\(scale)")
    let rows = (panels.count + columns - 1) / columns
    let (width, height) = (columns * panelWidth, rows * panelHeight)
    let pixels = Double(width) * Double(height) * scale * scale
    try require(
      Double(max(width, height)) * scale <= 32_000 && pixels <= 4e8, "size",
      "at most 32000 pixels along an edge", "\(width) × \(height), times \(scale)")
    for panel in panels { try panel.check() }
  }
}

extension Panel {
  /// - Throws: `TensorError` (value) for a range that is empty, or not positive on a log axis.
  fileprivate func check() throws {
    for (name, range, isLog) in [
      ("xrange", xRange, logX), ("yrange", yRange, logY), ("y2range", y2Range, logY2),
      ("color range", colourRange, false),
    ] {
      guard let range else { continue }
      guard range.isProper, range.low.isDrawable, range.high.isDrawable, !isLog || range.low > 0
      else {
        throw TensorError(
          .value, "figure", argument: name,
          expected: isLog ? "0 < low < high on a log axis" : "low < high",
          got: "\(range.low) and \(range.high)")
      }
    }
  }
}
