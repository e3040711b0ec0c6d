/// Families of weights at whole pixels, one list for each standard deviation.

internal import PenumbraTensor

/// Symmetric weights that sum to 1, as a function of σ that tensors' derivatives flow through.
protocol TapFamily: Sendable {
  /// The greatest σ whose weights are not too many.
  var limit: Double { get }

  /// w[0], ..., w[R] for each σ, [a, b] → [a, b, R + 1]; float64. R suits the greatest σ, the weights of
  /// smaller ones end in zeros. σ = 0 gives 1, 0, ...; w[0] + 2 Σ_{k>0} w[k] = 1.
  func half(_ sigma: Tensor) throws -> Tensor
}

extension TapFamily {
  /// w[−R], ..., w[R] for each σ, [a, b] → [a, b, 2R + 1].
  func taps(_ sigma: Tensor) throws -> Tensor {
    let half = try half(sigma)
    let reach = half.shape[2] - 1
    let index = (-reach...reach).map { Int64(abs($0)) }
    return try half.indexSelect(2, Tensor(index, Shape(index.count)))
  }

  func taps(_ sigma: Double) throws -> [Double] {
    try taps(Tensor.full([1, 1], sigma, dtype: .float64)).doubles()
  }
}

/// The parts that families are made of.
enum TapTable {
  /// f(σ, k) for k = 0, ..., count − 1, [a, b] → [a, b, count], or [a, b, 1] for a number of each σ.
  /// Constant: no derivative flows through.
  static func constant(
    _ sigma: Tensor, count: Int = 1, _ function: (_ index: Int, _ k: Int) throws -> Double
  ) throws -> Tensor {
    var values: [Double] = []
    values.reserveCapacity(sigma.elementCount * count)
    for index in 0..<sigma.elementCount {
      for k in 0..<count { values.append(try function(index, k)) }
    }
    return try Tensor(values, [sigma.shape[0], sigma.shape[1], count], dtype: .float64)
  }

  /// Weights without those beyond each σ's radius, scaled to w[0] + 2 Σ_{k>0} w[k] = 1.
  static func normalised(_ weights: Tensor, _ sigma: Tensor, radii: [Int]) throws -> Tensor {
    let count = weights.shape[2]
    let kept = try constant(sigma, count: count) { $1 <= radii[$0] ? 1 : 0 }
    let sides = try Tensor([1] + Array(repeating: 2, count: count - 1), [count], dtype: .float64)
    let weights = try weights.mul(kept)
    return try weights.div(weights.mul(sides).sum([2], keepDimensions: true))
  }
}
