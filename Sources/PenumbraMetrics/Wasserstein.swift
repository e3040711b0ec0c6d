/// The Wasserstein distance of samples from a mixture on the line.

internal import Glibc
public import PenumbraData
public import PenumbraTensor

/// The earth mover's distance in one dimension.
public enum Wasserstein {
  /// W₁ = ∫ |Fₙ(x) − F(x)| dx, Fₙ the samples' step function and F the mixture's, exactly.
  ///
  /// Between neighbouring samples Fₙ is constant and F grows, so that the integral has a closed form
  /// on either side of the point where they cross.
  ///
  /// - Parameter samples: [n] or [n, 1]; a sample that is not finite makes the distance infinite.
  /// - Throws: `TensorError` for another shape, no samples, or a mixture of more dimensions.
  /// - Complexity: O(n log n + n · modes).
  public static func distance(_ samples: Tensor, to mixture: Mixture) throws -> Double {
    try requireLine(mixture, "wasserstein")
    let points = try mixture.samples(samples, operation: "wasserstein")
    guard points.allSatisfy(\.isFinite) else { return .infinity }
    let sorted = points.sorted()
    let (first, last) = (sorted[0], sorted[sorted.count - 1])
    // The tails: ∫ F to the left of all samples, ∫ (1 − F) to the right.
    var total = mixture.cumulativeIntegral(first)
    total += mixture.upperIntegral(last)
    var left = Edge(first, mixture)
    for index in 1..<max(sorted.count, 1) {
      let right = Edge(sorted[index], mixture)
      let level = Double(index) / Double(sorted.count)
      total += area(level, left, right, mixture)
      left = right
    }
    return total
  }

  /// A place with F and ∫ F.
  private struct Edge {
    let x, value, integral: Double

    init(_ x: Double, _ mixture: Mixture) {
      self.x = x
      value = mixture.cumulative(x)
      integral = mixture.cumulativeIntegral(x)
    }
  }

  /// ∫ |level − F| from one edge to the other.
  private static func area(_ level: Double, _ left: Edge, _ right: Edge, _ mixture: Mixture)
    -> Double
  {
    func signed(_ a: Edge, _ b: Edge) -> Double {
      level * (b.x - a.x) - (b.integral - a.integral)
    }
    guard left.value < level, right.value > level else { return abs(signed(left, right)) }
    var (low, high) = (left.x, right.x)
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if mixture.cumulative(middle) < level { low = middle } else { high = middle }
    }
    let crossing = Edge(low, mixture)
    return abs(signed(left, crossing)) + abs(signed(crossing, right))
  }
}

extension Mixture {
  /// ∫ (1 − F) from x to infinity, by symmetry: the mirrored mixture's ∫ F up to −x.
  fileprivate func upperIntegral(_ x: Double) -> Double {
    var total = 0.0
    for mode in 0..<modeCount {
      let z = (x - means[mode][0]) / sigmas[mode]
      let above = 0.5 * erfc(z / 2.0.squareRoot())
      let peak = exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
      total += weights[mode] * sigmas[mode] * (peak - z * above)
    }
    return total
  }
}

/// - Throws: `TensorError` (shape) unless the mixture has one dimension.
func requireLine(_ mixture: Mixture, _ operation: String) throws {
  guard mixture.dimension == 1 else {
    throw TensorError(
      .shape, operation, argument: "mixture", expected: "one dimension",
      got: "\(mixture.dimension)")
  }
}
