// Separable filters against the sums that define them, and the adjoint's identity.

import CKernels
import Testing

/// PyTorch's reflect, replicate and circular padding, walked step by step; nil where zero.
private func source(_ border: Int, _ position: Int, _ n: Int) -> Int? {
  if (0..<n).contains(position) { return position }
  switch border {
  case 0:
    if n == 1 { return 0 }
    var i = position
    while !(0..<n).contains(i) { i = i < 0 ? -i : 2 * (n - 1) - i }
    return i
  case 1: return position < 0 ? 0 : n - 1
  case 2: return ((position % n) + n) % n
  case 4:
    var i = position
    while !(0..<n).contains(i) { i = i < 0 ? -1 - i : 2 * n - 1 - i }
    return i
  default: return nil
  }
}

/// The matrix of one axis, [n, n].
private func matrix(_ border: Int, _ n: Int, _ taps: [Double]) -> [[Double]] {
  var a = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
  for i in 0..<n {
    for k in taps.indices {
      if let j = source(border, i + k - taps.count / 2, n) { a[i][j] += taps[k] }
    }
  }
  return a
}

private func naive(
  _ x: [Double], _ border: Int, transpose: Bool, _ height: Int, _ width: Int, _ tapsY: [Double],
  _ tapsX: [Double]
) -> [Double] {
  let down = matrix(border, height, tapsY)
  let along = matrix(border, width, tapsX)
  var y: [Double] = []
  for start in stride(from: 0, to: x.count, by: height * width) {
    var middle = [Double](repeating: 0, count: height * width)
    for i in 0..<height {
      for j in 0..<width {
        for k in 0..<height {
          middle[i * width + j] +=
            (transpose ? down[k][i] : down[i][k]) * x[start + k * width + j]
        }
      }
    }
    for i in 0..<height {
      for j in 0..<width {
        y.append(
          (0..<width).reduce(0) {
            $0 + (transpose ? along[$1][j] : along[j][$1]) * middle[i * width + $1]
          })
      }
    }
  }
  return y
}

private func check<T: KernelReal>(
  _: T.Type, images: Int, height: Int, width: Int, radiusY: Int, radiusX: Int
) {
  var generator = SplitMix(21)
  let x: [T] = generator.reals(images * height * width)
  // Not symmetric, so that a reversal shows.
  let tapsY: [T] = generator.reals(2 * radiusY + 1)
  let tapsX: [T] = generator.reals(2 * radiusX + 1)
  let needed = pn_separable_scratch(
    Int64(height), Int64(width), Int64(radiusY), Int64(radiusX))
  for border in 0..<5 {
    for transpose in [false, true] {
      var y = [T](repeating: 77, count: x.count + 1)
      var scratch = [T](repeating: .nan, count: Int(needed)) + [77]
      func run(_ from: UnsafePointer<T>, _ to: UnsafeMutablePointer<T>) {
        T.separable(
          Int64(images), Int64(height), Int64(width), Int32(border), transpose ? 1 : 0,
          Int64(radiusY), tapsY, Int64(radiusX), tapsX, from, to, &scratch)
      }
      run(x, &y)
      #expect(y.removeLast() == 77)
      #expect(scratch.last == 77)
      let wanted = naive(
        x.map { Double($0) }, border, transpose: transpose, height, width,
        tapsY.map { Double($0) }, tapsX.map { Double($0) })
      let error = relativeError(y, wanted)
      #expect(
        error < 4 * tolerance(T.self),
        "\(T.self) \(height)×\(width) radii \(radiusY), \(radiusX) border \(border): \(error)")

      var inPlace = x
      inPlace.withUnsafeMutableBufferPointer { run($0.baseAddress!, $0.baseAddress!) }
      #expect(inPlace == y)
    }
  }
}

@Test(arguments: [
  [1, 1, 1, 0, 0], [1, 1, 1, 3, 2], [2, 5, 7, 1, 2], [3, 28, 28, 6, 6], [2, 9, 40, 0, 4],
  [2, 40, 9, 5, 0], [1, 4, 3, 9, 11], [1, 2, 2, 6, 7], [2, 17, 100, 12, 12], [1, 33, 130, 3, 20],
  [4, 1, 20, 2, 3], [4, 20, 1, 2, 3],
])
func separableEqualsItsMatrix(shape: [Int]) {
  check(
    Float.self, images: shape[0], height: shape[1], width: shape[2], radiusY: shape[3],
    radiusX: shape[4])
  check(
    Double.self, images: shape[0], height: shape[1], width: shape[2], radiusY: shape[3],
    radiusX: shape[4])
}

