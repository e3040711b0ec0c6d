// Reductions: exactness on long buffers, NaN, strides, positions of extremes, softmax.

import CKernels
import Glibc
import Testing

/// A sum with Neumaier's compensation, exact to the last bits.
private func exactSum(_ values: some Sequence<Double>) -> Double {
  var sum = 0.0
  var lost = 0.0
  for value in values {
    let next = sum + value
    lost += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
    sum = next
  }
  return sum + lost
}

private func reference(_ op: pn_reduce_op, _ values: [Double]) -> Double {
  switch op {
  case PN_SUM: exactSum(values)
  case PN_SUM_SQUARES: exactSum(values.lazy.map { $0 * $0 })
  case PN_PROD: values.reduce(1, *)
  case PN_MIN: values.min() ?? .infinity
  default: values.max() ?? -.infinity
  }
}

private let operations = [PN_SUM, PN_SUM_SQUARES, PN_PROD, PN_MIN, PN_MAX]

private func check<T: KernelReal>(_: T.Type) {
  var generator = SplitMix(5)
  for op in operations {
    for n in lengths + [5000] {
      for stride in [0, 1, 3] {
        let range = op == PN_PROD ? 0.99...1.01 : 0.5...1.5
        let x: [T] = generator.reals(n * max(1, stride) + 1, range)
        let got = T.reduce(op, Int64(n), x, Int64(stride))
        let wanted = reference(op, x.strided(stride, n).map { Double($0) })
        #expect(
          got == wanted || abs(got - wanted) <= 1e-12 * abs(wanted),
          "\(op) \(T.self) \(n) stride \(stride): \(got), not \(wanted)")
      }
    }
  }
}

@Test func reduceFloat32() { check(Float.self) }
@Test func reduceFloat64() { check(Double.self) }

@Test func sumsOfTenMillion() {
  // A plain float32 sum would be wrong in the third digit.
  let n = 10_000_000
  var generator = SplitMix(6)
  let x: [Float] = (0..<n).map { _ in Float(generator.next() >> 40) * 0x1p-24 + 0.1 }
  let wanted = exactSum(x.lazy.map { Double($0) })
  #expect(abs(pn_reduce_f32(PN_SUM, Int64(n), x, 1) - wanted) <= 1e-14 * wanted)
  let wide = x.map { Double($0) * 1.1 }
  let wantedWide = exactSum(wide)
  #expect(abs(pn_reduce_f64(PN_SUM, Int64(n), wide, 1) - wantedWide) <= 1e-15 * wantedWide)
  var column: Float = 0
  pn_reduce_columns_f32(PN_SUM, Int64(n), 1, x, 1, &column)
  #expect(ulps(column, wanted) <= 0.51)
  var wideColumn = 0.0
  pn_reduce_columns_f64(PN_SUM, Int64(n), 1, wide, 1, &wideColumn)
  #expect(abs(wideColumn - wantedWide) <= 1e-15 * wantedWide)
}

private func checkColumns<T: KernelReal>(_: T.Type) {
  var generator = SplitMix(7)
  for op in operations {
    for (rows, columns) in [(0, 5), (1, 1), (3, 7), (33, 128), (100, 129), (70, 300)] {
      let stride = columns + 3
      let x: [T] = generator.reals(rows * stride + 1, op == PN_PROD ? 0.9...1.1 : -1...1.5)
      var y = [T](repeating: 77, count: columns + 1)
      T.reduceColumns(op, Int64(rows), Int64(columns), x, Int64(stride), &y)
      #expect(y[columns] == 77)
      for c in 0..<columns {
        let column = (0..<rows).map { Double(x[$0 * stride + c]) }
        let wanted = reference(op, column)
        let scale = op == PN_SUM ? column.reduce(0) { $0 + abs($1) } : abs(wanted)
        let bound = scale * (T.self == Float.self ? 6e-8 : 1e-14)
        #expect(Double(y[c]) == wanted || abs(Double(y[c]) - wanted) <= bound, "\(op) \(T.self)")
      }
    }
  }
}

@Test func reduceColumns() {
  checkColumns(Float.self)
  checkColumns(Double.self)
}

