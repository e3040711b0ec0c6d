// Names in columns, as `ls` shows them.

enum Columns {
  /// Fills columns downwards; every line ends with a newline.
  static func layout(_ names: [String], width: Int) -> String {
    guard let longest = names.map(\.count).max() else { return "" }
    let columnWidth = longest + 2
    let columnCount = max(1, width / columnWidth)
    let rowCount = (names.count + columnCount - 1) / columnCount
    var text = ""
    for row in 0..<rowCount {
      let cells = stride(from: row, to: names.count, by: rowCount).map { names[$0] }
      for cell in cells.dropLast() {
        text += cell + String(repeating: " ", count: columnWidth - cell.count)
      }
      text += (cells.last ?? "") + "\n"
    }
    return text
  }
}
