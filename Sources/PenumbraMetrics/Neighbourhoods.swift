/// Precision, recall, density and coverage: how two sets of samples share their neighbourhoods.

public import PenumbraTensor

/// Compares generated with real samples by the balls around samples that reach to the k-th neighbour.
///
/// Figures lie in [0, 1] but for density. A sample that is not finite lies in no ball.
public enum Neighbourhoods {
  /// - precision: the part of generated samples within the ball of some real sample.
  /// - recall: the part of real samples within the ball of some generated sample.
  ///
  /// Source: Kynkäänniemi et al., "Improved precision and recall metric" (2019): closed balls, k = 3.
  /// - Parameters: [n, ...] and [m, ...], a point a row, of as many numbers; n, m > k.
  /// - Throws: `TensorError` for too few points, dimensions that differ, or real points not finite.
  /// - Complexity: O((n + m)² d) time, in blocks of 8 MB.
  public static func precisionRecall(real: Tensor, fake: Tensor, k: Int = 3) throws
    -> (precision: Double, recall: Double)
  {
    let (real, fake) = try points(real, fake, k, "precision_recall", both: true)
    let realRadii = try real.radii(k, "precision_recall")
    let fakeRadii = try fake.radii(k, "precision_recall")
    var isPrecise = [Bool](repeating: false, count: fake.count)
    var recalled = 0
    try real.forEachDistances(to: fake, "precision_recall") { range, block in
      try block.forEachRow { row, distances in
        var isRecalled = false
        let radius = realRadii[range.lowerBound + row]
        for j in 0..<fake.count {
          if distances[j] <= radius { isPrecise[j] = true }
          if distances[j] <= fakeRadii[j] { isRecalled = true }
        }
        if isRecalled { recalled += 1 }
      }
    }
    return (
      Double(isPrecise.count { $0 }) / Double(fake.count), Double(recalled) / Double(real.count)
    )
  }

  /// - density: the mean number of real balls that hold a generated sample, over k; 1 is expected of
  ///   a perfect sampler, and more where samples crowd into dense parts.
  /// - coverage: the part of real samples whose ball holds a generated sample; a perfect sampler of m
  ///   samples has 1 − Π_{i=1..k} (n − i)/(n + m − i), for n = m large 1 − 2⁻ᵏ.
  ///
  /// Source: Naeem et al., "Reliable fidelity and diversity metrics" (2020): open balls, as their
  /// program has them, k = 5.
  public static func densityCoverage(real: Tensor, fake: Tensor, k: Int = 5) throws
    -> (density: Double, coverage: Double)
  {
    let (real, fake) = try points(real, fake, k, "density_coverage", both: false)
    let radii = try real.radii(k, "density_coverage")
    var (inside, covered) = (0, 0)
    try real.forEachDistances(to: fake, "density_coverage") { range, block in
      try block.forEachRow { row, distances in
        let radius = radii[range.lowerBound + row]
        var held = 0
        for j in 0..<fake.count where distances[j] < radius { held += 1 }
        inside += held
        if held > 0 { covered += 1 }
      }
    }
    return (
      Double(inside) / (Double(k) * Double(fake.count)), Double(covered) / Double(real.count)
    )
  }

  private static func points(
    _ real: Tensor, _ fake: Tensor, _ k: Int, _ operation: String, both: Bool
  ) throws -> (Points, Points) {
    let result = try Points.pair(real, fake, operation, ("real", "fake"))
    // Each neighbour more costs a step of an insertion.
    let most = min(result.0.count - 1, both ? result.1.count - 1 : .max, 1000)
    guard k >= 1, k <= most else {
      throw TensorError(
        .value, operation, argument: "k",
        expected: "1 to \(most) (fewer than there are points)", got: "\(k)")
    }
    try result.0.requireFinite(operation, "real")
    return result
  }
}

extension Points {
  /// Each point's distance to its k-th nearest other one; −1 where fewer than k lie at a finite
  /// distance, so that no ball is left.
  fileprivate func radii(_ k: Int, _ operation: String) throws -> [Double] {
    var result = [Double](repeating: -1, count: count)
    // The k smallest distances of a row, ascending.
    var nearest = [Double](repeating: .infinity, count: k)
    try forEachDistances(to: self, operation) { range, block in
      try block.forEachRow { row, distances in
        let own = range.lowerBound + row
        for place in 0..<k { nearest[place] = .infinity }
        for j in 0..<count where j != own && distances[j] < nearest[k - 1] {
          var place = k - 1
          while place > 0, nearest[place - 1] > distances[j] {
            nearest[place] = nearest[place - 1]
            place -= 1
          }
          nearest[place] = distances[j]
        }
        if nearest[k - 1].isFinite { result[own] = nearest[k - 1] }
      }
    }
    return result
  }
}

extension Tensor {
  /// Calls `body` with each row of a float64 matrix.
  fileprivate func forEachRow(_ body: (Int, UnsafeBufferPointer<Double>) throws -> Void) throws {
    let width = shape[1]
    try withBytes { bytes in
      let values = bytes.assumingMemoryBound(to: Double.self)
      for row in 0..<shape[0] {
        try body(row, UnsafeBufferPointer(rebasing: values[(row * width)..<((row + 1) * width)]))
      }
    }
  }
}
