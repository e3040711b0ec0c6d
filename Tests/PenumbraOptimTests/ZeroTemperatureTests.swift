/// Without noise a sampler is its plain optimiser, bit for bit; with a seed it repeats itself.

import PenumbraOptim
import PenumbraTensor
import Testing

struct ZeroTemperatureTests {
  typealias Make = ([Tensor]) throws -> any Optimizer

  static func final(_ dtype: DType = .float32, steps: Int = 20, _ make: Make) throws -> [[Double]] {
    let run = try TrainingRun(dtype: dtype)
    try run.train(make(run.net.parameters), steps: steps)
    return try run.net.values()
  }

  static func controlled(_ options: CovarianceControlledSGLD.Options, seed: UInt64 = 5) -> Make {
    {
      try CovarianceControlledSGLD(
        $0, learningRate: 0.05, options: options, generator: Generator(seed: seed))
    }
  }

  @Test(arguments: [DType.float32, .float64])
  func plainFormIsSGD(_ dtype: DType) throws {
    let plain = try ZeroTemperatureTests.final(dtype) {
      try SGD($0, learningRate: 0.05, weightDecay: 3.0 / 40)
    }
    for options in [
      options(.covariance, temperature: 0, dataCount: 40, priorPrecision: 3),
      options(.shuffled, temperature: 0, dataCount: 40, priorPrecision: 3),
      options(.none, dataCount: 40, priorPrecision: 3),
    ] {
      let run = try ZeroTemperatureTests.final(dtype, ZeroTemperatureTests.controlled(options))
      #expect(run == plain)
    }
    let langevin = try ZeroTemperatureTests.final(dtype) {
      try sgld(
        $0, learningRate: 0.05, temperature: 0, dataCount: 40, priorPrecision: 3,
        generator: Generator(seed: 5))
    }
    #expect(langevin == plain)
  }

  @Test(arguments: [DType.float32, .float64])
  func adamFormIsAdam(_ dtype: DType) throws {
    let plain = try ZeroTemperatureTests.final(dtype) {
      try Adam(
        $0, learningRate: 0.05, beta1: 0.5, beta2: 0.9, epsilon: 1e-7, weightDecay: 0.25)
    }
    let drift = CovarianceControlledSGLD.Drift.adam(beta1: 0.5, beta2: 0.9, epsilon: 1e-7)
    for options in [
      options(.covariance, drift, temperature: 0, dataCount: 4, priorPrecision: 1),
      options(.none, drift, dataCount: 4, priorPrecision: 1),
    ] {
      let run = try ZeroTemperatureTests.final(dtype, ZeroTemperatureTests.controlled(options))
      #expect(run == plain)
    }
  }

  @Test func identityNoiseIsSGLD() throws {
    let langevin = try ZeroTemperatureTests.final {
      try sgld(
        $0, learningRate: 0.05, temperature: 0.5, dataCount: 100, generator: Generator(seed: 5))
    }
    let control = try ZeroTemperatureTests.final(
      .float32,
      ZeroTemperatureTests.controlled(options(.identity, temperature: 0.5, dataCount: 100)))
    #expect(control == langevin)
  }

  @Test func aSeedRepeatsARun() throws {
    func run(_ options: CovarianceControlledSGLD.Options, _ seed: UInt64) throws -> [[Double]] {
      try ZeroTemperatureTests.final(
        .float32, ZeroTemperatureTests.controlled(options, seed: seed))
    }
    for drift in [CovarianceControlledSGLD.Drift.plain, .adam(), .covariance] {
      let options = options(.covariance, drift, temperature: 0.1, dataCount: 100)
      let (first, again, other) = (try run(options, 5), try run(options, 5), try run(options, 6))
      #expect(first == again)
      #expect(first != other)
      #expect(!first.joined().contains { !$0.isFinite })
    }
  }
}
