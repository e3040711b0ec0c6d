// Elementwise functions of two operands: arithmetic, comparisons, choices.

import CKernels
import Glibc
import Testing

/// Lua's %: the remainder has the divisor's sign.
private func modulo(_ a: Double, _ b: Double) -> Double {
  let m = fmod(a, b)
  return m != 0 && (m < 0) != (b < 0) ? m + b : m
}

private let operations: [(String, pn_binary_op, Double, @Sendable (Double, Double) -> Double)] = [
  ("add", PN_ADD, 0.5, { $0 + $1 }), ("sub", PN_SUB, 0.5, { $0 - $1 }),
  ("mul", PN_MUL, 0.5, { $0 * $1 }), ("div", PN_DIV, 0.5, { $0 / $1 }),
  ("pow", PN_POW, 1.01, { pow($0, $1) }), ("minimum", PN_MINIMUM, 0, { min($0, $1) }),
  ("maximum", PN_MAXIMUM, 0, { max($0, $1) }),
  ("mod", PN_MOD, 0.5, modulo), ("atan2", PN_ATAN2, 1.01, { atan2($0, $1) }),
]

private func check<T: KernelReal>(_: T.Type) {
  var generator = SplitMix(3)
  for (name, op, bound, reference) in operations {
    var worst = 0.0
    for n in lengths {
      for (sa, sb) in [(1, 1), (1, 0), (0, 1), (0, 0), (3, 1), (1, 2), (0, 2), (2, 3)] {
        // pow: a positive base; mod: a divisor of either sign.
        let a: [T] = generator.reals(n * max(1, sa) + 1, op == PN_POW ? 0.1...9 : -9...9)
        let b: [T] = generator.reals(n * max(1, sb) + 1, -5...5)
        var y = [T](repeating: 77, count: n + 1)
        T.binary(op, Int64(n), a, Int64(sa), b, Int64(sb), &y)
        #expect(y[n] == 77)
        for i in 0..<n {
          worst = max(worst, ulps(y[i], reference(Double(a[i * sa]), Double(b[i * sb]))))
        }
      }
    }
    let slack = T.self == Double.self && bound > 0.5 ? 1.0 : 0
    #expect(worst <= bound + slack, "\(name) \(T.self): \(worst) ulp")
  }
}

@Test func binaryFloat32() { check(Float.self) }
@Test func binaryFloat64() { check(Double.self) }

@Test func powOfSpecialValues() {
  let values: [Float] = [
    0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 0x1p-140, 1e30, -1e30, .infinity, -.infinity, .nan,
    16_777_216, -16_777_215, 4_294_967_296, 1.0000001,
  ]
  for a in values {
    for b in values {
      var y: [Float] = [77, 77, 77]
      pn_binary_f32(PN_POW, 3, [a, a, a], 1, [b], 0, &y)
      let wanted = pow(Double(a), Double(b))
      #expect(ulps(y[0], wanted) <= 0.6, "\(a) ^ \(b) = \(y[0])")
      #expect(y[0].sign == wanted.sign || wanted.isNaN)
      // Unequal bits in a vector's tail would show here; NaN is not equal to itself.
      #expect(y[0] == y[2] || wanted.isNaN)
    }
  }
}

@Test func floorDivisionRoundsDown() {
  let a: [Double] = [7, -7, 7, -7, 6, -0.5]
  let b: [Double] = [2, 2, -2, -2, 3, 1]
  var y = [Double](repeating: 77, count: 6)
  pn_binary_f64(PN_FLOOR_DIV, 6, a, 1, b, 1, &y)
  #expect(y == [3, -4, -4, 3, 2, -1])
}

@Test func minimumAndMaximumSpreadNaN() {
  let a: [Float] = [.nan, 1, 2]
  let b: [Float] = [1, .nan, 3]
  for op in [PN_MINIMUM, PN_MAXIMUM] {
    var y: [Float] = [0, 0, 0]
    pn_binary_f32(op, 3, a, 1, b, 1, &y)
    #expect(y[0].isNaN && y[1].isNaN && y[2] == (op == PN_MINIMUM ? 2 : 3))
  }
}

