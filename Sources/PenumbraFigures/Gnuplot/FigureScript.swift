/// A whole figure in gnuplot's language.

internal import PenumbraData
internal import PenumbraTensor

extension Figure {
  /// The commands that make gnuplot write this figure to its standard output.
  ///
  /// The script holds the data and names no file. It never runs a command: every text of a user is
  /// a quoted string.
  ///
  /// - Throws: `TensorError` (value) for settings that contradict each other.
  public func script(_ format: FigureFormat) throws -> String {
    try check()
    let ranges = panels.map { $0.ranges() }
    let layout = FigureLayout(self, ranges.map { ($0.x, $0.y) })
    var text = "set encoding utf8\n"
    text += terminal(format, layout) + "\nset multiplot\n"
    let columns = min(columns, panels.count)
    for (index, panel) in panels.enumerated() {
      let part = PanelScript(
        panel: panel, index: index, axes: layout.axes[index],
        legendMiddle: layout.legendMiddles[index], ranges: ranges[index],
        canvas: (layout.width, layout.height))
      var extra = ""
      if index == 0, let title { extra += titleCommand(title, layout) }
      if index % columns == 0, index / columns < rowTitles.count {
        extra += rowTitleCommand(rowTitles[index / columns], layout.places[index], layout)
      }
      text += part.commands(extra: extra)
    }
    return text + "unset multiplot\n"
  }

  private func terminal(_ format: FigureFormat, _ layout: FigureLayout) -> String {
    let font = "font 'DejaVu Sans,10' enhanced"
    let (width, height) = (layout.width, layout.height)
    switch format {
    case .png:
      let size = "\(Int((width * scale).rounded())),\(Int((height * scale).rounded()))"
      return "set terminal pngcairo size \(size) \(font) fontscale \(scale) linewidth \(scale) "
        + "dashlength 2 pointscale \(scale) rounded background rgb '#ffffff'"
    case .svg:
      return "set terminal svg size \(Int(width)),\(Int(height)) \(font) fontscale 1.2 "
        + "rounded "
        + "background rgb '#ffffff'"
    case .pdf:
      // gnuplot's points are those of 72 to an inch here, and its lines are thinner than elsewhere.
      return "set terminal pdfcairo size \(width / 96)in,\(height / 96)in \(font) fontscale 0.75 "
        + "linewidth 1.5 dashlength 2 pointscale 0.75 rounded background rgb '#ffffff'"
    }
  }

  private func titleCommand(_ title: String, _ layout: FigureLayout) -> String {
    let y = GnuplotText.number(1 - layout.titleTop / layout.height)
    return "set label 1002 \(GnuplotText.quoted(title)) at screen 0.5,\(y) center noenhanced "
      + "font 'DejaVu Sans Bold,13'\n"
  }

  private func rowTitleCommand(_ title: String, _ place: Box, _ layout: FigureLayout) -> String {
    let x = GnuplotText.number(layout.rowTitleLeft / layout.width)
    let y = GnuplotText.number(1 - (place.top + place.height / 2) / layout.height)
    return "set label 1003 \(GnuplotText.quoted(title)) at screen \(x),\(y) center rotate by 90 "
      + "noenhanced font 'DejaVu Sans Bold,11'\n"
  }
}
