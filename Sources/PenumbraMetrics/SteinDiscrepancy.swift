/// How far samples are from a density known by its slope: the kernel Stein discrepancy.

internal import Glibc
public import PenumbraTensor

/// KSD² = 1/n² Σ_ij k_p(x_i, x_j), which needs ∇ log p alone, not p's constant:
///
///     k_p(x, y) = s(x)·s(y) k + s(x)·∇_y k + s(y)·∇_x k + ∇_x·∇_y k,   k = (c² + |x − y|²)^β
///
/// It goes to 0 just when the samples' law goes to p, for β in (−1, 0) and p with light tails.
/// Source: Gorham & Mackey 2017.
public enum SteinDiscrepancy {
  /// The square root of the statistic above. O(n² d).
  ///
  /// - Parameters:
  ///   - samples: [n, d], or [n] on the line.
  ///   - scores: ∇ log p at each, of the same shape; −∇U/T.
  ///   - scale: c > 0.
  ///   - power: β in (−1, 0).
  /// - Throws: `TensorError` for shapes that differ, no samples, or constants out of range.
  public static func value(
    _ samples: Tensor, scores: Tensor, scale: Double = 1, power: Double = -0.5
  ) throws -> Double {
    guard samples.rank == 1 || samples.rank == 2, samples.elementCount > 0 else {
      throw TensorError(
        .shape, "ksd", argument: "samples", expected: "[n, d] or [n], n at least 1",
        got: "\(samples.shape)")
    }
    guard scores.shape == samples.shape else {
      throw TensorError(
        .shape, "ksd", argument: "scores", expected: "\(samples.shape)", got: "\(scores.shape)")
    }
    guard scale > 0, scale.isFinite else {
      throw TensorError(
        .value, "ksd", argument: "scale", expected: "a finite number above 0", got: "\(scale)")
    }
    guard power > -1, power < 0 else {
      throw TensorError(
        .value, "ksd", argument: "power", expected: "a number in (−1, 0)", got: "\(power)")
    }
    let x = try samples.detached().to(.float64).doubles()
    let s = try scores.detached().to(.float64).doubles()
    let n = samples.shape[0]
    let d = samples.rank == 1 ? 1 : samples.shape[1]
    var total = 0.0
    for i in 0..<n {
      try Interruption.check("ksd")
      for j in 0...i {
        var (square, product, along) = (0.0, 0.0, 0.0)
        for k in 0..<d {
          let apart = x[i * d + k] - x[j * d + k]
          square += apart * apart
          product += s[i * d + k] * s[j * d + k]
          along += (s[i * d + k] - s[j * d + k]) * apart
        }
        // With b = c² + r²: ∇_y k = −2βb^{β−1}(x − y), ∇_x·∇_y k = −2βb^{β−1}(d + 2(β−1) r²/b).
        let base = scale * scale + square
        let kernel = pow(base, power)
        let slope = -2 * power * kernel / base
        let value =
          product * kernel + along * slope
          + slope * (Double(d) + 2 * (power - 1) * square / base)
        total += i == j ? value : 2 * value
      }
    }
    return (max(total, 0) / (Double(n) * Double(n))).squareRoot()
  }
}
