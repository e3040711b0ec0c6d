// Per-example second moments against the loop that defines them.

import CKernels
import Testing

/// Calls `body` with pointers to the buffers of `arrays`.
private func withOperands<T, R>(_ arrays: [[T]], _ body: (UnsafePointer<UnsafePointer<T>?>) -> R)
  -> R
{
  let flat = arrays.flatMap { $0 }
  return flat.withUnsafeBufferPointer { buffer in
    var starts: [UnsafePointer<T>?] = []
    var offset = 0
    for array in arrays {
      starts.append(buffer.baseAddress.map { $0 + offset })
      offset += array.count
    }
    return body(starts)
  }
}

private func check<T: KernelReal>(_: T.Type, uses: Int, n: Int, rows: Int, columns: Int) {
  var generator = SplitMix(19)
  let left: [[T]] = (0..<uses).map { _ in generator.reals(n * rows) }
  let right: [[T]] = (0..<uses).map { _ in generator.reals(n * columns) }
  let start: [T] = generator.reals(rows * columns)
  var wanted = start.map { Double($0) }
  for i in 0..<n {
    for r in 0..<rows {
      for c in 0..<columns {
        var s = 0.0
        for u in 0..<uses { s += Double(left[u][i * rows + r]) * Double(right[u][i * columns + c]) }
        wanted[r * columns + c] += s * s
      }
    }
  }
  var got = start + [77]
  withOperands(left) { l in
    withOperands(right) { r in
      T.outerSquares(Int64(uses), Int64(n), Int64(rows), Int64(columns), l, r, &got)
    }
  }
  #expect(got.removeLast() == 77)
  let error = relativeError(got, wanted)
  #expect(error < tolerance(T.self), "\(T.self) \(uses) \(n) \(rows)×\(columns): \(error)")

  var bias = [T](repeating: 1, count: rows) + [77]
  withOperands(left) { T.sumSquares(Int64(uses), Int64(n), Int64(rows), $0, &bias) }
  #expect(bias.removeLast() == 77)
  let squares = (0..<rows).map { r in
    (0..<n).reduce(1.0) { total, i in
      let s = (0..<uses).reduce(0.0) { $0 + Double(left[$1][i * rows + r]) }
      return total + s * s
    }
  }
  #expect(relativeError(bias, squares) < tolerance(T.self))
}

@Test(arguments: [
  [1, 1, 1, 1], [1, 128, 128, 128], [2, 128, 128, 2], [2, 130, 1, 128], [2, 100, 37, 53],
  [3, 20, 6, 16], [3, 64, 129, 25], [5, 33, 2, 100], [20, 9, 13, 30], [33, 5, 4, 24],
  [70, 3, 5, 9], [200, 2, 3, 17], [1, 300, 5, 7], [2, 0, 3, 4],
])
func outerSquares(shape: [Int]) {
  check(Float.self, uses: shape[0], n: shape[1], rows: shape[2], columns: shape[3])
  check(Double.self, uses: shape[0], n: shape[1], rows: shape[2], columns: shape[3])
}
