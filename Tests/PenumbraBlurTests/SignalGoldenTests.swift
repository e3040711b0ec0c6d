/// Signal filters against SciPy and PyTorch: every filter, border and number of axes.

import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct SignalGoldenTests {
  @Test func agreeWithSciPyAndPyTorch() throws {
    let cases = SignalFixture.all.filter { $0.filter != "gradient" }
    #expect(cases.count > 160)
    for golden in cases {
      let filter = try golden.make()
      let x = try golden.x()
      let y = try filter(x)
      #expect(y.shape == x.shape)
      let error = try y.sub(Tensor(golden.values, y.shape, dtype: .float64)).abs().maximum().item()
      #expect(error <= 1e-12, "\(golden): \(error)")
      let single = try filter(golden.x(.float32))
      #expect(single.dtype == .float32)
      let loss = try single.to(.float64).sub(y).abs().maximum().item()
      #expect(loss <= 3e-6, "\(golden): \(loss)")
      // By a tensor, [] and [n], the other implementation.
      for shape: Shape in [[], [golden.shape[0]]] {
        let other = try golden.make(.tensor(.ones(shape, dtype: .float64)))
        let table = try other(x)
        let error = try table.sub(y).abs().maximum().item()
        #expect(error <= 1e-12, "\(golden) by \(shape): \(error)")
      }
    }
  }

  @Test func derivativesAgreeWithPyTorch() throws {
    let cases = SignalFixture.all.filter { $0.filter == "gradient" }
    #expect(cases.count == 4)
    for golden in cases {
      let sigma = try Tensor.scalar(golden.sigmas[0], dtype: .float64).requiresGradient(true)
      let x = try golden.x().requiresGradient(true)
      let blur = try GaussianBlur(sigma: .tensor(sigma), border: #require(golden.border))
      let y = try blur(x)
      let signs = try Tensor(
        (0..<y.elementCount).map { $0 % 2 == 0 ? 1 : -1 }, y.shape, dtype: .float64)
      let loss = try signs.mul(y.square()).sum()
      let first = try Tensor.gradients(of: [loss], withRespectTo: [sigma, x], createGraph: true)
      let bySigma = try #require(first[0])
      let byX = try #require(first[1])
      let second = try Tensor.gradients(of: [bySigma], withRespectTo: [sigma])
      expectClose([try bySigma.item()], [golden.values[0]])
      expectClose([try #require(second[0]).item()], [golden.values[1]])
      expectClose(try byX.doubles(), Array(golden.values.dropFirst(2)))
    }
  }
}
