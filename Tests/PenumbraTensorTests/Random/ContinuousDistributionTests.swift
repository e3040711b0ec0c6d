/// Continuous distributions: moments and Kolmogorov–Smirnov against the exact distribution functions.

import Glibc
import PenumbraTensor
import TestSupport
import Testing

@Suite struct ContinuousDistributionTests {
  private static let count = 10_000

  /// A distribution under test; `mean` and `variance` are nil where there is none.
  private struct Case {
    let name: String
    let draw: (Generator, Shape, DType) throws -> Tensor
    let cumulative: (Double) -> Double
    var mean: Double?
    var variance: Double?

    /// A hundredth of the numbers of α = 0.05 is below what float32 can hold.
    func fits(_ dtype: DType) -> Bool { dtype == .float64 || name != "gamma 0.05" }
  }

  private static let euler = 0.577_215_664_901_532_9

  private static var cases: [Case] {
    var cases = [
      Case(
        name: "normal", draw: { try $0.normal(mean: -1, std: 3, size: $1, dtype: $2) },
        cumulative: { normalDistribution(($0 + 1) / 3) }, mean: -1, variance: 9),
      Case(
        name: "log_normal", draw: { try $0.logNormal(mean: 0.5, std: 0.5, size: $1, dtype: $2) },
        cumulative: { normalDistribution((log($0) - 0.5) / 0.5) }, mean: exp(0.625),
        variance: expm1(0.25) * exp(1.25)),
      Case(
        name: "uniform", draw: { try $0.uniform(low: -2, high: 5, size: $1, dtype: $2) },
        cumulative: { ($0 + 2) / 7 }, mean: 1.5, variance: 49.0 / 12),
      Case(
        name: "exponential", draw: { try $0.exponential(rate: 4, size: $1, dtype: $2) },
        cumulative: { -expm1(-4 * $0) }, mean: 0.25, variance: 1.0 / 16),
      Case(
        name: "laplace", draw: { try $0.laplace(location: 2, scale: 0.5, size: $1, dtype: $2) },
        cumulative: {
          let z = ($0 - 2) / 0.5
          return z < 0 ? 0.5 * exp(z) : 1 - 0.5 * exp(-z)
        }, mean: 2, variance: 0.5),
      Case(
        name: "cauchy", draw: { try $0.cauchy(location: 1, scale: 2, size: $1, dtype: $2) },
        cumulative: { 0.5 + atan(($0 - 1) / 2) / .pi }),
      Case(
        name: "gumbel", draw: { try $0.gumbel(location: 1, scale: 2, size: $1, dtype: $2) },
        cumulative: { exp(-exp(-($0 - 1) / 2)) }, mean: 1 + 2 * euler,
        variance: 4 * .pi * .pi / 6),
      Case(
        name: "weibull", draw: { try $0.weibull(scale: 3, shape: 2, size: $1, dtype: $2) },
        cumulative: { -expm1(-($0 / 3) * ($0 / 3)) }, mean: 3 * Double.pi.squareRoot() / 2,
        variance: 9 * (1 - .pi / 4)),
      Case(
        name: "student_t",
        draw: { try $0.studentT(freedom: 5, location: 1, scale: 2, size: $1, dtype: $2) },
        cumulative: { x in
          let z = (x - 1) / 2
          let tail = incompleteBeta(5 / (5 + z * z), 2.5, 0.5) / 2
          return z > 0 ? 1 - tail : tail
        }, mean: 1, variance: 4 * 5 / 3.0),
      Case(
        name: "chi2", draw: { try $0.chiSquare(freedom: 3, size: $1, dtype: $2) },
        cumulative: { incompleteGamma(1.5, $0 / 2) }, mean: 3, variance: 6),
    ]
    for alpha in [0.05, 0.5, 1, 2.5, 300] {
      cases.append(
        Case(
          name: "gamma \(alpha)",
          draw: {
            try $0.gamma(concentration: .number(alpha), rate: 2, size: $1, dtype: $2)
          }, cumulative: { incompleteGamma(alpha, 2 * $0) }, mean: alpha / 2,
          variance: alpha / 4))
    }
    for (a, b) in [(0.5, 0.5), (2.0, 5.0), (30, 0.7), (1, 1)] {
      cases.append(
        Case(
          name: "beta \(a) \(b)",
          draw: { try $0.beta(.number(a), .number(b), size: $1, dtype: $2) },
          cumulative: { incompleteBeta($0, a, b) }, mean: a / (a + b),
          variance: a * b / ((a + b) * (a + b) * (a + b + 1))))
    }
    for (low, high) in [(-1.0, 2.0), (2.5, 4), (-9, -6.5), (-Double.infinity, 0.3), (5, .infinity)]
    {
      let (from, to) = (normalDistribution(low), normalDistribution(high))
      let (above, beyond) = (normalDistribution(-low), normalDistribution(-high))
      cases.append(
        Case(
          name: "truncated_normal \(low) \(high)",
          draw: {
            try $0.truncatedNormal(
              mean: 1, std: 2, low: .number(1 + 2 * low), high: .number(1 + 2 * high), size: $1,
              dtype: $2)
          },
          cumulative: {
            let z = ($0 - 1) / 2
            return low > 0
              ? (above - normalDistribution(-z)) / (above - beyond)
              : (normalDistribution(z) - from) / (to - from)
          }))
    }
    return cases
  }

