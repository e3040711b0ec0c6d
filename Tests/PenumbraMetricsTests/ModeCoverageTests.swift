import Glibc
import PenumbraData
import PenumbraMetrics
import PenumbraTensor
import Testing

/// Floors, ceilings and null samplers, each against its closed form.
@Suite struct ModeCoverageTests {
  /// The means of the figures over draws of 2,500.
  private func average(_ draws: Int, _ mixture: Mixture, _ sampler: (Generator) throws -> Tensor)
    throws
    -> (quality: Double, captured: Double, kl: Double, sigma: Double)
  {
    var (quality, captured, kl, sigma) = (0.0, 0.0, 0.0, 0.0)
    let generator = Generator(seed: 11)
    for _ in 0..<draws {
      let report = try ModeCoverage(try sampler(generator), of: mixture)
      #expect(report.sampleCount == 2500 && report.finiteCount == 2500)
      quality += report.highQuality
      captured += Double(report.captured)
      kl += report.reverseKL
      sigma += report.sigmaRatio
    }
    let n = Double(draws)
    return (quality / n, captured / n, kl / n, sigma / n)
  }

  @Test(arguments: [("ring", 0.0014), ("grid", 0.0048)])
  func perfectSamplerInTwoDimensions(name: String, floor: Double) throws {
    let mixture = try Mixture.named(name)
    let mean = try average(100, mixture) { try mixture.sample(2500, using: $0) }
    #expect(abs(mean.quality - (1 - exp(-4.5))) < 0.0011)
    #expect(mean.captured == Double(mixture.modeCount))
    // (k − 1) / 2n, and the published figure.
    let exact = Double(mixture.modeCount - 1) / 5000
    #expect(abs(exact - floor) < 0.00005)
    #expect(abs(mean.kl - exact) < 0.0006)
    #expect(abs(mean.sigma - 1) < 0.005)
    let report = try ModeCoverage(try mixture.sample(2500, using: Generator(seed: 1)), of: mixture)
    #expect(report.isFullyCovered && report.substantial == mixture.modeCount)
    #expect(report.wasserstein == nil && report.chiSquare == nil)
  }

  @Test(arguments: ["line5", "line6"])
  func perfectSamplerInOneDimension(name: String) throws {
    let mixture = try Mixture.named(name)
    let mean = try average(40, mixture) { try mixture.sample(2500, using: $0) }
    // line5's neighbours 10 and 20 share the middle, 1.67 σ from either: a little is lost nowhere,
    // as what crosses it still lies within 3σ of the other.
    #expect(abs(mean.quality - 0.9973) < 0.0011)
    #expect(abs(mean.sigma - 1) < (name == "line5" ? 0.08 : 0.01))
    let report = try ModeCoverage(try mixture.sample(2500, using: Generator(seed: 1)), of: mixture)
    #expect(report.isFullyCovered)
    #expect(report.wasserstein.map { $0 < 2 } == true)
    #expect(report.chiSquare?.degreesOfFreedom == 49)
  }

  @Test func uniformNoiseCapturesModesWithoutQuality() throws {
    let grid = try Mixture.named("grid")
    let mean = try average(40, grid) { try $0.uniform([2500, 2], low: -5, high: 5) }
    // 25 discs of radius .15 in a square of area 100.
    let hit = Double.pi * 0.15 * 0.15 / 100
    #expect(abs(mean.quality - 25 * hit) < 0.002)
    #expect(abs(mean.captured - 25 * (1 - pow(1 - hit, 2500))) < 1)
    #expect(abs(mean.captured - 21) < 1.3)
    // Within 3σ uniform points look as wide as can be.
    #expect(mean.sigma > 2)
  }

  @Test(arguments: [0.25, 0.5, 1.4])
  func theSigmaRatioIsThatOfTheSpread(ratio: Double) throws {
    let ring = try Mixture.named("ring")
    let other = try Mixture(means: ring.means, sigmas: [0.01 * ratio])
    let mean = try average(20, ring) { try other.sample(2500, using: $0) }
    #expect(abs(mean.sigma - ratio) < 0.02 * max(ratio, 1))
    #expect(abs(mean.quality - (1 - exp(-4.5 / (ratio * ratio)))) < 0.004)
  }

