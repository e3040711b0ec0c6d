/// Average pooling and resampling to the old size.

internal import PenumbraTensor

/// How means of blocks become a signal of the old size again.
public enum PoolResampling: String, Sendable, CaseIterable {
  /// Each element gets its block's mean: a projection, which keeps sums.
  case nearest
  /// Straight lines between the blocks' centres, as PyTorch's bilinear interpolation.
  case linear
}

/// y = the means of blocks of k elements along each axis, resampled to x's size: see `MatrixBlur`.
///
/// Blocks begin at the first element; the last may be shorter. Its impulse response depends on where the
/// impulse is; averaged over the places in a block its variance is (k² − 1)/6 for `nearest` and ⌊k²/4⌋ for
/// `linear`. Between two such variances the two blocks' results are mixed linearly, so that σ² is that
/// variance exactly, and the filter is continuous in σ.
public final class AveragePoolBlur: MatrixBlur {
  public let resampling: PoolResampling

  /// - Throws: `TensorError` when σ is negative or not finite.
  public init(
    sigma: Strength, resampling: PoolResampling = .nearest,
    geometry: SignalGeometry = SignalGeometry()
  ) throws {
    self.resampling = resampling
    try super.init(
      "blur.average_pool", LadderOperator(ladder: PoolLadder(resampling: resampling)), sigma,
      geometry)
  }

  /// The same by a number.
  public convenience init(
    sigma: Double, resampling: PoolResampling = .nearest,
    geometry: SignalGeometry = SignalGeometry()
  ) throws {
    try self.init(sigma: .number(sigma), resampling: resampling, geometry: geometry)
  }

  /// The standard deviation of blocks of k elements.
  ///
  /// - Throws: `TensorError` (value) unless k is from 1 to 2³⁰.
  public static func sigma(block k: Int, _ resampling: PoolResampling = .nearest) throws -> Double {
    guard (1...(1 << 30)).contains(k) else {
      throw TensorError(
        .value, "blur.average_pool", argument: "block", expected: "1 to \(1 << 30)", got: "\(k)")
    }
    // The root may be a rounding error too small for the block; its square must not be.
    var sigma = PoolLadder(resampling: resampling).variance(k - 1).squareRoot()
    while sigma * sigma < PoolLadder(resampling: resampling).variance(k - 1) {
      sigma = sigma.nextUp
    }
    return sigma
  }

  public override var description: String {
    describe("average_pool", ", resample=\(resampling.rawValue)")
  }
}

/// Rung j is blocks of j + 1 elements.
private struct PoolLadder: Ladder {
  let resampling: PoolResampling

  func lastRung(_ n: Int) -> Int { n - 1 }

  func variance(_ rung: Int) -> Double {
    let square = Double(rung + 1) * Double(rung + 1)
    return resampling == .nearest ? (square - 1) / 6 : (square / 4).rounded(.down)
  }

  func matrix(_ rung: Int, _ n: Int) -> [Double] {
    let size = rung + 1
    let blocks = (n + size - 1) / size
    var result = [Double](repeating: 0, count: n * n)
    func add(_ i: Int, _ block: Int, _ weight: Double) {
      let range = block * size..<min((block + 1) * size, n)
      for j in range { result[i * n + j] += weight / Double(range.count) }
    }
    for i in 0..<n {
      if resampling == .nearest || size == 1 {
        add(i, i / size, 1)
        continue
      }
      let position = max(0, (Double(i) + 0.5) / Double(size) - 0.5)
      let (block, rest) = (Int(position), position - position.rounded(.down))
      add(i, block, 1 - rest)
      if rest > 0 { add(i, min(block + 1, blocks - 1), rest) }
    }
    return result
  }
}
