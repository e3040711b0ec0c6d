/// Tensors as text. The expected strings are PyTorch's, but for `true`, `size=[...]`
/// and dtype names.

import PenumbraTensor
import Testing

@Suite struct DescriptionTests {
  private func text(_ values: [Double], _ shape: Shape, _ dtype: DType = .float32) throws -> String
  {
    try Tensor(values, shape, dtype: dtype).description
  }

  @Test func aMatrixIsAligned() throws {
    #expect(
      try text([0.1, -2, 3, 4], [2, 2])
        == "tensor([[ 0.1000, -2.0000],\n        [ 3.0000,  4.0000]])")
  }

  @Test func wholeNumbersHaveNoDecimals() throws {
    #expect(try text([1, -20, 300], [3]) == "tensor([  1., -20., 300.])")
    #expect(try text([1, -20, 300], [3], .int64) == "tensor([  1, -20, 300])")
    #expect(try text([0, 0], [2]) == "tensor([0., 0.])")
  }

  @Test func scalarsAreBare() throws {
    #expect(try text([3.14159265], []) == "tensor(3.1416)")
    #expect(try text([2], []) == "tensor(2.)")
    #expect(try text([7], [], .int64) == "tensor(7)")
    #expect(try text([1e-7], []) == "tensor(1.0000e-07)")
  }

  @Test func farApartMagnitudesArePowersOfTen() throws {
    #expect(try text([0.001, 1000.5], [2]) == "tensor([1.0000e-03, 1.0005e+03])")
    #expect(try text([0.00001, 0.00002], [2]) == "tensor([1.0000e-05, 2.0000e-05])")
    #expect(try text([1e9, 2e9], [2]) == "tensor([1.0000e+09, 2.0000e+09])")
  }

  @Test func specialValues() throws {
    #expect(
      try text([.nan, .infinity, -.infinity, 1.5], [4])
        == "tensor([   nan,    inf,   -inf, 1.5000])")
    #expect(try text([.nan, 1], [2]) == "tensor([nan, 1.])")
  }

  @Test func typesAndGraphsAreNamed() throws {
    #expect(try text([1.5], [1], .float64) == "tensor([1.5000], dtype=float64)")
    #expect(try text([1, 0], [2], .bool) == "tensor([ true, false])")
    #expect(try text([1, 200], [2], .uint8) == "tensor([  1, 200], dtype=uint8)")
    let x = try Tensor([1.5], [1]).requiresGradient(true)
    #expect(x.description == "tensor([1.5000], requires_grad=true)")
    #expect(try x.mul(2).description == "tensor([3.], grad_fn=<mul>)")
    #expect("\(x)" == x.description)
  }

  @Test func emptyTensorsShowTheirSize() throws {
    #expect(try text([], [0]) == "tensor([], size=[0])")
    #expect(try text([], [2, 0], .int64) == "tensor([], size=[2, 0], dtype=int64)")
  }

  @Test func higherRanksAreSeparatedByBlankLines() throws {
    #expect(
      try text([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], .int64) == """
        tensor([[[1, 2],
                 [3, 4]],

                [[5, 6],
                 [7, 8]]])
        """)
  }

  @Test func longRowsAreWrapped() throws {
    let text = try Tensor.arange(0, 30).description
    #expect(
      text == """
        tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.,
                14., 15., 16., 17., 18., 19., 20., 21., 22., 23., 24., 25., 26., 27.,
                28., 29.])
        """)
  }

  @Test func largeTensorsShowTheirEdges() throws {
    #expect(
      try Tensor.arange(0, 2000, dtype: .int64).description
        == "tensor([   0,    1,    2,  ..., 1997, 1998, 1999], size=[2000])")
    let square = try Tensor.arange(0, 10000).reshape([100, 100]).description
    #expect(
      square == """
        tensor([[0.0000e+00, 1.0000e+00, 2.0000e+00,  ..., 9.7000e+01, 9.8000e+01,
                 9.9000e+01],
                [1.0000e+02, 1.0100e+02, 1.0200e+02,  ..., 1.9700e+02, 1.9800e+02,
                 1.9900e+02],
                [2.0000e+02, 2.0100e+02, 2.0200e+02,  ..., 2.9700e+02, 2.9800e+02,
                 2.9900e+02],
                ...,
                [9.7000e+03, 9.7010e+03, 9.7020e+03,  ..., 9.7970e+03, 9.7980e+03,
                 9.7990e+03],
                [9.8000e+03, 9.8010e+03, 9.8020e+03,  ..., 9.8970e+03, 9.8980e+03,
                 9.8990e+03],
                [9.9000e+03, 9.9010e+03, 9.9020e+03,  ..., 9.9970e+03, 9.9980e+03,
                 9.9990e+03]], size=[100, 100])
        """)
  }

  @Test func theTextIsBounded() throws {
    let deep = try Tensor.full([5, 5, 5, 5, 5, 5, 5, 5], 0.123)
    #expect(deep.description.utf8.count < 20_000)
    let wide = try Tensor.scalar(1).expand(to: [1 << 20, 1 << 20, 4])
    #expect(wide.description.utf8.count < 20_000)
    let thin = try Tensor.zeros([0, 1 << 40])
    #expect(thin.description == "tensor([], size=[0, \(1 << 40)])")
  }

  @Test func viewsPrintTheirOwnElements() throws {
    let x = try Tensor.arange(0, 6, dtype: .int64).reshape([2, 3])
    #expect(
      try x.transpose(0, 1).description == "tensor([[0, 3],\n        [1, 4],\n        [2, 5]])")
    #expect(try x.select(1, 2).description == "tensor([2, 5])")
  }
}
