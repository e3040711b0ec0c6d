/// Pearson's test of samples against a mixture on the line.

public import PenumbraData
public import PenumbraTensor

/// χ² = Σ (observed − expected)² / expected over cells of equal probability.
///
/// For a perfect sampler its mean is the number of degrees of freedom, cells − 1, and its variance
/// twice that.
public struct ChiSquare: Sendable, Equatable {
  public let statistic: Double
  public let degreesOfFreedom: Int

  /// Sorts samples into cells by F(x).
  ///
  /// - Parameters:
  ///   - samples: [n] or [n, 1]; one that is not finite makes the statistic infinite.
  ///   - cells: how many, at least 2.
  /// - Throws: `TensorError` for another shape, no samples, or a mixture of more dimensions.
  public init(_ samples: Tensor, of mixture: Mixture, cells: Int = 50) throws {
    try requireLine(mixture, "chi_square")
    guard cells >= 2, cells <= 1 << 20 else {
      throw TensorError(
        .value, "chi_square", argument: "cells", expected: "2 to \(1 << 20)", got: "\(cells)")
    }
    let points = try mixture.samples(samples, operation: "chi_square")
    degreesOfFreedom = cells - 1
    guard points.allSatisfy(\.isFinite) else {
      statistic = .infinity
      return
    }
    var observed = [Int](repeating: 0, count: cells)
    for point in points {
      observed[min(Int(mixture.cumulative(point) * Double(cells)), cells - 1)] += 1
    }
    let expected = Double(points.count) / Double(cells)
    statistic = observed.reduce(0) { sum, count in
      let excess = Double(count) - expected
      return sum + excess * excess / expected
    }
  }
}
