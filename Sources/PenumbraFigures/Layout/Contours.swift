/// Lines of equal value, by marching squares.

/// One straight piece of a contour.
package struct Segment: Equatable {
  package let x0, y0, x1, y1: Double
}

extension Field {
  /// The pieces of the line on which the field, linear between centres, has the value `level`.
  ///
  /// Squares with a corner that is not drawable have none. The two cases in which opposite corners
  /// agree are resolved by the mean of the four.
  ///
  /// - Complexity: O(rows · columns).
  package func contour(_ level: Double) -> [Segment] {
    guard level.isDrawable else { return [] }
    var segments: [Segment] = []
    for row in 0..<(rows - 1) {
      for column in 0..<(columns - 1) {
        let square = Square(self, row, column, level)
        segments.append(contentsOf: square.segments())
      }
    }
    return segments
  }
}

/// Four neighbouring centres, counter-clockwise from the low corner, and their heights over a level.
private struct Square {
  let xs, ys, heights: [Double]

  init(_ field: Field, _ row: Int, _ column: Int, _ level: Double) {
    let corners = [(0, 0), (0, 1), (1, 1), (1, 0)]
    xs = corners.map { field.centre(column: column + $0.1) }
    ys = corners.map { field.centre(row: row + $0.0) }
    heights = corners.map { field.values[(row + $0.0) * field.columns + column + $0.1] - level }
  }

  func segments() -> [Segment] {
    guard heights.allSatisfy(\.isDrawable) else { return [] }
    let edges = (0..<4).filter { (heights[$0] < 0) != (heights[($0 + 1) % 4] < 0) }
    if edges.count == 2 { return [segment(edges[0], edges[1])] }
    guard edges.count == 4 else { return [] }
    // Corner 0 is cut off from corner 2 unless the middle has their sign.
    let middle = heights.reduce(0, +)
    if (middle < 0) == (heights[0] < 0) { return [segment(0, 1), segment(2, 3)] }
    return [segment(3, 0), segment(1, 2)]
  }

  /// Where the level crosses the edge from corner `edge` to the next.
  private func crossing(_ edge: Int) -> (Double, Double) {
    let next = (edge + 1) % 4
    let part = heights[edge] / (heights[edge] - heights[next])
    return (xs[edge] + part * (xs[next] - xs[edge]), ys[edge] + part * (ys[next] - ys[edge]))
  }

  private func segment(_ from: Int, _ to: Int) -> Segment {
    let (a, b) = (crossing(from), crossing(to))
    return Segment(x0: a.0, y0: a.1, x1: b.0, y1: b.1)
  }
}
