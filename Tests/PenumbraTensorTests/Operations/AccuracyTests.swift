/// Sums of many numbers, and functions where naive formulas lose digits, in float32.

import PenumbraTensor
import TestSupport
import Testing

@Suite struct AccuracyTests {
  /// 10⁷ values near 1 (10⁸ among the slow tests); their sum is known from double precision.
  @Test func longSumsAreAccurate() throws {
    let count = runsSlowTests ? 100_000_000 : 10_000_000
    let x = try Generator(seed: 3).uniform([count], low: 0.5, high: 1.5)
    let exact = try x.withBytes { bytes in
      bytes.bindMemory(to: Float.self).reduce(0.0) { $0 + Double($1) }
    }
    func relative(_ found: Double, _ expected: Double) -> Double {
      (found / expected - 1).magnitude
    }
    #expect(relative(try x.sum().item(), exact) < 1e-6)
    #expect(relative(try x.mean().item(), exact / Double(count)) < 1e-6)
    let rows = try x.reshape([2, count / 2]).sum([1]).sum().item()
    #expect(relative(rows, exact) < 1e-6)
    let columns = try x.reshape([count / 4, 4]).sum([0]).sum().item()
    #expect(relative(columns, exact) < 1e-6)
    let strided =
      try x.narrow(0, start: 0, count: count / 2, step: 2).sum().item()
      + x.narrow(0, start: 1, count: count / 2, step: 2).sum().item()
    #expect(relative(strided, exact) < 1e-6)
    let running = try x.cumulativeSum(0).select(0, -1).item()
    #expect(relative(running, exact) < 1e-6)
    #expect(try Tensor.ones([count]).sum().item() == Double(count))
    #expect(try Tensor.ones([count], dtype: .bool).sum().integerItem() == Int64(count))
  }

  @Test func sumsOfGradientsAreAccurate() throws {
    let bias = try Tensor.zeros([2]).requiresGradient(true)
    let x = try Tensor.ones([1_000_000, 2])
    try x.add(bias).mul(0.1).sum().backward()
    let expected = Double(Float(0.1)) * 1e6
    #expect(try mismatch(#require(bias.gradient), [expected, expected], tolerance: 1e-6) == nil)
  }

  @Test func meansAndVariancesOfShiftedData() throws {
    let x = try Generator(seed: 4).normal([100_000], mean: 1000, std: 1)
    let (mean, variance) = (try x.mean().item(), try x.variance().item())
    #expect((mean - 1000).magnitude < 0.02)
    #expect((variance - 1).magnitude < 0.02)
  }

  @Test func float32FunctionsAreWithinTheirType() throws {
    let x = try Tensor.linspace(-4, 4, count: 1001, dtype: .float64)
    let narrow = try x.to(.float32)
    let wide = try narrow.to(.float64)
    for (name, function) in [
      ("exp", { try $0.exp() }), ("tanh", { try $0.tanh() }), ("sigmoid", { try $0.sigmoid() }),
      ("softplus", { try $0.softplus() }), ("erf", { try $0.erf() }), ("expm1", { try $0.expm1() }),
      ("sin", { try $0.sin() }), ("cos", { try $0.cos() }), ("gelu", { try $0.gelu() }),
      ("log", { try $0.abs().add(0.01).log() }), ("square", { try $0.square() }),
      ("softmax", { try $0.softmax() }), ("logSoftmax", { try $0.logSoftmax() }),
    ] as [(String, (Tensor) throws -> Tensor)] {
      let difference = try mismatch(
        function(narrow), function(wide).doubles(), tolerance: 4e-7, floor: 0.1)
      #expect(difference == nil, "\(name)")
    }
  }

  @Test func resultsDoNotDependOnTheNumberOfThreads() throws {
    let before = Threads.count
    defer { Threads.count = before }
    let generator = Generator(seed: 5)
    let (a, b) = (try generator.normal([300, 200]), try generator.normal([200, 100]))
    func values() throws -> [Double] {
      try a.exp().sum([0]).doubles() + a.matmul(b).doubles() + a.softmax().doubles()
    }
    Threads.count = 1
    let one = try values()
    Threads.count = 2
    #expect(try mismatch(values(), one, tolerance: 1e-6) == nil)
  }
}
