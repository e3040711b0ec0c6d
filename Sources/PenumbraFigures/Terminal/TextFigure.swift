/// A figure drawn with characters, for terminals that show no pictures.

internal import PenumbraData

extension Figure {
  /// The figure as lines of text, every one with its newline.
  ///
  /// Lines and points are Braille dots, heat maps half blocks.
  ///
  /// - Parameters:
  ///   - columns: the characters of a line, 20 to 400; panels that do not fit go below each other.
  ///   - colour: what the terminal can show; without colour the text has no escape codes.
  /// - Throws: `TensorError` (value) for contradictory settings, as `write` does.
  public func text(columns width: Int = 80, colour: TerminalColour = .none) throws -> String {
    try check()
    let width = min(max(width, 20), 400)
    let across = max(1, min(columns, width / 32, panels.count))
    let gap = 2
    let panelColumns = min(100, (width - gap * (across - 1)) / across)
    // A character is about twice as high as wide.
    let shape = Double(panelHeight) / Double(panelWidth)
    let panelRows = min(20, max(10, Int(Double(panelColumns) * shape * 0.5)))
    let total = across * (panelColumns + gap) - gap
    var text = title.map { TextFigure.centred($0.printable, total) + "\n" } ?? ""
    for start in stride(from: 0, to: panels.count, by: across) {
      let row = panels[start..<min(start + across, panels.count)]
      if start % columns == 0, start / columns < rowTitles.count {
        text += rowTitles[start / columns].printable + "\n"
      }
      var canvas = TextCanvas(columns: total, rows: panelRows)
      for (position, panel) in row.enumerated() where !panel.isBlank {
        TextPanel(
          panel, left: position * (panelColumns + gap), top: 0, columns: panelColumns,
          rows: panelRows
        ).draw(on: &canvas)
      }
      text += canvas.text(colour)
    }
    return text
  }
}

enum TextFigure {
  static func centred(_ text: String, _ columns: Int) -> String {
    String(repeating: " ", count: max(0, (columns - text.count) / 2)) + text
  }
}