@Test func binaryInt64() {
  let a: [Int64] = [7, -7, 7, -7, .max, .min, 0, 2]
  let b: [Int64] = [2, 2, -2, -2, 3, -1, 5, 10]
  let wanted: [(pn_binary_op, [Int64])] = [
    (PN_ADD, zip(a, b).map { $0 &+ $1 }), (PN_SUB, zip(a, b).map { $0 &- $1 }),
    (PN_MUL, zip(a, b).map { $0 &* $1 }),
    (PN_FLOOR_DIV, [3, -4, -4, 3, .max / 3, .min, 0, 0]),
    (PN_DIV, [3, -4, -4, 3, .max / 3, .min, 0, 0]),
    (PN_MOD, [1, 1, -1, -1, 1, 0, 0, 2]), (PN_MINIMUM, zip(a, b).map { min($0, $1) }),
    (PN_MAXIMUM, zip(a, b).map { max($0, $1) }),
    (PN_POW, [49, 49, 0, 0, .max &* .max &* .max, 0, 0, 1024]),
  ]
  for (op, values) in wanted {
    var y = [Int64](repeating: 77, count: 8)
    #expect(pn_binary_i64(op, 8, a, 1, b, 1, &y) == 0)
    #expect(y == values, "\(op)")
  }
  for op in [PN_FLOOR_DIV, PN_MOD, PN_DIV] {
    var y: [Int64] = [77, 77]
    #expect(pn_binary_i64(op, 2, [5, 6], 1, [0, 4], 1, &y) == 1)
    #expect(y == [0, op == PN_MOD ? 2 : 1])
  }
}

private func checkCompare<T: KernelReal>(_: T.Type) {
  let a: [T] = [1, 2, 3, .nan, 5, -1, 0, .infinity, 2]
  let b: [T] = [1, 3, 2, .nan, .nan, 1, -0.0, .infinity, 2]
  let operations: [(pn_compare_op, (T, T) -> Bool)] = [
    (PN_EQ, { $0 == $1 }), (PN_NE, { $0 != $1 }), (PN_LT, { $0 < $1 }), (PN_LE, { $0 <= $1 }),
    (PN_GT, { $0 > $1 }), (PN_GE, { $0 >= $1 }),
  ]
  for (op, reference) in operations {
    for (sa, sb) in [(1, 1), (1, 0), (0, 1), (0, 0), (2, 1), (1, 2)] {
      let n = 9 / max(1, sa, sb)
      var y = [UInt8](repeating: 9, count: n)
      T.compare(op, Int64(n), a, Int64(sa), b, Int64(sb), &y)
      #expect(y == (0..<n).map { reference(a[$0 * sa], b[$0 * sb]) ? 1 : 0 })
    }
  }
}

@Test func comparisons() {
  checkCompare(Float.self)
  checkCompare(Double.self)
  var y: [UInt8] = [9, 9, 9]
  pn_compare_i64(PN_LT, 3, [.min, 0, 1 << 60], 1, [.max, 0, (1 << 60) + 1], 1, &y)
  #expect(y == [1, 0, 1])
}

@Test func logical() {
  let a: [UInt8] = [0, 0, 1, 1]
  let b: [UInt8] = [0, 1, 0, 1]
  for (kind, wanted) in [[0, 0, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0]].enumerated() {
    var y = [UInt8](repeating: 9, count: 4)
    pn_logical(Int32(kind), 4, a, 1, b, 1, &y)
    #expect(y == wanted.map { UInt8($0) })
    pn_logical(Int32(kind), 4, a, 1, [1], 0, &y)
    #expect(y == a.map { kind == 0 ? $0 : kind == 1 ? 1 : 1 - $0 })
  }
}

private func checkWhere<T: BitwiseCopyable & Equatable>(_ a: [T], _ b: [T]) {
  let condition = (0..<a.count).map { UInt8($0 % 3 == 0 ? 1 : 0) }
  for (sc, sa, sb) in [(1, 1, 1), (1, 0, 1), (1, 1, 0), (2, 2, 1), (0, 1, 1)] {
    let n = a.count / 2
    var y = b
    pn_where(
      Int32(MemoryLayout<T>.size), Int64(n), condition, Int64(sc), a, Int64(sa), b, Int64(sb), &y)
    let wanted = (0..<n).map { condition[$0 * sc] != 0 ? a[$0 * sa] : b[$0 * sb] }
    #expect(Array(y[..<n]) == wanted)
    #expect(Array(y[n...]) == Array(b[n...]))
  }
}

@Test func whereChooses() {
  checkWhere((0..<100).map { UInt8($0) }, (0..<100).map { UInt8(200 - $0) })
  checkWhere((0..<100).map { Float($0) }, (0..<100).map { -Float($0) })
  checkWhere((0..<100).map { Double($0) }, (0..<100).map { -Double($0) })
}