@Test func adjointIdentity() {
  var generator = SplitMix(22)
  for (height, width, radius) in [(28, 28, 6), (5, 6, 9), (64, 48, 12), (1, 3, 4)] {
    for border in 0..<5 {
      let n = height * width
      let x: [Double] = generator.reals(n)
      let y: [Double] = generator.reals(n)
      let taps: [Double] = generator.reals(2 * radius + 1)
      var scratch = [Double](
        repeating: 0,
        count: Int(
          pn_separable_scratch(Int64(height), Int64(width), Int64(radius), Int64(radius))))
      func run(_ from: [Double], _ transpose: Int32) -> [Double] {
        var to = from
        pn_separable_f64(
          1, Int64(height), Int64(width), Int32(border), transpose, Int64(radius), taps,
          Int64(radius), taps, from, &to, &scratch)
        return to
      }
      let forward = zip(run(x, 0), y).reduce(0) { $0 + $1.0 * $1.1 }
      let backward = zip(x, run(y, 1)).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(forward - backward) < 1e-11 * max(1, abs(forward)))
    }
  }
}

/// One axis of the middle of [rows, n, inner] by its matrix.
@Test(arguments: [
  [1, 1, 1, 0], [3, 7, 1, 2], [2, 5, 3, 9], [2, 20, 1, 25], [1, 9, 300, 2], [2, 28, 28, 6],
])
func linesEqualTheirMatrix(shape: [Int]) {
  let (rows, n, inner, radius) = (shape[0], shape[1], shape[2], shape[3])
  var generator = SplitMix(23)
  let x: [Double] = generator.reals(rows * n * inner)
  let g: [Double] = generator.reals(rows * n * inner)
  let taps: [Double] = generator.reals(2 * radius + 1)
  let room = pn_line_filter_scratch(Int64(n), Int64(inner), Int64(radius))
  let (r, count, i) = (Int64(rows), Int64(n), Int64(inner))
  for border in 0..<5 {
    let along = matrix(border, n, taps)
    var scratch = [Double](repeating: .nan, count: Int(room)) + [77]
    var forward: [Double] = []
    for transpose in [false, true] {
      var y = [Double](repeating: 77, count: x.count + 1)
      pn_line_filter_f64(
        r, count, i, Int32(border), transpose ? 1 : 0, Int64(radius), taps, x, &y, &scratch)
      #expect(y.removeLast() == 77)
      #expect(scratch.last == 77)
      var wanted = [Double](repeating: 0, count: x.count)
      for (row, to, column) in product(rows, n, inner) {
        for from in 0..<n {
          wanted[(row * n + to) * inner + column] +=
            (transpose ? along[from][to] : along[to][from]) * x[(row * n + from) * inner + column]
        }
      }
      #expect(relativeError(y, wanted) < 4 * tolerance(Double.self), "\(shape) border \(border)")
      if !transpose { forward = y }
    }
    // ⟨A x, g⟩ is the sum of taps times their derivatives.
    var sums = [Double](repeating: .nan, count: 2 * radius + 1) + [77]
    pn_line_taps_f64(r, count, i, Int32(border), Int64(radius), g, x, &sums, &scratch)
    #expect(sums.removeLast() == 77)
    #expect(scratch.last == 77)
    let total = zip(forward, g).reduce(0) { $0 + $1.0 * $1.1 }
    let byTaps = zip(sums, taps).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(total - byTaps) < 1e-11 * max(1, abs(total)), "\(shape) border \(border)")
    // And in single precision.
    var (y, single) = (
      [Float](repeating: 77, count: x.count), [Float](repeating: 0, count: Int(room))
    )
    pn_line_filter_f32(
      r, count, i, Int32(border), 0, Int64(radius), taps.map(Float.init), x.map(Float.init), &y,
      &single)
    #expect(relativeError(y, forward) < 8 * tolerance(Float.self))
    var singleSums = [Double](repeating: 0, count: 2 * radius + 1)
    pn_line_taps_f32(
      r, count, i, Int32(border), Int64(radius), g.map(Float.init), x.map(Float.init), &singleSums,
      &single)
    #expect(relativeError(singleSums, sums) < 8 * tolerance(Float.self))
  }
}

/// All indices of three dimensions.
private func product(_ a: Int, _ b: Int, _ c: Int) -> [(Int, Int, Int)] {
  (0..<a).flatMap { i in (0..<b).flatMap { j in (0..<c).map { (i, j, $0) } } }
}