private func checkSpecial<T: KernelReal>(_: T.Type) {
  for at in [0, 5, 3000] {
    var x = [T](repeating: 1, count: 5000)
    x[at] = .nan
    x[4000] = -.infinity
    for op in operations { #expect(T.reduce(op, 5000, x, 1).isNaN) }
    #expect(T.argReduce(0, 5000, x, 1) == Int64(at))
    #expect(T.argReduce(1, 5000, x, 1) == Int64(at))
    var column: T = 0
    for op in operations {
      T.reduceColumns(op, 5000, 1, x, 1, &column)
      #expect(column.isNaN)
    }
  }
  var x = [T](repeating: 1, count: 100)
  x[40] = .infinity
  #expect(T.reduce(PN_SUM, 100, x, 1) == .infinity)
  var column: T = 0
  T.reduceColumns(PN_SUM, 100, 1, x, 1, &column)
  #expect(column == .infinity)
}

@Test func reductionsOfNaNAndInfinity() {
  checkSpecial(Float.self)
  checkSpecial(Double.self)
}

@Test func argReduceFindsTheFirst() {
  var generator = SplitMix(8)
  for n in lengths.dropFirst() + [10_000] {
    for stride in [1, 4] {
      let x = (0..<n * stride).map { _ in Int64.random(in: -50...50, using: &generator) }
      let seen = x.strided(stride, n)
      let low = Int64(seen.firstIndex(of: seen.min() ?? 0) ?? -1)
      let high = Int64(seen.firstIndex(of: seen.max() ?? 0) ?? -1)
      #expect(pn_arg_reduce_i64(0, Int64(n), x, Int64(stride)) == low)
      #expect(pn_arg_reduce_i64(1, Int64(n), x, Int64(stride)) == high)
      #expect(pn_arg_reduce_f32(0, Int64(n), x.map { Float($0) }, Int64(stride)) == low)
      #expect(pn_arg_reduce_f32(1, Int64(n), x.map { Float($0) }, Int64(stride)) == high)
      #expect(pn_arg_reduce_f64(0, Int64(n), x.map { Double($0) }, Int64(stride)) == low)
      #expect(pn_arg_reduce_f64(1, Int64(n), x.map { Double($0) }, Int64(stride)) == high)
    }
  }
  let infinite = [Float](repeating: -.infinity, count: 3)
  #expect(pn_arg_reduce_f32(1, 3, infinite, 1) == 0)
}

@Test func reduceInt64() {
  let x = (0..<5001).map { Int64($0) - 1000 }
  #expect(pn_reduce_i64(PN_SUM, 5001, x, 1) == x.reduce(0, +))
  #expect(pn_reduce_i64(PN_SUM, 1000, x, 5) == x.strided(5, 1000).reduce(0, +))
  #expect(pn_reduce_i64(PN_SUM_SQUARES, 5001, x, 1) == x.reduce(0) { $0 + $1 * $1 })
  #expect(pn_reduce_i64(PN_PROD, 9, [3, -2, 5, 7, 1, 1, 2, 4, -1], 1) == 1680)
  #expect(pn_reduce_i64(PN_MIN, 5001, x, 1) == -1000)
  #expect(pn_reduce_i64(PN_MAX, 5001, x, 1) == 4000)
  #expect(pn_reduce_i64(PN_SUM, 2, [.max, 1], 1) == .min)
}

private func checkSoftmax<T: KernelReal>(_: T.Type) {
  var generator = SplitMix(9)
  for (rows, columns) in [(1, 1), (3, 7), (5, 10), (2, 300), (4, 33)] {
    for shift in [0.0, 500, -500] {
      let x: [T] = generator.reals(rows * columns, (shift - 10)...(shift + 10))
      var plain: [Double] = []
      var logarithm: [Double] = []
      for r in 0..<rows {
        let row = x[r * columns..<(r + 1) * columns].map { Double($0) }
        let high = row.max() ?? 0
        let sum = exactSum(row.map { exp($0 - high) })
        plain += row.map { exp($0 - high) / sum }
        logarithm += row.map { $0 - high - log(sum) }
      }
      var y = x
      T.softmax(0, Int64(rows), Int64(columns), x, &y)
      // Double's sum of 300 terms is a plain one.
      let bound: Double = T.self == Float.self ? 2 : 20
      #expect(zip(y, plain).map { ulps($0, $1) }.max() ?? 99 <= bound)
      y = x
      y.withUnsafeMutableBufferPointer { buffer in
        let p = buffer.baseAddress!
        T.softmax(1, Int64(rows), Int64(columns), p, p)  // in place
      }
      #expect(relativeError(y, logarithm) <= 1e-6)
    }
  }
}

@Test func softmax() {
  checkSoftmax(Float.self)
  checkSoftmax(Double.self)
}
