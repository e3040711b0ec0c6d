import Glibc
import PenumbraData
import PenumbraMetrics
import PenumbraTensor
import Testing

@Suite struct WassersteinTests {
  private func distance(_ samples: [Double], _ mixture: Mixture) throws -> Double {
    try Wasserstein.distance(Tensor(samples, Shape(samples.count), dtype: .float64), to: mixture)
  }

  /// ∫ |Fₙ⁻¹(u) − F⁻¹(u)| du by the midpoint rule: another formula by another method.
  private func byQuantiles(_ samples: [Double], _ mixture: Mixture, cells: Int) -> Double {
    let sorted = samples.sorted()
    return (0..<cells).reduce(0.0) { sum, index in
      let u = (Double(index) + 0.5) / Double(cells)
      let empirical = sorted[min(Int(u * Double(sorted.count)), sorted.count - 1)]
      return sum + abs(empirical - mixture.quantile(u)) / Double(cells)
    }
  }

  @Test func closedForms() throws {
    let normal = try Mixture.line(means: [3], sigmas: [2])
    // E |X − μ|.
    #expect(abs(try distance([3], normal) - 2 * (2 / Double.pi).squareRoot()) < 1e-12)
    // All samples beyond the distribution: the difference of means.
    #expect(abs(try distance([1000, 1002], normal) - 998) < 1e-9)
    #expect(abs(try distance([-1000, -1002], normal) - 1004) < 1e-9)
    // Two points against two narrow modes of weights ¼ and ¾: a quarter of the mass moves by 10.
    let pair = try Mixture(means: [[0], [10]], sigmas: [1e-9], weights: [1, 3])
    #expect(abs(try distance([0, 10], pair) - 2.5) < 1e-6)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func agreesWithQuantiles(seed: UInt64) throws {
    let line = try Mixture.named("line5")
    let generator = Generator(seed: seed)
    for sampler in [
      line, try Mixture.line(means: [20, 110], sigmas: [3]), try line.scaled(by: 1.2),
    ] {
      let samples = try sampler.sample(200, using: generator, dtype: .float64).doubles()
      let exact = try distance(samples, line)
      let numeric = byQuantiles(samples, line, cells: 20_000)
      #expect(abs(exact - numeric) < 2e-3 * max(1, exact))
    }
  }

  @Test func shrinksWithTheSampleAndIgnoresOrder() throws {
    let line = try Mixture.named("line6")
    let samples = try line.sample(4000, using: Generator(seed: 4)).doubles()
    let many = try distance(samples, line)
    #expect(many < 0.5)
    #expect(many == (try distance(samples.reversed(), line)))
    // Samples at the quantiles are as near as n points can be.
    let ideal = (0..<1000).map { line.quantile((Double($0) + 0.5) / 1000) }
    #expect(try distance(ideal, line) < 0.02)
    #expect(try distance(samples + [.nan], line) == .infinity)
  }
}

@Suite struct ChiSquareTests {
  @Test func aPerfectSamplerHasItsDegreesOfFreedom() throws {
    let line = try Mixture.named("line6")
    let generator = Generator(seed: 5)
    var sum = 0.0
    for _ in 0..<200 {
      sum += try ChiSquare(line.sample(2500, using: generator), of: line).statistic
    }
    // Mean 49, standard error √(98 / 200).
    #expect(abs(sum / 200 - 49) < 3)
  }

  @Test func exactCellsGiveZeroAndCollapseIsSeen() throws {
    let line = try Mixture.named("line5")
    let ideal = (0..<100).map { line.quantile((Double($0) + 0.5) / 100) }
    let tensor = try Tensor(ideal, [100], dtype: .float64)
    #expect(try ChiSquare(tensor, of: line, cells: 10).statistic == 0)
    #expect(try ChiSquare(tensor, of: line, cells: 10).degreesOfFreedom == 9)
    // All of n in one of c cells: n (c − 1).
    let one = try ChiSquare(Tensor.full([50], 1000), of: line, cells: 10)
    #expect(abs(one.statistic - 450) < 1e-9)
    #expect(throws: TensorError.self) { _ = try ChiSquare(tensor, of: line, cells: 1) }
  }
}
