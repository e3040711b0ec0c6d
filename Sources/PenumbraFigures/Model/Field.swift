/// A function of two variables on a regular grid: heat maps and contours.

public import PenumbraData
internal import PenumbraTensor

/// Values at the centres of the cells of a rectangle.
public struct Field: Sendable, Equatable {
  /// Row-major, [rows, columns]; row 0 is at the low end of y, column 0 at the low end of x.
  public let values: [Double]
  public let rows, columns: Int
  /// The rectangle that the cells fill.
  public let x, y: Interval

  /// - Throws: `TensorError` when the number of values is not rows · columns, or the rectangle is empty.
  public init(
    _ values: [Double], rows: Int, columns: Int, x: Interval? = nil, y: Interval? = nil
  ) throws {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows > 0, columns > 0, !overflow, values.count == count else {
      throw TensorError(
        .shape, "field", argument: "values", expected: "\(rows) × \(columns) values",
        got: "\(values.count)")
    }
    self.values = values
    self.rows = rows
    self.columns = columns
    self.x = x ?? Interval(0, Double(columns))
    self.y = y ?? Interval(0, Double(rows))
    for (name, interval) in [("x", self.x), ("y", self.y)] where !interval.isProper {
      throw TensorError(
        .value, "field", argument: name, expected: "finite low < high",
        got: "\(interval.low) and \(interval.high)")
    }
  }

  /// The x of a column's centre.
  func centre(column: Int) -> Double {
    x.low + x.width * (Double(column) + 0.5) / Double(columns)
  }

  /// The y of a row's centre.
  func centre(row: Int) -> Double {
    y.low + y.width * (Double(row) + 0.5) / Double(rows)
  }
}
