/// I_t in closed form: a model whose V is known exactly at every step.

import PenumbraOptim
import PenumbraTensor
import Testing

struct CovarianceAveragingTests {
  /// Slopes with mean 0 and variance 1.5; times `size`, the variance is 1.5 size².
  static func slopes(_ size: Double) throws -> Tensor {
    try Tensor([-2, 0, 0, 1, 1].map { $0 * size }, Shape(5, 1), dtype: .float64)
  }
  static let slopeVariance = 6.0 / 4

  /// I after each of these sizes of the slopes; restarts before step `restartAt` (from 0).
  static func covariances(
    _ averaging: AveragingWeight, sizes: [Double], restartAt: Int? = nil, interval: Int = 1
  ) throws -> [Double] {
    let theta = try Tensor.leaf([0.5], Shape(1))
    let sampler = try CovarianceControlledSGLD(
      [theta], learningRate: 0, options: options(averaging: averaging, interval: interval),
      generator: Generator(seed: 1))
    return try sizes.enumerated().map { index, size in
      if index == restartAt { sampler.restart() }
      sampler.zeroGradients()
      try theta.mul(CovarianceAveragingTests.slopes(size)).mean().backward()
      try sampler.step()
      return try #require(sampler.covarianceTrace()) / CovarianceAveragingTests.slopeVariance
    }
  }

  @Test func weights() {
    #expect((1...4).map { AveragingWeight.inverseTime.weight(at: $0) } == [1, 0.5, 1.0 / 3, 0.25])
    #expect((1...4).map { AveragingWeight.power(0.5).weight(at: $0) }[3] == 0.5)
    #expect([1, 2, 9].map { AveragingWeight.exponential(0.75).weight(at: $0) } == [1, 0.25, 0.25])
    #expect([1, 2, 9].map { AveragingWeight.instantaneous.weight(at: $0) } == [1, 1, 1])
  }

  @Test func everyKindInClosedForm() throws {
    let sizes = [2.0, 1, 3, 0.5]
    let v = sizes.map { $0 * $0 }
    let mean = try CovarianceAveragingTests.covariances(.inverseTime, sizes: sizes)
    #expect(distance(mean, (1...4).map { t in v.prefix(t).reduce(0, +) / Double(t) }) < 1e-14)

    let latest = try CovarianceAveragingTests.covariances(.instantaneous, sizes: sizes)
    #expect(distance(latest, v) < 1e-14)

    let exponential = try CovarianceAveragingTests.covariances(.exponential(0.8), sizes: sizes)
    let memory = [
      v[0], 0.8 * v[0] + 0.2 * v[1], 0.64 * v[0] + 0.16 * v[1] + 0.2 * v[2],
      0.512 * v[0] + 0.128 * v[1] + 0.16 * v[2] + 0.2 * v[3],
    ]
    #expect(distance(exponential, memory) < 1e-14)

    let power = try CovarianceAveragingTests.covariances(.power(0.5), sizes: sizes)
    let half = 1 - 0.5.squareRoot()
    #expect(distance([power[1]], [half * v[0] + (1 - half) * v[1]]) < 1e-14)
    let third = 1 / 3.0.squareRoot()
    #expect(distance([power[2]], [(1 - third) * power[1] + third * v[2]]) < 1e-14)
    #expect(distance([power[3]], [0.5 * power[2] + 0.5 * v[3]]) < 1e-14)
  }

  @Test func restartForgets() throws {
    let run = try CovarianceAveragingTests.covariances(
      .inverseTime, sizes: [2, 1, 3, 0.5], restartAt: 2)
    #expect(distance(run, [4, 2.5, 9, (9 + 0.25) / 2]) < 1e-14)
  }

  @Test func restartHealsANonFiniteEstimate() throws {
    let run = try CovarianceAveragingTests.covariances(
      .inverseTime, sizes: [2, .infinity, 3], restartAt: 2)
    #expect(run[1].isNaN)
    #expect(distance([run[2]], [9]) < 1e-14)
  }

  @Test func anIntervalSkipsMeasurements() throws {
    let run = try CovarianceAveragingTests.covariances(
      .inverseTime, sizes: [2, 1, 1, 3, 1, 5], restartAt: 5, interval: 3)
    #expect(distance(run, [4, 4, 4, 6.5, 6.5, 25]) < 1e-14)
  }

  @Test func tracesAddUp() throws {
    let theta = try Tensor.leaf([0.5, 1, 2], Shape(3))
    let shift = try Tensor.leaf([0], Shape(1))
    let sampler = try CovarianceControlledSGLD(
      [theta, shift], learningRate: 0, generator: Generator(seed: 1))
    #expect(sampler.covarianceTrace() == nil)
    let a = try CovarianceAveragingTests.slopes(1)
    try theta.mul(a).sum([1]).mean().add(shift.mul(a.mul(2)).mean()).backward()
    try sampler.step()
    let v = CovarianceAveragingTests.slopeVariance
    #expect(distance(sampler.covarianceTraces().map { $0 ?? 0 }, [3 * v, 4 * v]) < 1e-14)
    #expect(distance([sampler.covarianceTrace() ?? 0], [7 * v]) < 1e-14)
    #expect(sampler.covariances.map { $0?.shape } == [Shape(3), Shape(1)])
  }
}
