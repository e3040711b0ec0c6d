/// Filters that exist for some strengths only, and are mixed in between.

internal import PenumbraTensor

/// Matrices P_0 = I, P_1, ... of growing variance.
protocol Ladder: Sendable {
  /// The rung after which the matrices of n elements stay the same.
  func lastRung(_ n: Int) -> Int
  /// The variance of the impulse response, far from the borders and over all positions; 0 for rung 0.
  func variance(_ rung: Int) -> Double
  /// P_rung, row by row.
  func matrix(_ rung: Int, _ n: Int) -> [Double]
}

/// A_σ = (1 − a) P_j + a P_{j+1} with the variance (1 − a) v_j + a v_{j+1} = σ².
struct LadderOperator: AxisOperator {
  let ladder: any Ladder

  /// j and the greatest rung's variance from it: v_j ≤ variance < v_j + span; a span of 0 on the last rung.
  private func place(_ variance: Double, _ n: Int) -> (rung: Int, span: Double) {
    var (low, high) = (0, ladder.lastRung(n))
    while low < high {
      let middle = (low + high + 1) / 2
      if ladder.variance(middle) <= variance { low = middle } else { high = middle - 1 }
    }
    let isLast = low == ladder.lastRung(n)
    return (low, isLast ? 0 : ladder.variance(low + 1) - ladder.variance(low))
  }

  func matrix(_ sigma: Double, _ n: Int) throws -> Tensor {
    let (rung, span) = place(sigma * sigma, n)
    let lower = try Tensor(ladder.matrix(rung, n), [n, n], dtype: .float64)
    guard span > 0 else { return lower }
    let upper = try Tensor(ladder.matrix(rung + 1, n), [n, n], dtype: .float64)
    return try lower.lerp(upper, weight: (sigma * sigma - ladder.variance(rung)) / span)
  }

  func apply(_ x: Tensor, _ dimension: Int, _ sigma: Tensor) throws -> Tensor {
    let n = x.shape[dimension]
    let places = try sigma.detached().doubles().map { place($0 * $0, n) }
    var rungs = Set(places.map(\.rung))
    for place in places where place.span > 0 { rungs.insert(place.rung + 1) }
    let order = rungs.sorted()
    let stack = try Tensor.cat(
      order.map { try Tensor(ladder.matrix($0, n), [1, n * n], dtype: .float64) })
    // How much of each rung: linear in σ² between two.
    let slopes = try TapTable.constant(sigma, count: order.count) { index, column in
      let (rung, span) = places[index]
      guard span > 0, (0...1).contains(order[column] - rung) else { return 0 }
      return order[column] == rung ? -1 / span : 1 / span
    }
    let base = try TapTable.constant(sigma, count: order.count) { index, column in
      let (rung, span) = places[index]
      let start = span > 0 ? ladder.variance(rung) / span : 0
      return switch order[column] - rung {
      case 0: 1 + start
      case 1: -start
      default: 0
      }
    }
    let weights = try AxisVariance.of(sigma).unsqueeze(2).mul(slopes).add(base)
    let matrices = try weights.matmul(stack).to(x.dtype)
    return try x.multiplied(
      by: matrices.reshape([sigma.shape[0], sigma.shape[1], n, n]), along: dimension)
  }
}
