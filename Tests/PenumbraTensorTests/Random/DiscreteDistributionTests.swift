/// Distributions on whole numbers and categories: χ² against the exact probabilities.

import Glibc
import PenumbraTensor
import TestSupport
import Testing

@Suite struct DiscreteDistributionTests {
  private static let count = 20_000

  /// χ² exceeds this once in a thousand times (Wilson and Hilferty).
  private func bound(_ freedom: Double) -> Double {
    let root = 1 - 2 / (9 * freedom) + 3.09 * (2 / (9 * freedom)).squareRoot()
    return freedom * root * root * root
  }

  private func expectLaw(
    _ x: Tensor, _ name: String, _ probability: (Double) -> Double
  ) throws {
    let (value, freedom) = chiSquare(try x.doubles(), probability: probability)
    #expect(freedom >= 1, "\(name)")
    #expect(value < bound(freedom), "\(name): \(value) of \(freedom)")
  }

  private func logFactorial(_ k: Double) -> Double { logGammaFunction(k + 1) }

  @Test func poissonNumbers() throws {
    let generator = Generator(seed: 11)
    for rate in [0.01, 0.7, 4, 9.99, 10, 33, 1000] {
      let x = try generator.poisson(rate: .number(rate), size: [Self.count], dtype: .float64)
      try expectLaw(x, "poisson \(rate)") { k in
        k < 0 ? 0 : exp(k * log(rate) - rate - self.logFactorial(k))
      }
    }
    #expect(try generator.poisson(rate: 0, size: [100]).eq(0).all())
    // So large that it is normal: moments, at rates that lgamma would ruin.
    for rate in [1e6, 1e12, 1e15] {
      let x = try generator.poisson(rate: .number(rate), size: [Self.count], dtype: .float64)
      let z = try x.sub(rate).mul(1 / rate.squareRoot()).doubles()
      #expect(kolmogorovSmirnov(z, normalDistribution) < 1.95, "\(rate)")
    }
  }

  @Test func binomialNumbers() throws {
    let generator = Generator(seed: 12)
    for (n, p) in [
      (1.0, 0.3), (10, 0.5), (20, 0.9), (100, 0.05), (100, 0.3), (1000, 0.98), (50, 0.5),
    ] {
      let x = try generator.binomial(
        count: .number(n), probability: .number(p), size: [Self.count], dtype: .float64)
      try expectLaw(x, "binomial \(n) \(p)") { k in
        guard k >= 0, k <= n else { return 0 }
        let choices = self.logFactorial(n) - self.logFactorial(k) - self.logFactorial(n - k)
        return exp(choices + k * log(p) + (n - k) * log1p(-p))
      }
    }
    #expect(try generator.binomial(count: 0, probability: 0.5, size: [50]).eq(0).all())
    #expect(try generator.binomial(count: 7, probability: 0, size: [50]).eq(0).all())
    #expect(try generator.binomial(count: 7, probability: 1, size: [50]).eq(7).all())
    let (n, p) = (1e12, 0.25)
    let x = try generator.binomial(
      count: .number(n), probability: .number(p), size: [Self.count], dtype: .float64)
    let z = try x.sub(n * p).mul(1 / (n * p * (1 - p)).squareRoot()).doubles()
    #expect(kolmogorovSmirnov(z, normalDistribution) < 1.95)
  }

  @Test func geometricNumbers() throws {
    let generator = Generator(seed: 13)
    for p in [0.02, 0.3, 0.9] {
      let x = try generator.geometric(probability: .number(p), size: [Self.count], dtype: .float64)
      try expectLaw(x, "geometric \(p)") { k in k < 1 ? 0 : p * exp((k - 1) * log1p(-p)) }
    }
    #expect(try generator.geometric(probability: 1, size: [50]).eq(1).all())
  }

  @Test func bernoulliTakesATensor() throws {
    let generator = Generator(seed: 14)
    let p = try Tensor([0, 0.2, 0.9, 1], [4])
    let x = try generator.bernoulli(probabilities: .tensor(p), size: [Self.count, 4])
    let means = try x.mean([0]).doubles()
    #expect(means[0] == 0 && means[3] == 1)
    for (found, wanted) in [(means[1], 0.2), (means[2], 0.9)] {
      #expect(
        abs(found - wanted) < 4 * (wanted * (1 - wanted) / Double(Self.count)).squareRoot())
    }
  }

  @Test func categoriesFollowTheirWeights() throws {
    let generator = Generator(seed: 15)
    let weights = try Tensor([1, 0, 3, 2, 0, 0, 5, 5], [2, 4])
    let before = try weights.doubles()
    let x = try generator.multinomial(weights, count: Self.count, replacement: true)
    #expect(x.shape == [2, Self.count])
    try expectLaw(x.select(0, 0).to(.float64), "row 1") { [1 / 6.0, 0, 0.5, 1 / 3.0][Int($0)] }
    try expectLaw(x.select(0, 1).to(.float64), "row 2") { [0, 0, 0.5, 0.5][Int($0)] }
    #expect(try weights.doubles() == before)
    let wide = try weights.to(.float64)
    _ = try generator.multinomial(wide, count: 2)
    #expect(try wide.doubles() == before)
    #expect(try generator.categorical(weights).shape == [2])
    #expect(try generator.multinomial(weights, count: 0).shape == [2, 0])
  }

  /// Ordered pairs without replacement: w[i]·w[j]/(1 − w[i]).
  @Test func drawsWithoutReplacementAreSequential() throws {
    let generator = Generator(seed: 16)
    let w = [0.1, 0.2, 0.7]
    let weights = try Tensor(w, [3]).expand(to: [20_000, 3])
    let pairs = try generator.multinomial(weights, count: 2).integers()
    let codes = stride(from: 0, to: pairs.count, by: 2).map {
      Double(pairs[$0] * 3 + pairs[$0 + 1])
    }
    let (value, freedom) = chiSquare(codes) { code in
      let (i, j) = (Int(code) / 3, Int(code) % 3)
      return i == j ? 0 : w[i] * w[j] / (1 - w[i])
    }
    #expect(freedom == 5)
    #expect(value < bound(5))
    let all = try generator.multinomial(Tensor.ones([50, 6]), count: 6).sort(1).values
    #expect(try all.eq(Tensor.arange(0, 6, dtype: .int64)).all())
  }

  @Test func shufflingMovesSlices() throws {
    let generator = Generator(seed: 17)
    let x = try Tensor.arange(0, 12).reshape([6, 2])
    let y = try generator.shuffled(x)
    #expect(try y.isEqual(to: x) == false)
    #expect(try y.select(1, 0).sort(0).values.isEqual(to: x.select(1, 0)))
    #expect(try y.select(1, 1).sub(y.select(1, 0)).eq(1).all())
  }

  @Test func integersOfAnyRange() throws {
    let generator = Generator(seed: 18)
    let bytes = try generator.integers([20_000], from: nil, through: nil, dtype: .uint8)
    #expect(bytes.dtype == .uint8)
    try expectLaw(bytes.to(.float64), "bytes") { _ in 1 / 256.0 }
    #expect(throws: TensorError.self) {
      try generator.integers([1], from: 0, through: 256, dtype: .uint8)
    }
    #expect(throws: TensorError.self) {
      try generator.integers([1], from: 3, through: 2, dtype: .int64)
    }
  }
}
