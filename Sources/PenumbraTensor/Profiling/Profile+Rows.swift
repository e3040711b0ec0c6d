/// A profile as rows, for each operation or each line.

extension Profile {
  /// What a row sums up.
  public enum Grouping: String, Sendable, CaseIterable {
    case operation, line
  }

  /// What rows are sorted by, the greatest first.
  public enum Order: String, Sendable, CaseIterable {
    case own = "self"
    case total, calls, bytes
  }

  /// The sums of one operation or line.
  public struct Row: Sendable {
    /// The operation; of a line's row the one that took most time there.
    public let operation: String
    /// What `operation` does.
    public let phase: Phase
    /// The line; of an operation's row the one that took most time; nil where no script called it.
    public let line: String?
    /// How many further operations or lines the row sums up.
    public let others: Int
    public let calls: Int
    /// Seconds, with the operations inside.
    public let total: Double
    /// Seconds, without the operations inside.
    public let own: Double
    /// `own` as a share of the profile's time, from 0 to 1.
    public let share: Double
    /// Tensor memory asked for, without the operations inside.
    public let bytes: Int
    /// Additions and multiplications in matrix products and convolutions, without the operations inside.
    public let flops: Double
  }

  /// The rows, sorted; equal ones by name.
  ///
  /// - Complexity: O(c log c) for c pairs of an operation and a line.
  public func rows(by grouping: Grouping = .operation, sortedBy order: Order = .own) -> [Row] {
    let groups = Dictionary(grouping: cells) { grouping == .operation ? $0.operation : $0.line }
    let wall = wallTime
    let rows = groups.values.map { row($0, grouping, wall: wall) }
    return rows.sorted { a, b in
      let (x, y) = (a.key(order), b.key(order))
      return x == y ? (a.operation, a.line ?? "") < (b.operation, b.line ?? "") : x > y
    }
  }

  private func row(_ cells: [Cell], _ grouping: Grouping, wall: Double) -> Row {
    let main = cells.reduce(cells[0]) { $1.own > $0.own ? $1 : $0 }
    func sum(_ part: (Cell) -> Int) -> Int { cells.reduce(0) { $0 + part($1) } }
    let own = Double(sum(\.own)) * 1e-9
    let total = sum { grouping == .operation ? $0.operationTotal : $0.lineTotal }
    return Row(
      operation: operations.names[Int(main.operation)], phase: phase(main.operation),
      line: main.line == 0 ? nil : lines.names[Int(main.line)], others: cells.count - 1,
      calls: sum(\.calls), total: Double(total) * 1e-9, own: own,
      share: wall > 0 ? own / wall : 0, bytes: sum(\.bytes),
      flops: cells.reduce(0) { $0 + $1.flops })
  }
}

extension Profile.Row {
  fileprivate func key(_ order: Profile.Order) -> Double {
    switch order {
    case .own: own
    case .total: total
    case .calls: Double(calls)
    case .bytes: Double(bytes)
    }
  }
}
