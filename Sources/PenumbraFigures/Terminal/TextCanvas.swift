/// A drawing made of characters: Braille dots, half blocks and text.

/// Cells of 2 × 4 dots, which are about as wide as they are high; row 0 is at the top.
struct TextCanvas {
  struct Cell: Equatable {
    /// Braille dots, in Unicode's order.
    var dots: UInt8 = 0
    var character: Character?
    /// Of dots or character; the terminal's own where nil.
    var ink: Colour?
    /// Of the cell's halves.
    var upper: Colour?
    var lower: Colour?
  }

  let columns: Int
  let rows: Int
  private(set) var cells: [Cell]

  init(columns: Int, rows: Int) {
    self.columns = max(columns, 1)
    self.rows = max(rows, 1)
    cells = Array(repeating: Cell(), count: self.columns * self.rows)
  }

  // MARK: - Drawing

  /// The bit of a dot, by its row and column in the cell.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// A dot, counted from the top left; one outside is left out.
  mutating func dot(_ x: Int, _ y: Int, _ ink: Colour?) {
    guard x >= 0, y >= 0, x < 2 * columns, y < 4 * rows else { return }
    let place = y / 4 * columns + x / 2
    cells[place].dots |= TextCanvas.bits[y % 4][x % 2]
    cells[place].ink = ink
  }

  /// A straight line between dots (Bresenham); only what lies inside `within` is drawn.
  mutating func line(
    _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), _ ink: Colour?, within: DotArea
  ) {
    var solid = DashPattern(.solid)
    line(from, to, ink, within: within, &solid)
  }

  /// The same with a pattern that goes on from line to line.
  mutating func line(
    _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), _ ink: Colour?, within: DotArea,
    _ dash: inout DashPattern
  ) {
    guard let (a, b) = within.clipped(from, to) else { return }
    var (x, y) = (Int(a.x.rounded(.down)), Int(a.y.rounded(.down)))
    let (endX, endY) = (Int(b.x.rounded(.down)), Int(b.y.rounded(.down)))
    let (dx, dy) = (abs(endX - x), -abs(endY - y))
    var error = dx + dy
    while true {
      if dash.isDrawn(x, y) { dot(x, y, ink) }
      if x == endX, y == endY { return }
      let twice = 2 * error
      if twice >= dy {
        error += dy
        x += x < endX ? 1 : -1
      }
      if twice <= dx {
        error += dx
        y += y < endY ? 1 : -1
      }
    }
  }

  /// A text from a cell to the right; what does not fit is cut.
  mutating func put(_ text: String, _ column: Int, _ row: Int, ink: Colour? = nil) {
    guard row >= 0, row < rows else { return }
    for (offset, character) in text.printable.enumerated() {
      let place = column + offset
      guard place >= 0, place < columns else { continue }
      cells[row * columns + place] = Cell(character: character, ink: ink)
    }
  }

  /// Colours half a cell.
  mutating func paint(_ column: Int, _ halfRow: Int, _ colour: Colour) {
    guard column >= 0, column < columns, halfRow >= 0, halfRow < 2 * rows else { return }
    let place = halfRow / 2 * columns + column
    if halfRow % 2 == 0 { cells[place].upper = colour } else { cells[place].lower = colour }
  }

  // MARK: - As text

  /// A line for each row, blanks at its end left out; every line ends with a newline.
  func text(_ colour: TerminalColour) -> String {
    (0..<rows).map { row in
      line(cells[(row * columns)..<((row + 1) * columns)], colour) + "\n"
    }.joined()
  }

  private func line(_ cells: ArraySlice<Cell>, _ colour: TerminalColour) -> String {
    let end = cells.lastIndex { $0 != Cell() && $0.character != " " }.map { $0 + 1 }
    var text = ""
    var current = ""
    for cell in cells[..<(end ?? cells.startIndex)] {
      let (glyph, style) = appearance(cell, colour)
      if style != current {
        text += "\u{1B}[0" + (style.isEmpty ? "" : ";" + style) + "m"
        current = style
      }
      text.append(glyph)
    }
    return current.isEmpty ? text : text + "\u{1B}[0m"
  }

  private func appearance(_ cell: Cell, _ colour: TerminalColour) -> (Character, String) {
    let mean = cell.upper.map { upper in cell.lower.map { upper.mixed(with: $0) } ?? upper }
    if let glyph = cell.character ?? TextCanvas.braille(cell.dots) {
      guard colour != .none else { return (glyph, "") }
      let parts = [
        cell.ink.map { colour.code($0) }, mean.map { colour.code($0, isBackground: true) },
      ]
      return (glyph, parts.compactMap { $0 }.joined(separator: ";"))
    }
    guard let upper = cell.upper ?? cell.lower, let mean else { return (" ", "") }
    guard colour != .none else { return (TextCanvas.shade(mean), "") }
    let lower = cell.lower ?? upper
    return ("▀", colour.code(upper) + ";" + colour.code(lower, isBackground: true))
  }

  private static func braille(_ dots: UInt8) -> Character? {
    dots == 0 ? nil : Character(Unicode.Scalar(0x2800 + UInt32(dots)) ?? " ")
  }

  /// Bright is dense, as on a dark terminal.
  private static func shade(_ colour: Colour) -> Character {
    let shades: [Character] = [" ", "░", "▒", "▓", "█"]
    return shades[min(4, Int(colour.brightness / 51.2))]
  }
}

