/// The kernels' weights: mass, mean, standard deviation, semigroup.

import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct GaussianKernelTests {
  /// The answer to one bright pixel in the middle of 101 × 101, along height and width.
  private func response(_ blur: GaussianBlur) throws -> (y: [Double], x: [Double]) {
    let image = try Tensor.zeros([1, 1, 101, 101], dtype: .float64)
    try image.select(2, 50).select(2, 50).fill(1)
    let answer = try blur(image)
    return (try answer.sum([3]).doubles(), try answer.sum([2]).doubles())
  }

  private func variance(_ response: [Double]) -> Double {
    let mean = response.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    return response.enumerated().reduce(0) {
      $0 + (Double($1.offset) - mean) * (Double($1.offset) - mean) * $1.element
    }
  }

  @Test(arguments: [1.0, 1.5, 2, 3, 4])
  func sampledImpulseResponse(_ sigma: Double) throws {
    let blur = try GaussianBlur(sigma: sigma, truncate: 8)
    let (y, x) = try response(blur)
    for axis in [y, x] {
      #expect(abs(axis.reduce(0, +) - 1) < 1e-13)
      // Sampling adds −8π²σ⁴ exp(−2π²σ²) to the variance (Poisson's sum): 2e-7 at σ = 1.
      #expect(abs(variance(axis).squareRoot() - sigma) < (sigma == 1 ? 3e-7 : 1e-12))
    }
  }

  @Test(arguments: [0.05, 0.3, 1, 2.5])
  func discreteImpulseResponse(_ sigma: Double) throws {
    let blur = try GaussianBlur(
      sigma: sigma, truncate: 16, kernel: .discrete,
      geometry: SignalGeometry(perAxis: [1, 2]))
    let (y, x) = try response(blur)
    #expect(abs(variance(y).squareRoot() / sigma - 1) < 1e-6)
    #expect(abs(variance(x).squareRoot() / (2 * sigma) - 1) < 1e-6)
  }

  @Test func discreteBlursAdd() throws {
    let x = try sample([1, 1, 8, 8])
    func blur(_ sigma: Double) throws -> GaussianBlur {
      try GaussianBlur(
        sigma: sigma, border: .circular, truncate: 16, kernel: .discrete)
    }
    let twice = try blur(1.5)(blur(0.8)(x)).doubles()
    let once = try blur((1.5 * 1.5 + 0.8 * 0.8).squareRoot())(x).doubles()
    expectClose(twice, once, 1e-12)
    #expect(try zip(twice, x.doubles()).contains { abs($0 - $1) > 0.1 })
  }

  @Test func discreteWeightsAreBesselFunctions() throws {
    for (t, weights) in SciPyGolden.heat {
      let blur = try GaussianBlur(sigma: 1, truncate: 30, kernel: .discrete)
      let taps = try blur.taps(for: t.squareRoot())
      for (k, weight) in weights.enumerated() where taps.count / 2 >= k {
        #expect(abs(taps[taps.count / 2 + k] - weight) <= 1e-14 + 1e-12 * weight)
      }
      #expect(taps.count >= 5)
    }
  }

  @Test func weightsAreSymmetricAndSumToOne() throws {
    for kernel in GaussianKernel.allCases {
      for sigma in [0.01, 0.4, 2, 30] {
        let taps = try GaussianBlur(sigma: 1, kernel: kernel).taps(for: sigma)
        #expect(taps == taps.reversed())
        #expect(abs(taps.reduce(0, +) - 1) < 1e-14)
        #expect(taps.allSatisfy { $0 >= 0 })
        #expect(taps.count == 2 * (Int(3 * sigma + 0.5) + (kernel == .discrete ? 2 : 0)) + 1)
      }
    }
  }

  @Test func normalQuantiles() {
    for (p, x) in SciPyGolden.quantiles {
      #expect(abs(NormalDistribution.quantile(p) - x) <= 1e-15 * max(1, abs(x)))
      // A rounding error in x changes Φ(x) by about x² times as much.
      #expect(abs(NormalDistribution.cumulative(x) - p) <= 1e-15 * (1 + x * x) * p)
    }
    #expect(NormalDistribution.quantile(0) == -.infinity)
    #expect(NormalDistribution.quantile(1) == .infinity)
    #expect(NormalDistribution.quantile(-0.1).isNaN && NormalDistribution.quantile(.nan).isNaN)
  }
}
