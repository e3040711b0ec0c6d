/// The separable filter against sums written out, with kernels that are not symmetric.

import PenumbraTensor
import Testing

@Suite struct SeparableFilterTests {
  private let tapsY = [0.5, -1, 2, 0.25, 3]
  private let tapsX = [1, 4, -2.0]

  /// Position i of an extended line of n elements; nil where zeros stand.
  private func position(_ i: Int, _ n: Int, _ border: FilterBorder) -> Int? {
    switch border {
    case .zero, .renormalised: return (0..<n).contains(i) ? i : nil
    case .replicate: return min(max(i, 0), n - 1)
    case .circular: return ((i % n) + n) % n
    case .symmetric:
      var i = i
      while i < 0 || i >= n { i = i < 0 ? -1 - i : 2 * n - 1 - i }
      return i
    case .reflect:
      var i = i
      while i < 0 || i >= n {
        if n == 1 { return 0 }
        i = i < 0 ? -i : 2 * (n - 1) - i
      }
      return i
    }
  }

  private func direct(_ x: [Double], _ h: Int, _ w: Int, _ border: FilterBorder) -> [Double] {
    var result = [Double](repeating: 0, count: h * w)
    for i in 0..<h {
      for j in 0..<w {
        var reached = 0.0
        for (k, u) in tapsY.enumerated() {
          for (l, v) in tapsX.enumerated() {
            guard let row = position(i + k - 2, h, border),
              let column = position(j + l - 1, w, border)
            else { continue }
            result[i * w + j] += u * v * x[row * w + column]
            reached += u * v
          }
        }
        if border == .renormalised { result[i * w + j] /= reached }
      }
    }
    return result
  }

  @Test(arguments: FilterBorder.allCases, [[1, 1], [1, 4], [2, 3], [5, 1], [7, 20]])
  func agreesWithTheDefinition(_ border: FilterBorder, _ size: [Int]) throws {
    let kernel = try SeparableKernel(y: tapsY, x: tapsX)
    let x = try sample([2, size[0], size[1]])
    let y = try x.separableFilter(kernel, border: border)
    for image in 0..<2 {
      expectClose(
        try y.select(0, image).doubles(),
        direct(try x.select(0, image).doubles(), size[0], size[1], border))
    }
    let z = try sample([2, size[0], size[1]], seed: 2)
    let back = try z.separableFilterAdjoint(kernel, border: border)
    expectClose([try y.mul(z).sum().item()], [try back.mul(x).sum().item()], 1e-12)
    try expectDerivatives(at: [x.narrow(0, start: 0, count: 1)]) {
      try $0[0].separableFilter(kernel, border: border).mul(0.1).sin().sum()
    }
  }

  /// One axis of a tensor, as a list of its lines.
  private func lines(_ x: Tensor, _ dimension: Int) throws -> [[Double]] {
    let flat = try x.moveDimensions([dimension], to: [-1]).reshape([-1, x.shape[dimension]])
    return try (0..<flat.shape[0]).map { try flat.select(0, $0).doubles() }
  }

  private func line(_ x: [Double], _ taps: [Double], _ border: FilterBorder) -> [Double] {
    x.indices.map { i in
      var (sum, reached) = (0.0, 0.0)
      for (k, tap) in taps.enumerated() {
        guard let place = position(i + k - taps.count / 2, x.count, border) else { continue }
        sum += tap * x[place]
        reached += tap
      }
      return border == .renormalised ? sum / reached : sum
    }
  }

  @Test(arguments: FilterBorder.allCases, [0, 1, 2, 3])
  func linesAgreeWithTheDefinition(_ border: FilterBorder, _ dimension: Int) throws {
    let x = try sample([3, 2, 4, 5])
    // Shorter and much longer than the lines; not symmetric.
    for taps in [tapsX, (0..<31).map { Double(($0 * 7) % 5) + 0.5 }] {
      let weights = try Tensor(taps, [taps.count], dtype: .float64)
      let y = try x.lineFilter(weights, dimension, border: border)
      for (found, start) in try zip(lines(y, dimension), lines(x, dimension)) {
        expectClose(found, line(start, taps, border))
      }
      let z = try sample([3, 2, 4, 5], seed: 2)
      let back = try z.lineFilterAdjoint(weights, dimension, border: border)
      expectClose([try y.mul(z).sum().item()], [try back.mul(x).sum().item()], 1e-12)
      let single = try x.to(.float32).lineFilter(weights.to(.float32), dimension, border: border)
      expectClose(try single.doubles(), try y.doubles(), 1e-4)
    }
  }

