// Conversions between every pair of element types.

import CKernels
import Testing

/// Reads element i of raw memory as a Double, exact for the values used here.
private func element(_ type: pn_dtype, _ p: UnsafeRawPointer, _ i: Int) -> Double {
  switch type {
  case PN_FLOAT32: Double(p.loadUnaligned(fromByteOffset: 4 * i, as: Float.self))
  case PN_FLOAT64: p.loadUnaligned(fromByteOffset: 8 * i, as: Double.self)
  case PN_INT64: Double(p.loadUnaligned(fromByteOffset: 8 * i, as: Int64.self))
  default: Double(p.loadUnaligned(fromByteOffset: i, as: UInt8.self))
  }
}

private let types = [PN_FLOAT32, PN_FLOAT64, PN_INT64, PN_UINT8, PN_BOOL]

@Test(arguments: 0..<25) func castsEveryPair(pair: Int) {
  let (source, target) = (types[pair / 5], types[pair % 5])
  let n = 37
  let values = (0..<3 * n).map { i in source == PN_BOOL ? Double(i % 2) : Double(i % 11) }
  withUnsafeTemporaryAllocation(byteCount: 24 * n, alignment: 16) { x in
    withUnsafeTemporaryAllocation(byteCount: 24 * n, alignment: 16) { y in
      pn_cast(Int64(3 * n), PN_FLOAT64, values, 1, source, x.baseAddress!, 1)
      for (sx, sy) in [(1, 1), (2, 1), (0, 1), (1, 3), (3, 2)] {
        pn_cast(
          Int64(n), source, x.baseAddress!, Int64(sx), target, y.baseAddress!, Int64(sy))
        for i in 0..<n {
          let value = values[i * sx]
          let wanted = target == PN_BOOL ? (value != 0 ? 1 : 0) : value
          #expect(element(target, y.baseAddress!, i * sy) == wanted)
        }
      }
    }
  }
}

@Test func castSaturates() {
  let x: [Double] = [.nan, .infinity, -.infinity, 2.9, -2.9, 1e30, 9.2e18, 300, -0.5]
  var integers = [Int64](repeating: 77, count: 9)
  pn_cast(9, PN_FLOAT64, x, 1, PN_INT64, &integers, 1)
  #expect(integers == [0, .max, .min, 2, -2, .max, 9_200_000_000_000_000_000, 300, 0])
  var bytes = [UInt8](repeating: 77, count: 9)
  pn_cast(9, PN_FLOAT64, x, 1, PN_UINT8, &bytes, 1)
  #expect(bytes == [0, 255, 0, 2, 0, 255, 255, 255, 0])
  pn_cast(9, PN_FLOAT32, x.map { Float($0) }, 1, PN_INT64, &integers, 1)
  #expect(integers[..<6] == [0, .max, .min, 2, -2, .max])
  pn_cast(9, PN_FLOAT64, x, 1, PN_BOOL, &bytes, 1)
  #expect(bytes == [UInt8](repeating: 1, count: 9))
}

@Test func fill() {
  var x = [Float](repeating: 0, count: 9)
  pn_fill(4, PN_FLOAT32, &x, 2, 1.5)
  #expect(x == [1.5, 0, 1.5, 0, 1.5, 0, 1.5, 0, 0])
  var integers = [Int64](repeating: 0, count: 100)
  pn_fill(100, PN_INT64, &integers, 1, -3)
  #expect(integers == [Int64](repeating: -3, count: 100))
  pn_fill(0, PN_INT64, &integers, 1, 5)
  #expect(integers[0] == -3)
}
