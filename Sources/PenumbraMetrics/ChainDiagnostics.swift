/// How far Markov chains have come: effective sample size and split R̂.

internal import Glibc
public import PenumbraTensor

/// Diagnostics of one quantity along several chains, each chain split in two halves, which count as
/// chains of their own. Gelman et al. 2013 (BDA3, ch. 11); Vehtari et al. 2021 (without ranks).
public enum ChainDiagnostics {
  /// R̂ = √((W (n−1)/n + B/n)/W): 1 for chains that agree, in themselves and with each other; more than
  /// 1.01 says that they do not.
  ///
  /// - Parameter draws: [draws], [chains, draws] or [chains, draws, quantities...].
  /// - Returns: a number for each quantity; float64. NaN where nothing moves.
  /// - Throws: `TensorError` for fewer than 4 draws a chain, another shape, or values that are not finite.
  public static func splitRHat(_ draws: Tensor) throws -> Tensor {
    try each(draws, "split_rhat") { chains in
      let moments = SplitMoments(chains)
      return (moments.total / moments.within).squareRoot()
    }
  }

  /// m n/τ of m chains of n draws, τ = 1 + 2 Σ ρ_t the integrated autocorrelation: how many independent
  /// draws would say as much of the mean.
  ///
  /// The sum over lags ends by Geyer's rule: pairs ρ_2t + ρ_2t+1 are positive and do not increase.
  /// O(chains · draws · lags summed).
  ///
  /// - Parameter draws: as in `splitRHat`.
  public static func effectiveSampleSize(_ draws: Tensor) throws -> Tensor {
    try each(draws, "ess") { chains in
      let moments = SplitMoments(chains)
      let (m, n) = (chains.count, chains[0].count)
      func correlation(_ lag: Int) throws -> Double {
        try Interruption.check("ess")
        let covariance = zip(chains, moments.means).reduce(0.0) { sum, pair in
          let (chain, mean) = pair
          var part = 0.0
          for t in 0..<(n - lag) { part += (chain[t] - mean) * (chain[t + lag] - mean) }
          return sum + part / Double(n)
        }
        // W and the autocovariances have different denominators.
        return 1 - (moments.within - covariance / Double(m)) / moments.total
      }
      var (pairs, least, lag) = (0.0, Double.infinity, 0)
      while lag + 1 < n {
        let pair = (lag == 0 ? 1 : try correlation(lag)) + (try correlation(lag + 1))
        guard pair > 0 else { break }
        least = min(least, pair)
        pairs += least
        lag += 2
      }
      let count = Double(m * n)
      let time = max(2 * pairs - 1, 1 / log10(count))
      return moments.total > 0 ? count / time : .nan
    }
  }

  /// Means and variances over halved chains.
  private struct SplitMoments {
    let means: [Double]
    /// W
    let within: Double
    /// W (n−1)/n + B/n
    let total: Double

    init(_ chains: [[Double]]) {
      let n = Double(chains[0].count)
      let m = Double(chains.count)
      means = chains.map { $0.reduce(0, +) / n }
      let variances = zip(chains, means).map { chain, mean in
        chain.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
      }
      within = variances.reduce(0, +) / m
      let grand = means.reduce(0, +) / m
      let between = means.reduce(0) { $0 + ($1 - grand) * ($1 - grand) } / (m - 1)
      total = within * (n - 1) / n + between
    }
  }

  /// `body` of the halved chains of each quantity.
  private static func each(
    _ draws: Tensor, _ operation: String, _ body: ([[Double]]) throws -> Double
  ) throws -> Tensor {
    guard draws.rank >= 1 else {
      throw TensorError(
        .shape, operation, argument: "draws", expected: "[chains, draws] or [draws]",
        got: "\(draws.shape)")
    }
    let chains = draws.rank == 1 ? 1 : draws.shape[0]
    let length = draws.shape[draws.rank == 1 ? 0 : 1]
    guard chains >= 1, length >= 4 else {
      throw TensorError(
        .shape, operation, argument: "draws", expected: "at least 1 chain of at least 4 draws",
        got: "\(chains) of \(length)")
    }
    let values = try draws.detached().to(.float64).doubles()
    guard values.allSatisfy(\.isFinite) else {
      throw TensorError(
        .value, operation, argument: "draws", expected: "finite numbers", got: "others, too")
    }
    var rest = Shape()
    for dimension in stride(from: 2, to: draws.rank, by: 1) { rest.append(draws.shape[dimension]) }
    let width = rest.elementCount
    let half = length / 2
    let results = try (0..<width).map { quantity in
      // The middle draw of an odd number belongs to neither half.
      let halves = (0..<chains).flatMap { chain in
        [0, length - half].map { start in
          (0..<half).map { values[(chain * length + start + $0) * width + quantity] }
        }
      }
      return try body(halves)
    }
    return try Tensor(results, rest, dtype: .float64)
  }
}