  @Test(arguments: [[3, 2, 5], [3, 1, 5], [1, 2, 5], [3, 5], [5]])
  func linesHaveTapsOfTheirOwn(_ shape: [Int]) throws {
    let x = try sample([3, 2, 4, 5])
    let taps = try sample(Shape(shape), seed: 3)
    let full =
      try taps.rank < 3
      ? taps.rank < 2 ? taps.expand(to: [3, 2, 5]) : taps.unsqueeze(1).expand(to: [3, 2, 5])
      : taps.expand(to: [3, 2, 5])
    for dimension in [2, 3] {
      let y = try x.lineFilter(taps, dimension, border: .replicate)
      for n in 0..<3 {
        for c in 0..<2 {
          let own = try full.select(0, n).select(0, c)
          let alone = try x.select(0, n).select(0, c).lineFilter(
            own, dimension - 2, border: .replicate)
          expectClose(try y.select(0, n).select(0, c).doubles(), try alone.doubles())
        }
      }
    }
  }

  @Test(arguments: FilterBorder.allCases)
  func linesDifferentiate(_ border: FilterBorder) throws {
    for dimension in [1, 2] {
      for shape: Shape in [[2, 3], [9]] {
        let taps = try sample(shape, seed: 4).abs().add(0.2)
        try expectDerivatives(at: [sample([2, 3, 3]), taps]) {
          let y = try $0[0].lineFilter($0[1], dimension, border: border)
          let z = try $0[0].lineFilterAdjoint($0[1], dimension, border: border)
          return try y.sin().add(z.mul(0.3).cos()).sum()
        }
      }
    }
  }

  @Test func linesAreChecked() throws {
    let x = try sample([3, 2, 4, 5])
    for shape: Shape in [[2], [0], [], [2, 3], [3, 2, 4, 5, 3]] {
      #expect(throws: TensorError.self) {
        try x.lineFilter(.ones(shape, dtype: .float64), 2, border: .zero)
      }
    }
    let taps = try Tensor.ones([3], dtype: .float64)
    for dimension in [4, -5, Int.max, Int.min] {
      #expect(throws: TensorError.self) { try x.lineFilter(taps, dimension, border: .zero) }
    }
    #expect(throws: TensorError.self) { try x.to(.float32).lineFilter(taps, 2, border: .zero) }
    #expect(throws: TensorError.self) { try x.to(.int64).lineFilter(taps, 2, border: .zero) }
    #expect(throws: TensorError.self) { try Tensor.scalar(1).lineFilter(taps, 0, border: .zero) }
    for shape: Shape in [[0, 4], [4, 0]] {
      let empty = try Tensor.ones(shape, dtype: .float64)
      for border in FilterBorder.allCases {
        #expect(try empty.lineFilter(taps, 1, border: border).shape == shape)
      }
    }
  }

  @Test func argumentsAreChecked() throws {
    #expect(throws: TensorError.self) { try SeparableKernel(y: [1, 2], x: [1]) }
    #expect(throws: TensorError.self) { try SeparableKernel(y: [1], x: []) }
    let kernel = try SeparableKernel(y: [1], x: [2])
    #expect(throws: TensorError.self) {
      try Tensor.ones([4]).separableFilter(kernel, border: .zero)
    }
    #expect(throws: TensorError.self) {
      try Tensor.ones([4, 4], dtype: .int64).separableFilter(kernel, border: .zero)
    }
    let empty = try Tensor.ones([0, 4, 4]).separableFilter(kernel, border: .zero)
    #expect(empty.shape == [0, 4, 4])
  }
}
