// Rows of text in columns.

struct TextTable {
  private var rows: [[String]] = []

  init(_ header: [String] = []) { if !header.isEmpty { add(header) } }

  mutating func add(_ row: [String]) { rows.append(row.map(TextTable.plain)) }

  /// Columns as wide as their widest cell, two spaces between them.
  var text: String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        if column < row.count - 1 {
          line += String(repeating: " ", count: widths[column] - cell.count + 2)
        }
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }
    .joined()
  }

  /// What a file says cannot move the terminal's cursor.
  static func plain(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control
      result.unicodeScalars.append(isControl ? "?" : scalar)
    }
    return result
  }
}

/// Numbers and times for people.
enum Shown {
  /// Six significant digits.
  static func number(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value.isNaN ? "NaN" : "\(value)" }
    if value == value.rounded(), value.magnitude < 1e9 { return "\(Int(value))" }
    var scale = 1.0
    var rest = value.magnitude
    while rest < 1e5, scale < 1e12 {
      rest *= 10
      scale *= 10
    }
    let rounded = (value * scale).rounded() / scale
    return "\(rounded == 0 ? value : rounded)"
  }

  /// "1:02:03", "2:03"
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "" }
    let whole = Int(seconds)
    let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
    let (h, m, s) = (whole / 3600, whole / 60 % 60, whole % 60)
    return h > 0 ? "\(h):\(two(m)):\(two(s))" : "\(m):\(two(s))"
  }
}
