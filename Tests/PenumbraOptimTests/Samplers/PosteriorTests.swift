/// Conjugate Bayesian linear regression: every sampler against the posterior in closed form.

import Glibc
import PenumbraOptim
import PenumbraTensor
import TestSupport
import Testing

/// y = x·w + noise of variance 1, N = 256 data, w ~ N(0, 1/λ): K chains at once, one a row of `chains`.
final class RegressionPosterior {
  static let (count, width, precision) = (256, 2, 2.0)
  let x: Tensor
  let y: Tensor
  let chains: Tensor
  /// H = XᵀX + λ and the mean H^{-1}Xᵀy, by hand for two weights.
  let hessian: (Double, Double, Double)
  let mean: (Double, Double)
  let batches = Generator(seed: 63)
  /// The batch at hand; nil for all data.
  private(set) var rows: Tensor?

  init(chains count: Int) throws {
    let data = Generator(seed: 61)
    x = try data.normal(Shape(RegressionPosterior.count, 2), dtype: .float64)
    let noise = try data.normal(Shape(RegressionPosterior.count, 1), dtype: .float64)
    y = try x.matmul(Tensor([0.7, -1.2], Shape(2, 1), dtype: .float64)).add(noise)
    let (a, b) = (try x.doubles(), try y.doubles())
    var (aa, ab, bb, ya, yb) = (
      RegressionPosterior.precision, 0.0, RegressionPosterior.precision, 0.0, 0.0
    )
    for i in 0..<RegressionPosterior.count {
      let (u, v) = (a[2 * i], a[2 * i + 1])
      aa += u * u
      ab += u * v
      bb += v * v
      ya += u * b[i]
      yb += v * b[i]
    }
    hessian = (aa, ab, bb)
    let determinant = aa * bb - ab * ab
    mean = ((bb * ya - ab * yb) / determinant, (aa * yb - ab * ya) / determinant)
    let start = try Generator(seed: 62).normal(Shape(count, 2), std: 0.06, dtype: .float64)
    chains = try start.add(Tensor([mean.0, mean.1], Shape(2), dtype: .float64))
      .requiresGradient(true)
  }

  /// The sum over chains of the mean loss −log p(y|x, w) over these rows.
  func loss(_ rows: Tensor?) throws -> Tensor {
    let (x, y) =
      try rows.map { (try self.x.indexSelect(0, $0), try self.y.indexSelect(0, $0)) }
      ?? (self.x, self.y)
    return try x.linear(chains).sub(y).square().mean([0]).sum().mul(0.5)
  }

  /// The mean over chains and steps of (w − mean)ᵀ H (w − mean)/2, which is T for the posterior, and
  /// of the means' distance in standard deviations.
  func run(
    _ sampler: StochasticSampler, batch: Int?, warmup: Int, steps: Int
  ) throws -> (spread: Double, shift: Double) {
    var (energy, first, second, seen) = (0.0, 0.0, 0.0, 0.0)
    for step in 0..<(warmup + steps) {
      if step == warmup { sampler.restartReadings() }
      sampler.zeroGradients()
      rows = try batch.map {
        try batches.permutation(RegressionPosterior.count).narrow(0, start: 0, count: $0).clone()
      }
      try loss(rows).backward()
      try sampler.step()
      guard step >= warmup, step % 10 == 0 else { continue }
      let values = try chains.doubles()
      for chain in stride(from: 0, to: values.count, by: 2) {
        let (u, v) = (values[chain] - mean.0, values[chain + 1] - mean.1)
        energy += (hessian.0 * u * u + 2 * hessian.1 * u * v + hessian.2 * v * v) / 2
        first += u
        second += v
        seen += 1
      }
    }
    let (u, v) = (first / seen, second / seen)
    let shift = (hessian.0 * u * u + 2 * hessian.1 * u * v + hessian.2 * v * v).squareRoot()
    return (energy / seen, shift)
  }
}

@Suite struct PosteriorTests {
  /// (w − mean)ᵀH(w − mean)/d of a sampler on 400 chains, and its mean configurational temperature.
  ///
  /// H is near 256, so that h = 0.004 is 1/100 of a period; without momenta 0.0004 is 1/10 of a
  /// relaxation. A batch of 16 makes Σ = (256²/16)(1 − 16/256) V ≈ 3840: in a step the gradients' noise
  /// brings in h²Σ ≈ 0.06 of p², against the 2Ch = 0.08 that SGHMC injects for friction 10.
  static func spread(
    _ preset: SamplerPreset, batch: Int?, steps: Int = 500, isReduced: Bool = false,
    _ change: @escaping (inout SamplerOptions) throws -> Void = { _ in }
  ) throws -> (spread: Double, shift: Double, sampler: StochasticSampler) {
    let posterior = try RegressionPosterior(chains: 400)
    let isOverdamped = try Integrator(preset.program).isOverdamped
    let n = Double(RegressionPosterior.count)
    let rate = (isOverdamped ? 0.0004 : 0.004 * 0.004) * n / preset.stepScale
    let sampler = try sampler(preset, [posterior.chains], learningRate: rate) {
      $0.dataCount = n
      $0.priorPrecision = RegressionPosterior.precision
      $0.friction = 10
      if isReduced {
        $0.varianceReduction = try VarianceReduction(
          interval: 20, batch: { [unowned posterior] in try posterior.loss(posterior.rows) },
          full: { [unowned posterior] in try posterior.loss(nil) })
      }
      try change(&$0)
    }
    let found = try posterior.run(sampler, batch: batch, warmup: 200, steps: steps)
    return (found.spread, found.shift, sampler)
  }

