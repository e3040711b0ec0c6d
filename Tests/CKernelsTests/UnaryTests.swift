// Elementwise functions of one operand against the C library in double precision.

import CKernels
import Glibc
import Testing

/// One operation, its reference, where it is tried and how exact it must be.
private struct UnaryCase: Sendable {
  let name: String
  let op: pn_unary_op
  let range: ClosedRange<Double>
  let ulps: Double
  let reference: @Sendable (Double) -> Double

  init(
    _ name: String, _ op: pn_unary_op, _ range: ClosedRange<Double>, _ ulps: Double,
    _ reference: @escaping @Sendable (Double) -> Double
  ) {
    (self.name, self.op, self.range, self.ulps) = (name, op, range, ulps)
    self.reference = reference
  }
}

private let cases: [UnaryCase] = [
  UnaryCase("neg", PN_NEG, -9...9, 0) { -$0 },
  UnaryCase("abs", PN_ABS, -9...9, 0) { $0.magnitude },
  UnaryCase("sign", PN_SIGN, -9...9, 0) { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
  UnaryCase("square", PN_SQUARE, -9...9, 0.5) { $0 * $0 },
  UnaryCase("sqrt", PN_SQRT, 0...9, 0.5) { $0.squareRoot() },
  UnaryCase("rsqrt", PN_RSQRT, 0.01...9, 1.5) { 1 / $0.squareRoot() },
  UnaryCase("reciprocal", PN_RECIPROCAL, 0.1...9, 0.5) { 1 / $0 },
  UnaryCase("exp", PN_EXP, -104...89, 1.01) { exp($0) },
  UnaryCase("expm1", PN_EXPM1, -20...80, 1.01) { expm1($0) },
  UnaryCase("log", PN_LOG, 1e-30...1e3, 1.01) { log($0) },
  UnaryCase("log1p", PN_LOG1P, -0.999...1e3, 1.01) { log1p($0) },
  UnaryCase("sin", PN_SIN, -300...300, 1.01) { sin($0) },
  UnaryCase("cos", PN_COS, -300...300, 1.01) { cos($0) },
  UnaryCase("tanh", PN_TANH, -9...9, 1.01) { tanh($0) },
  UnaryCase("erf", PN_ERF, -4...4, 1.01) { erf($0) },
  UnaryCase("sigmoid", PN_SIGMOID, -80...80, 3) { 1 / (1 + exp(-$0)) },
  UnaryCase("softplus", PN_SOFTPLUS, -80...80, 3) { max($0, 0) + log1p(exp(-abs($0))) },
  UnaryCase("relu", PN_RELU, -9...9, 0) { max($0, 0) },
  UnaryCase("heaviside", PN_HEAVISIDE, -9...9, 0) { $0 > 0 ? 1 : 0 },
  UnaryCase("floor", PN_FLOOR, -9...9, 0) { $0.rounded(.down) },
  UnaryCase("ceil", PN_CEIL, -9...9, 0) { $0.rounded(.up) },
  UnaryCase("round", PN_ROUND, -9...9, 0) { $0.rounded(.toNearestOrEven) },
  UnaryCase("trunc", PN_TRUNC, -9...9, 0) { $0.rounded(.towardZero) },
]

private func check<T: KernelReal>(_: T.Type) {
  for item in cases {
    var generator = SplitMix(1)
    var worst = 0.0
    for n in lengths {
      for stride in [0, 1, 2, 5] {
        let x: [T] = generator.reals(max(1, n * max(1, stride)), item.range)
        // Guards on both sides catch a write beyond the end.
        var y = [T](repeating: 77, count: n + 2)
        y.withUnsafeMutableBufferPointer {
          T.unary(item.op, Int64(n), x, Int64(stride), $0.baseAddress! + 1)
        }
        #expect(y[0] == 77 && y[n + 1] == 77, "\(item.name) \(T.self) \(n)")
        for i in 0..<n {
          worst = max(worst, ulps(y[i + 1], item.reference(Double(x[i * stride]))))
        }
      }
    }
    // Against the C library's own last-place errors where the reference is no wider than T.
    let slack = T.self == Double.self && item.ulps > 0.5 ? 1.0 : 0
    #expect(worst <= item.ulps + slack, "\(item.name) \(T.self): \(worst) ulp")
  }
}

@Test func unaryFloat32() { check(Float.self) }
@Test func unaryFloat64() { check(Double.self) }

private func checkSpecial<T: KernelReal>(_: T.Type) {
  let x: [T] = [.nan, .infinity, -.infinity, 0, 1e4, -1e4]
  let wanted: [(String, pn_unary_op, [T])] = [
    ("exp", PN_EXP, [.nan, .infinity, 0, 1, .infinity, 0]),
    ("tanh", PN_TANH, [.nan, 1, -1, 0, 1, -1]),
    ("erf", PN_ERF, [.nan, 1, -1, 0, 1, -1]),
    ("sigmoid", PN_SIGMOID, [.nan, 1, 0, 0.5, 1, 0]),
    ("relu", PN_RELU, [.nan, .infinity, 0, 0, 1e4, 0]),
    ("softplus", PN_SOFTPLUS, [.nan, .infinity, 0, T(log(2.0)), 1e4, 0]),
    ("sqrt", PN_SQRT, [.nan, .infinity, .nan, 0, 100, .nan]),
    ("sign", PN_SIGN, [.nan, 1, -1, 0, 1, -1]),
  ]
  for (name, op, values) in wanted {
    var y = [T](repeating: 77, count: x.count)
    T.unary(op, Int64(x.count), x, 1, &y)
    for (got, value) in zip(y, values) {
      #expect(got == value || (got.isNaN && value.isNaN), "\(name) \(T.self): \(y)")
    }
  }
}

@Test func unarySpecialValues() {
  checkSpecial(Float.self)
  checkSpecial(Double.self)
}

/// Values of all sizes, where series and range reductions could lose digits.
@Test func unaryOfTinyAndHugeFloats() {
  let sizes: [Float] = (-149...127).flatMap { power -> [Float] in
    let size = Float(sign: .plus, exponent: power, significand: 1)
    return [size, 1.37 * size, 1.9999999 * size]
  }
  let x = sizes + sizes.map { -$0 }
  for item in cases {
    var y = [Float](repeating: 77, count: x.count)
    pn_unary_f32(item.op, Int64(x.count), x, 1, &y)
    var worst = (0.0, Float(0))
    for (value, result) in zip(x, y) {
      let wanted = item.reference(Double(value))
      let error = ulps(result, wanted)
      // The reference itself overflows, or loses −x in log(1 + exp x).
      if error > worst.0 { worst = (error, value) }
    }
    #expect(worst.0 <= max(item.ulps, 0.5), "\(item.name): \(worst.0) ulp at \(worst.1)")
  }
}

private func checkPositions<T: KernelReal>(_: T.Type) {
  var generator = SplitMix(2)
  let value: T = generator.reals(1, 0.1...0.9)[0]
  for item in cases {
    var results = Set<T>()
    for n in [1, 2, 3, 5, 8, 9, 31, 100] {
      var y = [T](repeating: value, count: n + 3)
      // In place, from an unaligned start.
      y.withUnsafeMutableBufferPointer { buffer in
        let start = buffer.baseAddress! + 3
        T.unary(item.op, Int64(n), start, 1, start)
      }
      results.formUnion(y[3...])
    }
    #expect(results.count == 1, "\(item.name) \(T.self) depends on the position: \(results)")
  }
}

@Test func unaryResultsDoNotDependOnPosition() {
  checkPositions(Float.self)
  checkPositions(Double.self)
}

@Test func unaryInt64() {
  let x: [Int64] = [0, 5, -7, .max, .min, 3_037_000_500]
  let wanted: [(pn_unary_op, (Int64) -> Int64)] = [
    (PN_NEG, { 0 &- $0 }), (PN_ABS, { $0 < 0 ? 0 &- $0 : $0 }), (PN_SIGN, { $0.signum() }),
    (PN_SQUARE, { $0 &* $0 }),
  ]
  for (op, reference) in wanted {
    var y = [Int64](repeating: 77, count: 3)
    pn_unary_i64(op, 3, x, 2, &y)
    #expect(y == x.strided(2, 3).map(reference))
    y = [Int64](repeating: 77, count: 6)
    pn_unary_i64(op, 6, x, 1, &y)
    #expect(y == x.map(reference))
  }
}

@Test func classify() {
  let x: [Float] = [.nan, .infinity, -.infinity, 0, -1, .leastNonzeroMagnitude]
  for (kind, wanted) in [[1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1], [0, 1, 1, 0, 0, 0]].enumerated() {
    var y = [UInt8](repeating: 9, count: 6)
    pn_classify_f32(Int32(kind), 6, x, 1, &y)
    #expect(y == wanted.map { UInt8($0) })
    pn_classify_f64(Int32(kind), 3, x.map(Double.init), 2, &y)
    #expect(Array(y[..<3]) == wanted.strided(2, 3).map { UInt8($0) })
  }
}