  @Test func countsOfAHandMadeExample() throws {
    // Modes at 0 (σ 1) and 10 (σ 2), shares ¼ and ¾.
    let mixture = try Mixture(means: [[0], [10]], sigmas: [1, 2], weights: [1, 3])
    let samples: [Double] = [0, 2.9, -3.1, 4.9, 5.1, 4.1, 15.9, 16.1, .nan, .infinity]
    let report = try ModeCoverage(Tensor(samples, [10], dtype: .float64), of: mixture)
    #expect(report.counts == [2, 2])
    #expect(report.finiteCount == 8 && report.highQuality == 0.4)
    #expect(abs(report.reverseKL - (0.5 * log(0.5 / 0.25) + 0.5 * log(0.5 / 0.75))) < 1e-12)
    #expect(report.wasserstein == .infinity && report.chiSquare?.statistic == .infinity)
    // 20 % of the expected 2.5 and 7.5: .5 and 1.5; a tenth of 10 is 1.
    #expect(report.substantial == 2 && report.covered == 2)
    let strict = try ModeCoverage(
      Tensor(samples, [10], dtype: .float64), of: mixture,
      ModeCoverage.Options(sigmas: 1, share: 1, coveredFraction: 0.1))
    #expect(strict.counts == [1, 0])
    #expect(strict.captured == 1 && strict.substantial == 0 && strict.covered == 1)
    #expect(!strict.isFullyCovered)
  }

  @Test func collapseOntoOneMode() throws {
    let ring = try Mixture.named("ring")
    let one = try Mixture(means: [ring.means[3]], sigmas: [0.01])
    let report = try ModeCoverage(one.sample(2500, using: Generator(seed: 2)), of: ring)
    #expect(report.captured == 1 && report.covered == 1 && report.substantial == 1)
    #expect(abs(report.reverseKL - log(8)) < 1e-12)
  }

  @Test func twentyOf2500CoverAMode() throws {
    let mixture = try Mixture(means: [[0], [10]], sigmas: [1])
    for (count, covered) in [(19, 1), (20, 2)] {
      let samples = (0..<2500).map { $0 < count ? 10.0 : 0 }
      let report = try ModeCoverage(Tensor(samples, [2500]), of: mixture)
      #expect(report.covered == covered && report.captured == 2 && report.substantial == 1)
    }
  }

  @Test func nothingOfQuality() throws {
    let ring = try Mixture.named("ring")
    let report = try ModeCoverage(Tensor.zeros([10, 2]), of: ring)
    #expect(report.highQuality == 0 && report.captured == 0 && report.covered == 0)
    #expect(report.reverseKL == .infinity && report.sigmaRatio.isNaN)
  }

  @Test func badArgumentsAreNamed() throws {
    let ring = try Mixture.named("ring")
    func failure(_ samples: Tensor, _ options: ModeCoverage.Options = .init()) -> String {
      let error = #expect(throws: TensorError.self) {
        _ = try ModeCoverage(samples, of: ring, options)
      }
      return error?.description ?? ""
    }
    #expect(
      failure(try Tensor.zeros([4, 3])) == "coverage: points: expected [n, 2], got [4, 3]")
    #expect(failure(try Tensor.zeros([4])).contains("[n, 2]"))
    #expect(failure(try Tensor.zeros([0, 2])).contains("at least one sample"))
    let samples = try Tensor.zeros([4, 2])
    #expect(failure(samples, .init(sigmas: 0)).contains("sigmas: expected a positive number"))
    #expect(failure(samples, .init(coveredFraction: .nan)).contains("covered"))
    #expect(throws: TensorError.self) { _ = try Wasserstein.distance(samples, to: ring) }
    #expect(throws: TensorError.self) { _ = try ChiSquare(samples, of: ring) }
  }
}
