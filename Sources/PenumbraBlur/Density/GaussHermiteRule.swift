/// Gauss–Hermite quadrature: points and weights for means over a normal variable.

internal import PenumbraTensor

/// Σ w_i f(x_i) = E f(ξ), ξ standard normal, exactly for polynomials f of degree up to 2m − 1.
struct GaussHermiteRule {
  static let maximumCount = 64

  /// Rising, symmetric about 0.
  let points: [Double]
  /// Positive; they sum to 1.
  let weights: [Double]

  /// - Parameter count: m, from 1 to `maximumCount`.
  ///
  /// The points are the eigenvalues of the Jacobi matrix (Golub & Welsch 1969), improved by Newton's
  /// method; the weights 1/Σ_k h_k(x_i)², with the orthonormal Hermite polynomials h_0, ..., h_{m−1}.
  init(_ count: Int) throws {
    precondition((1...GaussHermiteRule.maximumCount).contains(count))
    var jacobi = [Double](repeating: 0, count: count * count)
    for k in 1..<max(count, 1) {
      jacobi[k * count + k - 1] = Double(k).squareRoot()
    }
    let guesses = try GradientMode.with(false) {
      try Tensor(jacobi, [count, count], dtype: .float64).symmetricEigenvalues().doubles()
    }
    var upper: [Double] = []
    for guess in guesses.suffix(count / 2) {
      var x = guess
      for _ in 0..<3 {
        let h = GaussHermiteRule.hermite(x, count)
        // h_m' = √m h_{m−1}
        x -= h[count] / (Double(count).squareRoot() * h[count - 1])
      }
      upper.append(x)
    }
    let middle: [Double] = count % 2 == 1 ? [0] : []
    points = upper.reversed().map { -$0 } + middle + upper
    let raw = points.map { x in
      1 / GaussHermiteRule.hermite(x, count).dropLast().reduce(0) { $0 + $1 * $1 }
    }
    let total = raw.reduce(0, +)
    weights = raw.map { $0 / total }
  }

  /// h_0(x), ..., h_m(x) by h_{k+1} = (x h_k − √k h_{k−1}) / √(k + 1).
  private static func hermite(_ x: Double, _ count: Int) -> [Double] {
    var h = [1, x]
    for k in 1..<max(count, 1) {
      h.append((x * h[k] - Double(k).squareRoot() * h[k - 1]) / Double(k + 1).squareRoot())
    }
    return h
  }
}