/// Which dots of a line are drawn.
struct DashPattern {
  private let on, period: Int
  private var count = -1
  private var last: (x: Int, y: Int)?

  init(_ dash: Series.Dash) {
    (on, period) =
      switch dash {
      case .solid: (1, 1)
      case .dashed: (5, 9)
      case .dotted: (1, 4)
      }
  }

  /// Goes on by one, unless the dot is the one before.
  mutating func isDrawn(_ x: Int, _ y: Int) -> Bool {
    if last?.x != x || last?.y != y { count += 1 }
    last = (x, y)
    return count % period < on
  }
}

/// A rectangle of dots.
struct DotArea {
  /// Inclusive.
  let left, top, right, bottom: Double

  /// The part of a line inside (Liang and Barsky, 1984); nil if there is none.
  func clipped(
    _ from: (x: Double, y: Double), _ to: (x: Double, y: Double)
  ) -> ((x: Double, y: Double), (x: Double, y: Double))? {
    let (dx, dy) = (to.x - from.x, to.y - from.y)
    guard dx.isFinite, dy.isFinite, from.x.isFinite, from.y.isFinite else { return nil }
    var (enter, leave) = (0.0, 1.0)
    for (step, room) in [
      (-dx, from.x - left), (dx, right - from.x), (-dy, from.y - top), (dy, bottom - from.y),
    ] {
      if step == 0 {
        if room < 0 { return nil }
      } else if step < 0 {
        enter = max(enter, room / step)
      } else {
        leave = min(leave, room / step)
      }
    }
    guard enter <= leave else { return nil }
    // Far away ends round far off.
    return (
      (clampedX(from.x + enter * dx), clampedY(from.y + enter * dy)),
      (clampedX(from.x + leave * dx), clampedY(from.y + leave * dy))
    )
  }

  func clampedX(_ x: Double) -> Double { min(max(x, left), right) }
  func clampedY(_ y: Double) -> Double { min(max(y, top), bottom) }

  func contains(_ x: Double, _ y: Double) -> Bool {
    x >= left && x <= right && y >= top && y <= bottom
  }
}

extension String {
  /// With blanks for what would move the cursor or speak to the terminal.
  var printable: String {
    var result = ""
    for scalar in unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control
      result.unicodeScalars.append(isControl ? " " : scalar)
    }
    return result
  }
}
