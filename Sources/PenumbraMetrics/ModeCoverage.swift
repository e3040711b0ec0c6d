/// Whether samples cover the modes of a mixture: the metrics of PacGAN, VEEGAN and unrolled GANs.

internal import Glibc
public import PenumbraData
public import PenumbraTensor

/// How samples are spread over the modes of a known mixture.
///
/// A sample belongs to its nearest mode (Euclidean distance). It is of high quality when it lies
/// within 3σ of that mode. Modes alone prove nothing: uniform noise "captures" 21 of the grid's 25
/// modes; read the counts together with `highQuality`, which is 98.9 % for a perfect sampler in two
/// dimensions and 99.73 % in one. A higher figure means that the spread is too small.
///
/// Sources: Srivastava et al., VEEGAN (2017); Lin et al., PacGAN (2018).
public struct ModeCoverage: Sendable {
  /// The thresholds.
  public struct Options: Sendable {
    /// A sample is of high quality within this many σ of its mode.
    public var sigmas: Double
    /// A mode is substantial with this part of the samples that it should have.
    public var share: Double
    /// A mode is covered with this part of all samples (20 of 2,500).
    public var coveredFraction: Double

    public init(sigmas: Double = 3, share: Double = 0.2, coveredFraction: Double = 0.008) {
      self.sigmas = sigmas
      self.share = share
      self.coveredFraction = coveredFraction
    }
  }

  /// Samples in all.
  public let sampleCount: Int
  /// Samples without NaN and infinities; the others count as of low quality.
  public let finiteCount: Int
  /// Samples of high quality at each mode.
  public let counts: [Int]
  /// Modes with at least one of them.
  public let captured: Int
  /// Modes with at least `share` · wₖ · n of them.
  public let substantial: Int
  /// Modes with at least `coveredFraction` · n of them.
  public let covered: Int
  /// KL(q ‖ w) = Σₖ qₖ log(qₖ / wₖ) in nats, q the histogram of high-quality samples over modes;
  /// infinite without any. A perfect sampler of k modes has (k − 1) / 2n.
  public let reverseKL: Double
  /// The Jensen–Shannon divergence between q and w in nats, at most log 2, which is also its value
  /// without high-quality samples. See `JensenShannon`.
  public let jensenShannon: Double
  /// The samples' spread around the modes over the true one; NaN without high-quality samples.
  /// See `TruncatedSpread`.
  public let sigmaRatio: Double
  /// The Wasserstein distance to the mixture, in one dimension.
  public let wasserstein: Double?
  /// Pearson's χ², in one dimension.
  public let chiSquare: ChiSquare?

  public var modeCount: Int { counts.count }
  public var highQualityCount: Int { counts.reduce(0, +) }
  /// The part of all samples that is of high quality, 0 to 1.
  public var highQuality: Double { Double(highQualityCount) / Double(sampleCount) }
  /// Whether every mode is covered.
  public var isFullyCovered: Bool { covered == modeCount }

  /// Counts and compares.
  ///
  /// - Parameter samples: [n, d], or [n] in one dimension; n ≥ 1.
  /// - Throws: `TensorError` for another shape, no samples or options that are not positive.
  /// - Complexity: O(n · modes · d).
  public init(_ samples: Tensor, of mixture: Mixture, _ options: Options = Options()) throws {
    for (name, value) in [
      ("sigmas", options.sigmas), ("share", options.share), ("covered", options.coveredFraction),
    ] where !(value > 0 && value.isFinite) {
      throw TensorError(
        .value, "coverage", argument: name, expected: "a positive number", got: "\(value)")
    }
    let coordinates = try mixture.samples(samples, operation: "coverage")
    let n = coordinates.count / mixture.dimension
    var counts = [Int](repeating: 0, count: mixture.modeCount)
    var finite = 0
    // Of high-quality samples: Σ ‖x − μ‖² / σ².
    var squares = 0.0
    for index in 0..<n {
      guard let (mode, distance) = mixture.nearestMode(coordinates, index) else { continue }
      finite += 1
      let relative = distance / (mixture.sigmas[mode] * mixture.sigmas[mode])
      guard relative <= options.sigmas * options.sigmas else { continue }
      counts[mode] += 1
      squares += relative
    }
    sampleCount = n
    finiteCount = finite
    self.counts = counts
    captured = counts.count { $0 > 0 }
    substantial = zip(counts, mixture.weights)
      .count { reaches($0, of: n, fraction: options.share * $1) }
    covered = counts.count { reaches($0, of: n, fraction: options.coveredFraction) }
    reverseKL = divergence(counts, from: mixture.weights)
    jensenShannon =
      captured > 0 ? try JensenShannon.divergence(counts.map(Double.init), mixture.weights) : log(2)
    sigmaRatio = TruncatedSpread.estimate(
      meanSquare: squares / Double(counts.reduce(0, +) * mixture.dimension),
      cutoff: options.sigmas, dimension: mixture.dimension)
    let isLine = mixture.dimension == 1
    wasserstein = isLine ? try Wasserstein.distance(samples, to: mixture) : nil
    chiSquare = isLine ? try ChiSquare(samples, of: mixture) : nil
  }
}

/// count ≥ fraction · n, where rounding of the product (.008 · 2500) does no harm.
private func reaches(_ count: Int, of n: Int, fraction: Double) -> Bool {
  Double(count) >= fraction * Double(n) * (1 - 1e-12) && count > 0
}

/// Σ qₖ log(qₖ / wₖ) for the histogram q of the counts; infinite when they are all zero.
private func divergence(_ counts: [Int], from weights: [Double]) -> Double {
  let total = Double(counts.reduce(0, +))
  guard total > 0 else { return .infinity }
  var sum = 0.0
  for (count, weight) in zip(counts, weights) where count > 0 {
    let share = Double(count) / total
    sum += share * log(share / weight)
  }
  return max(sum, 0)
}

extension Mixture {
  /// The samples' coordinates, at least one sample.
  func samples(_ samples: Tensor, operation: String) throws -> [Double] {
    let coordinates = try coordinates(of: samples, operation: operation)
    guard !coordinates.isEmpty else {
      throw TensorError(
        .shape, operation, argument: "samples", expected: "at least one sample", got: "none")
    }
    return coordinates
  }

  /// The mode nearest to point `index` and its squared distance; nil for a point that is not finite.
  func nearestMode(_ coordinates: [Double], _ index: Int) -> (mode: Int, squaredDistance: Double)? {
    var best = (mode: 0, squaredDistance: Double.infinity)
    for mode in 0..<modeCount {
      let distance = squaredDistance(coordinates, index, to: mode)
      if distance < best.squaredDistance { best = (mode, distance) }
    }
    return best.squaredDistance.isFinite ? best : nil
  }
}
