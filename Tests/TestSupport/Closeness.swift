/// Comparing numbers with a stated tolerance.

internal import Glibc
public import PenumbraTensor

func cosine(_ x: Double) -> Double { cos(x) }

/// What differs between found and expected numbers, or nil.
///
/// Two numbers agree when their difference is within `tolerance` of the expected one's magnitude, or
/// within a tenth of that of the largest expected (for sums that cancel), or of `floor`. NaN agrees
/// with NaN, an infinity with itself.
public func mismatch(
  _ found: [Double], _ expected: [Double], tolerance: Double, floor: Double = 0
) -> String? {
  guard found.count == expected.count else {
    return "\(found.count) numbers instead of \(expected.count)"
  }
  let largest = expected.filter(\.isFinite).map(\.magnitude).max() ?? 0
  for (index, (x, y)) in zip(found, expected).enumerated() {
    if x == y || (x.isNaN && y.isNaN) { continue }
    let allowed = tolerance * max(y.magnitude, largest / 10, floor)
    guard y.isFinite, (x - y).magnitude <= allowed else {
      return "element \(index): \(x) instead of \(y)"
    }
  }
  return nil
}

/// The same for a tensor against numbers in row-major order.
public func mismatch(
  _ found: Tensor, _ expected: [Double], tolerance: Double, floor: Double = 0
) throws -> String? {
  mismatch(try found.doubles(), expected, tolerance: tolerance, floor: floor)
}
