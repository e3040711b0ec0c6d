/// The heat kernel of the whole numbers: weights exp(−t) I_k(t).

internal import PenumbraTensor

enum LatticeHeat {
  /// exp(−t) I_k(t) for k = 0, ..., radius: [a, b] → [a, b, radius + 1], float64.
  ///
  /// It solves dw[k]/dt = (w[k−1] + w[k+1])/2 − w[k], which is its derivative, any number of times.
  static func weights(_ t: Tensor, _ radius: Int) throws -> Tensor {
    try Tensor.custom("lattice_heat", [t]) { context in
      context.save([t])
      let values = try t.doubles().flatMap { bessel($0, radius) }
      return [try Tensor(values, [t.shape[0], t.shape[1], radius + 1], dtype: .float64)]
    } backward: { saved, gradients in
      let wider = try weights(saved[0], radius + 1)
      let before = (0...radius).map { Int64(abs($0 - 1)) }
      let lower = try wider.indexSelect(2, Tensor(before, Shape(before.count)))
      let upper = try wider.narrow(2, start: 1, count: radius + 1)
      let middle = try wider.narrow(2, start: 0, count: radius + 1)
      let slope = try lower.add(upper).mul(0.5).sub(middle)
      return [try gradients[0].mul(slope).sum([2])]
    }[0]
  }

  /// exp(−t) I_0(t), ..., exp(−t) I_radius(t), by Miller's backward recurrence
  /// I_{k−1} = I_{k+1} + (2k/t) I_k, which is stable downwards from where I_k is negligible, and
  /// I_0 + 2 Σ_{k>0} I_k = exp(t).
  private static func bessel(_ t: Double, _ radius: Int) -> [Double] {
    let start = radius + 20 + Int(10 * t.squareRoot())
    var result = [Double](repeating: 0, count: radius + 1)
    // Below this the weights differ from 1, t/2, 0, ... by less than a rounding error.
    guard t > 1e-17 else {
      result[0] = 1
      if radius > 0 { result[1] = t / 2 }
      return result
    }
    var (next, current, sum) = (0.0, 1e-300, 0.0)
    for k in stride(from: start, through: 1, by: -1) {
      sum += 2 * current
      var previous = next + 2 * Double(k) / t * current
      if previous > 1e250 {
        for index in result.indices { result[index] *= 1e-280 }
        previous *= 1e-280
        current *= 1e-280
        sum *= 1e-280
      }
      (next, current) = (current, previous)
      if k - 1 <= radius { result[k - 1] = current }
    }
    sum += current
    return result.map { $0 / sum }
  }
}