  @Test func samplesFollowTheirDistributions() throws {
    let generator = Generator(seed: 2024)
    for test in Self.cases {
      for dtype in [DType.float32, .float64] where test.fits(dtype) {
        let x = try test.draw(generator, [Self.count], dtype)
        #expect(x.dtype == dtype, "\(test.name)")
        let values = try x.doubles()
        #expect(kolmogorovSmirnov(values, test.cumulative) < 1.95, "\(test.name) \(dtype)")
        if let mean = test.mean, let variance = test.variance {
          checkMoments(values, mean, variance, test.name)
        }
      }
    }
  }

  private func checkMoments(_ x: [Double], _ mean: Double, _ variance: Double, _ name: String) {
    let count = Double(x.count)
    let found = x.reduce(0, +) / count
    let second = x.reduce(0) { $0 + ($1 - found) * ($1 - found) } / count
    let fourth =
      x.reduce(0) { sum, value in
        let square = (value - found) * (value - found)
        return sum + square * square
      } / count
    #expect(abs(found - mean) < 4 * (variance / count).squareRoot(), "\(name): mean \(found)")
    // The standard error of a variance, by the sample's own fourth moment.
    let error = ((fourth - second * second) / count).squareRoot()
    #expect(abs(second - variance) < 4 * error, "\(name): variance \(second)")
  }

  @Test func dirichletRowsSumToOne() throws {
    let generator = Generator(seed: 4)
    let alpha = try Tensor([0.3, 1, 4], [3], dtype: .float64)
    let x = try generator.dirichlet(concentration: alpha, size: [Self.count, 3])
    let rows = try x.doubles()
    for (index, a) in [0.3, 1, 4].enumerated() {
      let column = stride(from: index, to: rows.count, by: 3).map { rows[$0] }
      #expect(kolmogorovSmirnov(column) { incompleteBeta($0, a, 5.3 - a) } < 1.95)
    }
    let sums = try x.sum([1]).sub(1).abs().doubles()
    #expect((sums.max() ?? 1) < 1e-12)
    // Tiny concentrations put everything in one place, and are no NaN.
    let sparse = try generator.dirichlet(
      concentration: Tensor.full([100, 4], 1e-6, dtype: .float64))
    #expect(try sparse.isFinite().all())
    #expect(try sparse.sum([1]).sub(1).abs().lt(1e-12).all())
  }

