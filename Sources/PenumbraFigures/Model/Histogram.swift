/// Counts of samples in cells.

public import PenumbraData
internal import PenumbraTensor

/// Cells between increasing edges, with a height each.
public struct Histogram: Sendable, Equatable {
  /// One more than there are cells.
  public let edges: [Double]
  public let heights: [Double]

  /// Cells that were counted elsewhere.
  ///
  /// - Throws: `TensorError` when the edges do not increase or their number does not fit.
  public init(edges: [Double], heights: [Double]) throws {
    guard edges.count == heights.count + 1, heights.count >= 1 else {
      throw TensorError(
        .shape, "histogram", argument: "edges",
        expected: "one more than the \(heights.count) heights",
        got: "\(edges.count)")
    }
    guard zip(edges, edges.dropFirst()).allSatisfy({ Interval($0, $1).isProper }) else {
      throw TensorError(.value, "histogram", argument: "edges", "expected finite, increasing edges")
    }
    self.edges = edges
    self.heights = heights
  }

  /// Counts samples in cells of equal width.
  ///
  /// The last cell includes its upper edge. Samples outside the range, and those that are not finite,
  /// are not counted.
  ///
  /// - Parameters:
  ///   - range: by default from the least to the greatest sample.
  ///   - density: divide by (samples in all · width), so that the area is the part inside the range.
  /// - Throws: `TensorError` (value) for fewer than one cell, or a range that is not low < high.
  public init(
    _ samples: [Double], bins: Int = 50, range: Interval? = nil, density: Bool = true
  ) throws {
    guard bins >= 1, bins <= 100_000 else {
      throw TensorError(
        .value, "histogram", argument: "bins", expected: "1 to 100000", got: "\(bins)")
    }
    let interval = try range ?? Histogram.extent(of: samples)
    guard interval.isProper, interval.width / Double(bins) > 0 else {
      throw TensorError(
        .value, "histogram", argument: "range", expected: "finite low < high",
        got: "\(interval.low) and \(interval.high)")
    }
    var counts = [Double](repeating: 0, count: bins)
    for sample in samples where sample >= interval.low && sample <= interval.high {
      let cell = (sample - interval.low) / interval.width * Double(bins)
      counts[min(Int(cell), bins - 1)] += 1
    }
    let width = interval.width / Double(bins)
    let unit = density && !samples.isEmpty ? 1 / (Double(samples.count) * width) : 1
    try self.init(
      edges: (0...bins).map { interval.low + interval.width * Double($0) / Double(bins) },
      heights: counts.map { $0 * unit })
  }

  /// From the least to the greatest finite sample, widened where they are equal.
  private static func extent(of samples: [Double]) throws -> Interval {
    let drawable = samples.filter(\.isDrawable)
    guard let low = drawable.min(), let high = drawable.max() else { return Interval(0, 1) }
    return low < high ? Interval(low, high) : Interval.around(low)
  }
}
