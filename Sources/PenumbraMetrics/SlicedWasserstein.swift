/// Wasserstein distances between two sets of samples: exact on the line, by random lines elsewhere.

internal import Glibc
public import PenumbraTensor

extension Wasserstein {
  /// W_p = (∫₀¹ |F⁻¹(u) − G⁻¹(u)|ᵖ du)^{1/p} between two sets of numbers of any sizes, exactly.
  ///
  /// - Parameters:
  ///   - x: [n] or [n, 1]; y: [m] or [m, 1].
  ///   - p: at least 1.
  /// - Returns: infinity when a number is not finite.
  /// - Throws: `TensorError` for no numbers, points of more than one, or p out of range.
  /// - Complexity: O(n log n + m log m)
  public static func distance(_ x: Tensor, _ y: Tensor, order p: Double = 1) throws -> Double {
    let (x, y) = try Points.pair(x, y, "wasserstein")
    guard x.dimension == 1 else {
      throw TensorError(
        .shape, "wasserstein", argument: "x",
        expected: "[n] or [n, 1] (sliced_wasserstein takes more dimensions)",
        got: "points of \(x.dimension) numbers")
    }
    try check(order: p, "wasserstein")
    guard try x.isFinite, try y.isFinite else { return .infinity }
    let a = try x.tensor.flatten().sort().values.doubles()
    let b = try y.tensor.flatten().sort().values.doubles()
    return pow(cost(a[...], b[...], p), 1 / p)
  }

  /// SW_p = (E_θ W_p(θ·X, θ·Y)ᵖ)^{1/p}, θ uniform on the sphere, by a mean over random directions.
  ///
  /// The same seed gives the same directions. A shift by v has SW₂ = ‖v‖/√d up to the directions'
  /// chance.
  ///
  /// - Parameters:
  ///   - x: [n, ...], a point a row; y: [m, ...] with points of as many numbers.
  ///   - projections: directions.
  /// - Returns: infinity when a number is not finite.
  /// - Complexity: O(projections (n + m)(d + log (n + m))) time, in blocks of 8 MB.
  /// Source: Rabin et al. (2011); Bonneel et al. (2015).
  public static func sliced(
    _ x: Tensor, _ y: Tensor, projections: Int = 128, order p: Double = 2,
    using generator: Generator
  ) throws -> Double {
    let (x, y) = try Points.pair(x, y, "sliced_wasserstein")
    try check(order: p, "sliced_wasserstein")
    guard projections >= 1, projections <= 1 << 20 else {
      throw TensorError(
        .value, "sliced_wasserstein", argument: "projections", expected: "1 to \(1 << 20)",
        got: "\(projections)")
    }
    guard try x.isFinite, try y.isFinite else { return .infinity }
    var total = 0.0
    try GradientMode.with(false) {
      let block = Points.blockRows(max(x.count, y.count, x.dimension))
      for first in stride(from: 0, to: projections, by: block) {
        try Interruption.check("sliced_wasserstein")
        let count = min(block, projections - first)
        let normals = try generator.normal(Shape(count, x.dimension), dtype: .float64)
        let directions = try normals.div(normals.square().sum([1], keepDimensions: true).sqrt())
        let a = try directions.matmul(x.tensor.transpose(0, 1)).sort(1).values.doubles()
        let b = try directions.matmul(y.tensor.transpose(0, 1)).sort(1).values.doubles()
        for line in 0..<count {
          total += cost(
            a[(line * x.count)..<((line + 1) * x.count)],
            b[(line * y.count)..<((line + 1) * y.count)], p)
        }
      }
    }
    return pow(total / Double(projections), 1 / p)
  }

  private static func check(order p: Double, _ operation: String) throws {
    guard p >= 1, p <= 64 else {
      throw TensorError(
        .value, operation, argument: "p", expected: "a number from 1 to 64", got: "\(p)")
    }
  }

  /// ∫ |F⁻¹ − G⁻¹|ᵖ for numbers in order.
  private static func cost(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>, _ p: Double) -> Double
  {
    func power(_ difference: Double) -> Double {
      p == 1 ? abs(difference) : p == 2 ? difference * difference : pow(abs(difference), p)
    }
    let (n, m) = (a.count, b.count)
    var total = 0.0
    guard n != m else {
      for (x, y) in zip(a, b) { total += power(x - y) }
      return total / Double(n)
    }
    // Level u goes from 0 to 1 through all multiples of 1/n and 1/m: whole numbers of 1/(n m).
    var (i, j, level) = (0, 0, 0)
    while i < n, j < m {
      let next = min((i + 1) * m, (j + 1) * n)
      total += Double(next - level) * power(a[a.startIndex + i] - b[b.startIndex + j])
      level = next
      if (i + 1) * m == next { i += 1 }
      if (j + 1) * n == next { j += 1 }
    }
    return total / (Double(n) * Double(m))
  }
}
