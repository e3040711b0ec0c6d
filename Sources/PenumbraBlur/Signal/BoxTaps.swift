/// One-dimensional box weights.

internal import PenumbraTensor

/// 2j + 1 equal weights and two smaller ones at their ends, so that the standard deviation is exactly σ.
///
/// w ∝ (f, 1, ..., 1, f) with j(j+1)/3 ≤ σ² < (j+1)(j+2)/3 and
/// f = (2j+1) (σ² − j(j+1)/3) / (2 ((j+1)² − σ²)): continuous in σ. The extended box of Gwosdek, Grewenig,
/// Bruhn and Weickert (2011).
struct BoxTaps: TapFamily {
  var limit: Double { Double(SeparableKernel.maximumRadius - 2) / 3.0.squareRoot() }

  func half(_ sigma: Tensor) throws -> Tensor {
    let widths = try sigma.detached().doubles().map { BoxTaps.width($0 * $0) }
    let reach = (widths.max() ?? 0) + 1
    let j = try TapTable.constant(sigma) { index, _ in Double(widths[index]) }
    let inside = try TapTable.constant(sigma, count: reach + 1) { $1 <= widths[$0] ? 1 : 0 }
    let ends = try TapTable.constant(sigma, count: reach + 1) { $1 == widths[$0] + 1 ? 1 : 0 }
    let variance = try sigma.square().unsqueeze(2)
    let span = try j.mul(2).add(1)
    let excess = try variance.sub(j.mul(j.add(1)).div(3))
    let end = try span.mul(excess).div(j.add(1).square().sub(variance).mul(2))
    return try inside.add(ends.mul(end)).div(span.add(end.mul(2)))
  }

  /// j with j(j+1)/3 ≤ variance < (j+1)(j+2)/3
  private static func width(_ variance: Double) -> Int {
    var j = Int((0.25 + 3 * variance).squareRoot() - 0.5)
    while Double(j + 1) * Double(j + 2) / 3 <= variance { j += 1 }
    while j > 0, Double(j) * Double(j + 1) / 3 > variance { j -= 1 }
    return j
  }
}
