/// Products and convolutions so large that they are computed in parts: the parts make the whole.

import PenumbraTensor
import TestSupport
import Testing

@Suite struct PartedProductTests {
  @Test func aMatrixProductInPanelsIsTheProduct() throws {
    // 2 · 2100 · 2048 · 2304 flops: above the bound, and rows that do not fill the last panel.
    let (m, k, n) = (2100, 2048, 2304)
    let generator = Generator(seed: 1)
    let a = try generator.normal(Shape(m, k))
    let b = try generator.normal(Shape(k, n))
    for (x, y) in [(a, b), (try a.transpose(0, 1).contiguous().transpose(0, 1), b)] {
      let product = try x.matmul(y)
      for row in [0, 15, 16, 1000, 1904, 2096, 2099] {
        let exact = try a.narrow(0, start: row, count: 1).to(.float64).matmul(b.to(.float64))
        let found = try product.narrow(0, start: row, count: 1).to(.float64)
        let error = try found.sub(exact).abs().doubles().max() ?? 1
        #expect(error < 1e-3, "row \(row): \(error)")
      }
    }
  }

  @Test func aConvolutionInPartsIsTheConvolution() throws {
    let generator = Generator(seed: 2)
    let x = try generator.normal([19, 16, 64, 64])
    let w = try generator.normal([64, 16, 9, 9])
    let bias = try generator.normal([64])
    func results(_ x: Tensor) throws -> (Tensor, Tensor, Tensor) {
      let (x, w) = (
        try x.detached().requiresGradient(true), try w.detached().requiresGradient(true)
      )
      let y = try x.convolution(2, w, bias)
      try y.square().sum().backward()
      return (y, try #require(x.gradient), try #require(w.gradient))
    }
    let whole = try results(x)
    var weights = try Tensor.zeros([64, 16, 9, 9], dtype: .float64)
    for example in 0..<19 {
      let one = try results(x.narrow(0, start: example, count: 1))
      weights = try weights.add(one.2.to(.float64))
      for (a, b) in [(whole.0, one.0), (whole.1, one.1)] {
        let difference = try a.narrow(0, start: example, count: 1).sub(b).abs().doubles().max() ?? 0
        #expect(try difference <= 1e-4 * (b.abs().doubles().max() ?? 0))
      }
    }
    let difference = try whole.2.to(.float64).sub(weights).abs().doubles().max() ?? 0
    #expect(try difference <= 1e-4 * (weights.abs().doubles().max() ?? 0))
  }
}
