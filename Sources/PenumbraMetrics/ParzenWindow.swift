/// Parzen-window estimates of log likelihood, for continuity with the first GAN papers.

internal import Glibc
public import PenumbraTensor

/// p(x) = 1/n Σ_j N(x; y_j, h² I) around generated samples y.
///
/// In many dimensions this says little of a model (Theis et al. 2016); early tables report it.
/// Source: Goodfellow et al. (2014), after Breuleux et al. (2011).
public struct ParzenWindow {
  private let centers: Points

  /// - Parameter samples: generated ones, [n, ...].
  /// - Throws: `TensorError` for no samples, or ones that are not finite.
  public init(_ samples: Tensor) throws {
    centers = try Points(samples, "parzen", "samples")
    try centers.requireFinite("parzen", "samples")
  }

  /// The mean and the standard error of log p over test points, for each bandwidth.
  ///
  /// - Parameters:
  ///   - points: [m, ...] of as many numbers as the samples.
  ///   - bandwidths: h, in the units of the data.
  /// - Throws: `TensorError` for points of another length, or bandwidths that are not positive.
  /// - Complexity: O(n m (d + bandwidths)) time, in blocks of 8 MB.
  public func logLikelihood(
    of points: Tensor, bandwidths: [Double], argument: String = "test"
  ) throws -> [(mean: Double, error: Double)] {
    guard !bandwidths.isEmpty, bandwidths.count <= 1000,
      bandwidths.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      throw TensorError(
        .value, "parzen", argument: "bandwidths", expected: "1 to 1000 positive numbers",
        got: bandwidths.isEmpty ? "none" : "\(bandwidths.prefix(8))")
    }
    let points = try Points(points, "parzen", argument)
    guard points.dimension == centers.dimension else {
      throw TensorError(
        .shape, "parzen", argument: argument,
        expected: "points of \(centers.dimension) numbers, as the samples",
        got: "\(points.dimension)")
    }
    var sums = [Double](repeating: 0, count: bandwidths.count)
    var squares = sums
    var isFirst = true
    // Sums are taken about the first point's value, which keeps the digits of the spread.
    var origins = sums
    let (n, d) = (Double(centers.count), Double(centers.dimension))
    try points.forEachDistances(to: centers, "parzen") { _, distances in
      let exponents = try distances.square()
      for (index, h) in bandwidths.enumerated() {
        let constant = log(n) + d * log(h) + 0.5 * d * log(2 * Double.pi)
        let values = try exponents.mul(-0.5 / (h * h)).logSumExp(1).doubles()
        if isFirst { origins[index] = values[0] - constant }
        for value in values {
          let rest = value - constant - origins[index]
          sums[index] += rest
          squares[index] += rest * rest
        }
      }
      isFirst = false
    }
    let m = Double(points.count)
    return bandwidths.indices.map { index in
      let mean = sums[index] / m
      let variance = m > 1 ? max(squares[index] - m * mean * mean, 0) / (m - 1) : .nan
      return (origins[index] + mean, (variance / m).squareRoot())
    }
  }

  /// The bandwidth with the greatest mean log likelihood of validation points; the first of equals.
  public func bestBandwidth(validation: Tensor, among bandwidths: [Double]) throws -> Double {
    let scores = try logLikelihood(
      of: validation, bandwidths: bandwidths, argument: "validation")
    var best = 0
    for index in scores.indices where scores[index].mean > scores[best].mean { best = index }
    return bandwidths[best]
  }
}
