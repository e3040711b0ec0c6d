/// The separable filter against sums written out, with kernels that are not symmetric.

import PenumbraTensor
import Testing

@Suite struct SeparableFilterTests {
  private let tapsY = [0.5, -1, 2, 0.25, 3]
  private let tapsX = [1, 4, -2.0]

  /// Position i of an extended line of n elements; nil where zeros stand.
  private func position(_ i: Int, _ n: Int, _ border: FilterBorder) -> Int? {
    switch border {
    case .zero: return (0..<n).contains(i) ? i : nil
    case .replicate: return min(max(i, 0), n - 1)
    case .circular: return ((i % n) + n) % n
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
        for (k, u) in tapsY.enumerated() {
          for (l, v) in tapsX.enumerated() {
            guard let row = position(i + k - 2, h, border),
              let column = position(j + l - 1, w, border)
            else { continue }
            result[i * w + j] += u * v * x[row * w + column]
          }
        }
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
