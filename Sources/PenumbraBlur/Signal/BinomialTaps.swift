/// One-dimensional binomial weights.

internal import PenumbraTensor

/// The weights (¼, ½, ¼) convolved m = ⌊2σ²⌋ times, and once with (a, 1 − 2a, a), a = (σ² − m/2)/2, so that
/// the standard deviation is exactly σ: C(2m, m + k)/4^m where 2σ² is whole. Continuous in σ.
///
/// What is less than 1e-20 of the middle is left out.
struct BinomialTaps: TapFamily {
  var limit: Double { Double(SeparableKernel.maximumRadius - 16) / 10 }

  func half(_ sigma: Tensor) throws -> Tensor {
    let variances = try sigma.detached().doubles().map { $0 * $0 }
    let steps = variances.map { Int(2 * $0) }
    let bases = steps.map(BinomialTaps.binomial)
    let reach = (bases.map(\.count).max() ?? 1)
    func base(_ index: Int, _ k: Int) -> Double {
      let list = bases[index]
      return abs(k) < list.count ? list[abs(k)] : 0
    }
    let whole = try TapTable.constant(sigma, count: reach + 1, base)
    let bend = try TapTable.constant(sigma, count: reach + 1) {
      base($0, $1 - 1) + base($0, $1 + 1) - 2 * base($0, $1)
    }
    let rest = try TapTable.constant(sigma) { index, _ in Double(steps[index]) / 2 }
    let a = try sigma.square().unsqueeze(2).sub(rest).mul(0.5)
    return try whole.add(bend.mul(a))
  }

  /// C(2m, m + k)/4^m for k = 0, 1, ... as far as it matters.
  private static func binomial(_ m: Int) -> [Double] {
    var half = [1.0]
    for k in 0..<m {
      let next = half[k] * Double(m - k) / Double(m + k + 1)
      if next < 1e-20 { break }
      half.append(next)
    }
    let total = half[0] + 2 * half.dropFirst().reduce(0, +)
    return half.map { $0 / total }
  }
}
