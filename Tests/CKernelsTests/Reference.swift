// What the tests measure with: repeatable numbers, distances in units in the last place.

/// SplitMix64 (Steele, Lea and Flood 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func reals<T: KernelReal>(_ n: Int, _ range: ClosedRange<Double> = -1...1) -> [T] {
    (0..<n).map { _ in T(Double.random(in: range, using: &self)) }
  }
}

/// How many units in the last place of `T` lie between a result and the exact value.
func ulps<T: KernelReal>(_ got: T, _ wanted: Double) -> Double {
  if wanted.isNaN || got.isNaN { return wanted.isNaN && got.isNaN ? 0 : .infinity }
  if T(wanted) == got { return 0 }
  if wanted.isInfinite || got.isInfinite { return .infinity }
  let unit = max(Double(T(wanted).ulp), Double(T.leastNormalMagnitude.ulp))
  return abs(Double(got) - wanted) / unit
}

/// The largest absolute difference, relative to the largest element.
func relativeError<T: KernelReal>(_ got: [T], _ wanted: [Double]) -> Double {
  precondition(got.count == wanted.count)
  var scale = 1e-300
  var worst = 0.0
  for (a, b) in zip(got, wanted) {
    scale = max(scale, abs(b))
    worst = a.isFinite ? max(worst, abs(Double(a) - b)) : .infinity
    if worst == .infinity { return worst }
  }
  return worst / scale
}

/// The tolerance for a sum of some hundred products.
func tolerance<T: KernelReal>(_: T.Type) -> Double { T.self == Float.self ? 2e-6 : 1e-14 }

/// Lengths around the sizes of vectors and of cached pieces.
let lengths = [0, 1, 7, 8, 33, 1000, 2049]

extension Array {
  /// The elements at 0, stride, 2 stride, ...; `count` of them.
  func strided(_ stride: Int, _ count: Int) -> [Element] { (0..<count).map { self[$0 * stride] } }
}
