/// A profile as a table for people.

extension Profile {
  /// The rows in aligned columns under a line with the sums.
  ///
  /// - Parameter limit: the most rows that are shown.
  public func table(
    by grouping: Grouping = .operation, sortedBy order: Order = .own, limit: Int = 20
  ) -> String {
    let all = rows(by: grouping, sortedBy: order)
    var text =
      "\(fixed(wallTime * 1e3, 3)) ms: forward \(fixed(time(in: .forward) * 1e3, 3)), backward "
      + "\(fixed(time(in: .backward) * 1e3, 3)), \(operations.names[0]) \(fixed(time(in: .outside) * 1e3, 3)); "
      + "\(calls) calls, \(MemoryPool.size(bytes)) allocated\n\n"
    let columns = Profile.columns(grouping, hasFlops: all.contains { $0.flops > 0 })
    let cells = all.prefix(limit).map { row in columns.map { $0.text(row) } }
    let lines = [columns.map(\.title)] + cells
    let widths = columns.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    for line in lines {
      var shown = ""
      for (column, cell) in line.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        let separator = column == 0 ? "" : "  "
        shown += separator + (columns[column].isText ? cell + padding : padding + cell)
      }
      text += shown.withoutTrailingSpaces + "\n"
    }
    if all.count > limit { text += "and \(all.count - limit) more\n" }
    if droppedEvents > 0 { text += "\(droppedEvents) events are counted, but not in the trace\n" }
    return text
  }

  private struct Column {
    let title: String
    var isText = false
    let text: (Row) -> String
  }

  private static func columns(_ grouping: Grouping, hasFlops: Bool) -> [Column] {
    let operation = Column(title: "operation", isText: true) { row in
      row.operation + (grouping == .line ? row.otherText : "")
    }
    let line = Column(title: "line", isText: true) { row in
      (row.line ?? "") + (grouping == .operation ? row.otherText : "")
    }
    let numbers = [
      Column(title: "calls") { "\($0.calls)" },
      Column(title: "total ms") { fixed($0.total * 1e3, 3) },
      Column(title: "self ms") { fixed($0.own * 1e3, 3) },
      Column(title: "self %") { fixed($0.share * 100, 1) },
      Column(title: "bytes") { $0.bytes == 0 ? "" : MemoryPool.size($0.bytes) },
    ]
    let speed = Column(title: "GFLOP/s") {
      $0.flops > 0 && $0.own > 0 ? fixed($0.flops / $0.own * 1e-9, 1) : ""
    }
    let middle = hasFlops ? numbers + [speed] : numbers
    return grouping == .operation ? [operation] + middle + [line] : [line] + middle + [operation]
  }
}

extension Profile.Row {
  /// What stands after the costliest line or operation of several.
  fileprivate var otherText: String { others == 0 ? "" : " +\(others)" }
}

extension String {
  fileprivate var withoutTrailingSpaces: String {
    var result = self
    while result.last == " " { result.removeLast() }
    return result
  }
}

/// A number ≥ 0 with that many decimals.
private func fixed(_ value: Double, _ decimals: Int) -> String {
  let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
  let scaled = Int(min(value * Double(scale), 1e18).rounded())
  let digits = String(scaled % scale)
  return "\(scaled / scale)." + String(repeating: "0", count: decimals - digits.count) + digits
}