  @Test func smallConcentrationsStayPositive() throws {
    let generator = Generator(seed: 5)
    for dtype in [DType.float32, .float64] {
      let x = try generator.gamma(concentration: 1e-3, rate: 1, size: [2000], dtype: dtype)
      #expect(try x.gt(0).all())
      let y = try generator.beta(1e-4, 1e-4, size: [2000], dtype: dtype)
      #expect(try y.isFinite().all())
      #expect(abs(try y.mean().item() - 0.5) < 4 * 0.5 / 2000.0.squareRoot())
    }
  }

  @Test func farTruncatedTailsAreExponential() throws {
    // Beyond 40 σ the excess x − 40 has rate 40, but for 1/40² or so.
    let generator = Generator(seed: 6)
    let x = try generator.truncatedNormal(
      low: 40, high: .number(.infinity), size: [20_000], dtype: .float64
    ).doubles()
    #expect(x.allSatisfy { $0 >= 40 })
    #expect(kolmogorovSmirnov(x) { -expm1(-40 * ($0 - 40) - ($0 - 40) * ($0 - 40) / 2) } < 1.95)
    let y = try generator.truncatedNormal(low: -41, high: -40, size: [100], dtype: .float32)
    #expect(try y.ge(-41).all() && y.le(-40).all())
  }

  /// Parameters beyond the precision of the numbers: an answer within the bounds, and no endless loop.
  @Test func extremeParametersGiveAnAnswer() throws {
    let generator = Generator(seed: 8)
    for high in [-1e160, -1e300, -.greatestFiniteMagnitude] {
      let x = try generator.truncatedNormal(
        low: .number(-.infinity), high: .number(high), size: [50], dtype: .float64)
      #expect(try x.le(high).all(), "high \(high)")
    }
    let far = try generator.truncatedNormal(
      std: .number(1e-300), low: .number(1e100), high: .number(2e100), size: [50], dtype: .float64)
    #expect(try far.ge(1e100).all() && far.le(2e100).all())
    for large in [1e15, 4e15] {
      let counts = try generator.poisson(rate: .number(large), size: [50], dtype: .float64)
      #expect(try counts.div(large).sub(1).abs().lt(1e-6).all(), "Poisson \(large)")
    }
    for large in [1e18, 1e200, 1e308] {
      let sums = try generator.gamma(
        concentration: .number(large), rate: 1, size: [50], dtype: .float64)
      #expect(try sums.div(large).sub(1).abs().lt(1e-6).all(), "gamma \(large)")
    }
  }

  @Test func parametersBroadcast() throws {
    let generator = Generator(seed: 7)
    let mean = try Tensor([0, 100], [2, 1])
    let std = try Tensor([0, 1, 2], [3])
    let x = try generator.normal(mean: .tensor(mean), std: .tensor(std))
    #expect(x.shape == [2, 3])
    #expect(x.dtype == .float32)
    #expect(try x.select(1, 0).doubles() == [0, 100])
    let wide = try generator.gamma(
      concentration: .tensor(std.add(1).to(.float64)), rate: 2, size: [4, 3])
    #expect(wide.shape == [4, 3])
    #expect(wide.dtype == .float64)
    #expect(try generator.poisson(rate: 3).shape == [])
    #expect(try generator.poisson(rate: 3, size: [0, 2]).shape == [0, 2])
  }

  /// Slow: 10⁷ draws.
  @Test(.enabled(if: runsSlowTests)) func normalTailsReachFiveSigma() throws {
    let generator = Generator(seed: 8)
    let count = 10_000_000
    for dtype in [DType.float32, .float64] {
      let x = try generator.normal([count], dtype: dtype)
      for sigma in [3.0, 4, 4.5, 5] {
        let expected = 2 * normalDistribution(-sigma) * Double(count)
        let found = try x.abs().gt(sigma).to(.int64).sum().item()
        #expect(abs(found - expected) < 4 * expected.squareRoot() + 1, "\(sigma) \(found)")
      }
    }
  }
}
