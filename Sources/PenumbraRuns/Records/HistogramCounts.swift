/// How values are distributed: counts between edges.

public import PenumbraTensor

/// A histogram with bins of equal width from the smallest finite value to the largest.
public struct HistogramCounts: Sendable, Equatable {
  /// One more than there are bins, ascending.
  public let edges: [Double]
  public let counts: [Int]
  public let sum: Double
  public let sumOfSquares: Double
  /// Values that are NaN or infinite; they are in no bin.
  public let notFinite: Int

  public var minimum: Double { edges.first ?? 0 }
  public var maximum: Double { edges.last ?? 0 }
  /// Values in the bins.
  public var total: Int { counts.reduce(0, +) }

  /// - Complexity: O(values).
  public init(_ values: [Double], bins: Int = 30) {
    let finite = values.filter(\.isFinite)
    notFinite = values.count - finite.count
    sum = finite.reduce(0, +)
    sumOfSquares = finite.reduce(0) { $0 + $1 * $1 }
    guard let low = finite.min(), let high = finite.max() else {
      edges = [0, 0]
      counts = [0]
      return
    }
    // In halves: the difference of two finite numbers may be infinite.
    let half = high / 2 - low / 2
    guard half > 0 else {
      edges = [low, high]
      counts = [finite.count]
      return
    }
    let bins = max(1, bins)
    edges = (0...bins).map { position in
      position == bins ? high : low + half * (2 * Double(position) / Double(bins))
    }
    var counts = [Int](repeating: 0, count: bins)
    for value in finite {
      let place = (value / 2 - low / 2) / half * Double(bins)
      counts[min(max(Int(place), 0), bins - 1)] += 1
    }
    self.counts = counts
  }

  /// The distribution of a tensor's elements.
  public init(_ tensor: Tensor, bins: Int = 30) throws {
    self.init(try tensor.doubles(), bins: bins)
  }
}
