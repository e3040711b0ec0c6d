/// The samplers' stationary laws: exactly, from the coefficients of one step, and by long chains.

import PenumbraOptim
import PenumbraTensor
import Testing

struct LangevinLawTests {
  /// θ' = a θ + b r + c ξ for one number, r the step's normal and ξ an error of the gradient.
  struct Map {
    let a, b, c: Double

    /// The variance that the map leaves as it is, for gradient errors of variance s².
    func variance(_ s2: Double = 0) -> Double { (b * b + c * c * s2) / (1 - a * a) }
  }

  /// The coefficients of a real step on U/N with gradient `slope` θ.
  static func sgldMap(
    slope: Double, learningRate: Double, temperature: Double = 1, dataCount: Double = 1,
    priorPrecision: Double = 0
  ) throws -> Map {
    func image(_ start: Double, _ error: Double) throws -> Double {
      let theta = try Tensor.leaf([start], Shape(1))
      let sampler = try sgld(
        [theta], learningRate: learningRate, temperature: temperature, dataCount: dataCount,
        priorPrecision: priorPrecision, generator: Generator(seed: 7))
      theta.gradient = try Tensor([slope * start + error], Shape(1), dtype: .float64)
      try sampler.step()
      return try theta.doubles()[0]
    }
    let normal = try Generator(seed: 7).normal(Shape(1), dtype: .float64).doubles()[0]
    let origin = try image(0, 0)
    return Map(a: try image(1, 0) - origin, b: origin / normal, c: try image(0, 1) - origin)
  }

  @Test func sgldVarianceIsExact() throws {
    let map = try LangevinLawTests.sgldMap(slope: 1, learningRate: 0.2)
    #expect(abs(map.variance() - 1.0 / 0.9) < 1e-13)  // 1.1111
    #expect(abs(map.variance(1) - 2.2 / 1.8) < 1e-13)  // 1.2222
  }

  @Test func sgldScalesWithDataTemperatureAndPrior() throws {
    // U = q²/2 as a mean loss over N = 50 data: h = ε/N.
    let map = try LangevinLawTests.sgldMap(
      slope: 1.0 / 50, learningRate: 10, temperature: 3, dataCount: 50)
    #expect(abs(map.variance() - 3 * 2 / (2 - 0.2)) < 1e-12)
    // All of the curvature from the prior.
    let prior = try LangevinLawTests.sgldMap(
      slope: 0, learningRate: 10, dataCount: 50, priorPrecision: 1)
    #expect(abs(prior.variance() - 1 / 0.9) < 1e-12)
  }

  /// Mean square over many independent chains and well separated times, with its standard error.
  static func meanSquare(
    _ theta: Tensor, warmup: Int, snapshots: Int, spacing: Int, _ step: () throws -> Void
  ) throws -> (value: Double, error: Double) {
    for _ in 0..<warmup { try step() }
    var squares: [Double] = []
    for _ in 0..<snapshots {
      for _ in 0..<spacing { try step() }
      squares.append(try theta.detached().square().mean().item())
    }
    let mean = squares.reduce(0, +) / Double(snapshots)
    // A normal's square has variance 2 var²; the snapshots are independent to 1e-3.
    let count = Double(theta.elementCount * snapshots)
    return (mean, mean * (2 / count).squareRoot())
  }

  @Test(arguments: [(0.0, 1.0 / 0.9), (1.0, 2.2 / 1.8)])
  func sgldChainsHaveTheLaw(_ s2: Double, _ expected: Double) throws {
    let theta = try Tensor.zeros(Shape(20000), dtype: .float64).requiresGradient(true)
    let sampler = try sgld([theta], learningRate: 0.2, generator: Generator(seed: 1))
    let errors = Generator(seed: 2)
    let figure = try LangevinLawTests.meanSquare(theta, warmup: 60, snapshots: 30, spacing: 16) {
      let error = try errors.normal(theta.shape, std: s2.squareRoot(), dtype: .float64)
      theta.gradient = try theta.detached().add(error)
      try sampler.step()
    }
    #expect(figure.error < 0.003)
    #expect(abs(figure.value - expected) < 4.5 * figure.error, "\(figure) for \(expected)")
  }

  /// Mean over examples of H θ²/2 + a_i θ, elementwise: Σ a_i = 0, V = var(a).
  static func example(_ theta: Tensor, _ curvature: Double, _ a: Tensor) throws -> Tensor {
    let each = try theta.expand(to: Shape(a.shape[0], theta.shape[0]))
    return try each.square().mul(curvature / 2).add(each.mul(a)).mean([0]).sum()
  }

  static func slopes() throws -> Tensor {
    try Tensor([-2, -0.5, 0.25, 0.75, 1.5], Shape(5, 1), dtype: .float64)
  }

  /// var(a) by hand: (4 + .25 + .0625 + .5625 + 2.25) / 4
  static let slopeVariance = 7.125 / 4

  static func controlledMap(
    _ drift: CovarianceControlledSGLD.Drift, learningRate: Double, curvature: Double
  ) throws -> Map {
    func image(_ start: Double) throws -> Double {
      let theta = try Tensor.leaf([start], Shape(1))
      var options = CovarianceControlledSGLD.Options()
      options.drift = drift
      let sampler = try CovarianceControlledSGLD(
        [theta], learningRate: learningRate, options: options, generator: Generator(seed: 3))
      try example(theta, curvature, slopes()).backward()
      try sampler.step()
      return try theta.doubles()[0]
    }
    let normal = try Generator(seed: 3).normal(Shape(1), dtype: .float64).doubles()[0]
    let origin = try image(0)
    return Map(a: try image(1) - origin, b: origin / normal, c: 0)
  }

  @Test func foundingPapersLawIsExact() throws {
    let (epsilon, curvature) = (0.3, 0.7)
    let variance = LangevinLawTests.slopeVariance
    let plain = try LangevinLawTests.controlledMap(
      .plain, learningRate: epsilon, curvature: curvature)
    #expect(
      abs(plain.variance() - variance / (curvature * (1 - epsilon * curvature / 2))) < 1e-12)
    // The covariance form samples the posterior 1/H up to its step.
    let scaled = try LangevinLawTests.controlledMap(
      .covariance, learningRate: epsilon, curvature: curvature)
    let step = epsilon * variance * curvature
    #expect(abs(scaled.variance() - 1 / (curvature * (1 - step / 2))) < 1e-12)
  }

  @Test func foundingPapersChainsHaveTheLaw() throws {
    let theta = try Tensor.zeros(Shape(4000), dtype: .float64).requiresGradient(true)
    let (epsilon, curvature) = (0.5, 0.6)
    let sampler = try CovarianceControlledSGLD(
      [theta], learningRate: epsilon, generator: Generator(seed: 4))
    let a = try LangevinLawTests.slopes()
    let figure = try LangevinLawTests.meanSquare(theta, warmup: 40, snapshots: 30, spacing: 12) {
      sampler.zeroGradients()
      try LangevinLawTests.example(theta, curvature, a).backward()
      try sampler.step()
    }
    let expected = LangevinLawTests.slopeVariance / (curvature * (1 - epsilon * curvature / 2))
    #expect(figure.error < 0.02)
    #expect(abs(figure.value - expected) < 4.5 * figure.error, "\(figure) for \(expected)")
    let trace = try #require(sampler.covarianceTrace())
    #expect(abs(trace / 4000 - LangevinLawTests.slopeVariance) < 1e-12)
  }
}