  /// What SGLD's own step makes of the posterior: the mean of 1/(1 − hλ/2) over H's eigenvalues λ.
  static func descentSpread(_ h: Double) throws -> Double {
    let (a, b, d) = try RegressionPosterior(chains: 1).hessian
    let root = ((a - d) * (a - d) / 4 + b * b).squareRoot()
    return [(a + d) / 2 + root, (a + d) / 2 - root].reduce(0) { $0 + 1 / (1 - h * $1 / 2) } / 2
  }

  /// 0.02 is four standard errors.
  @Test(arguments: [
    "SGLD", "LM", "SGHMC", "SGNHT", "mSGNHT", "BADODAB", "BAOAB", "BAOA", "OBABO", "CCAdL",
    "SymmetricCCAdL",
  ])
  func fullBatch(_ name: String) throws {
    let preset = try #require(SamplerPreset.named(name))
    let found = try PosteriorTests.spread(preset, batch: nil)
    let expected = name == "SGLD" ? try PosteriorTests.descentSpread(0.0004) : 1
    #expect(abs(found.spread - expected) < 0.02, "\(name): \(found.spread)")
    #expect(found.shift < 0.05, "\(name)")
  }

  /// Per step, without Σ̂, SGHMC's momenta get (2Ch + h²Σ)/(2Ch) of the noise that friction takes.
  @Test func minibatchesHeatSGHMCAndNotCCAdL() throws {
    func spread(
      _ name: String, _ change: @escaping (inout SamplerOptions) throws -> Void = { _ in }
    ) throws -> Double {
      let preset = try #require(SamplerPreset.named(name))
      let found = try PosteriorTests.spread(preset, batch: 16, steps: 1500) {
        // A thermostat of the time scale of the posterior.
        $0.thermalMass = preset.isElementwise ? 0.01 : 8
        try change(&$0)
      }
      report("T5", "\(name), batches of 16", found.spread, 1)
      if let excess = found.sampler.thermostatExcess {
        // A thermostat hides a wrong estimate in its own mean: hΣ/(2T) = 7.7 without any.
        if preset.needsCovariance { #expect(abs(excess) < 1.5) } else { #expect(excess > 6) }
        report("T5", "\(name), mean xi - A", excess, preset.needsCovariance ? 0 : 7.7)
      }
      return found.spread
    }
    #expect(try spread("SGHMC") > 1.6)
    #expect(try spread("SGLD") > 1.6)
    #expect(abs(try spread("CCAdL") - 1) < 0.03)
    #expect(abs(try spread("SymmetricCCAdL") - 1) < 0.03)
    #expect(abs(try spread("SGHMC") { $0.covariance = CovarianceOptions() } - 1) < 0.08)
    #expect(abs(try spread("BAOAB") { $0.covariance = CovarianceOptions() } - 1) < 0.05)
    // The noise is nearly the same in all directions here, so that one thermostat can take it out.
    #expect(abs(try spread("SGNHT") - 1) < 0.15)
    #expect(abs(try spread("mSGNHT") - 1) < 0.15)
    #expect(abs(try spread("BADODAB") - 1) < 0.15)
  }

  /// SVRG and its reference of every 20th step leave little of the noise that makes SGHMC 1.85 times too
  /// hot.
  @Test func varianceReductionCools() throws {
    let spread = try PosteriorTests.spread(.sghmc, batch: 16, steps: 800, isReduced: true).spread
    report("T5", "SGHMC with SVRG, batches of 16", spread, 1)
    #expect(abs(spread - 1) < 0.1)
  }

  /// Beside a variance reduction the estimate is that of the corrected gradients.
  @Test func covarianceOfCorrectedGradients() throws {
    let theta = try Tensor.leaf([0.5, -1], Shape(1, 2))
    let reference = try Tensor([1.0, 0.25], Shape(1, 2), dtype: .float64)
    let x = try Generator(seed: 6).normal(Shape(5, 2), dtype: .float64)
    let loss = { try x.linear(theta).sub(1).square().mean() }
    let stepper = try sampler(.sghmc, [theta], learningRate: 0) {
      $0.dataCount = 50
      $0.covariance = CovarianceOptions()
      $0.varianceReduction = try VarianceReduction(
        references: [reference], batch: loss, full: loss)
    }
    stepper.zeroGradients()
    try loss().backward()
    try stepper.step()
    // s_i(θ) − s_i(θ̂) = 2 (x_i·(θ − θ̂)) x_i
    let values = try x.doubles()
    let slopes = (0..<5).map { i -> [Double] in
      let (a, b) = (values[2 * i], values[2 * i + 1])
      let along = 2 * (a * (0.5 - 1) + b * (-1 - 0.25))
      return [along * a, along * b]
    }
    let found = try #require(stepper.covariances[0]).doubles()
    #expect(distance(found, variance(slopes)) < 1e-12)
  }
}
