/// One small GAN discriminator, trained for some steps by a given optimiser.

import PenumbraOptim
import PenumbraTensor

/// A discriminator with data of its own: the same seed makes the same run.
struct TrainingRun {
  let net: Perceptron
  let batches: Generator

  init(_ activation: Perceptron.Activation = .leakyReLU, dtype: DType = .float32) throws {
    net = try Perceptron([2, 8, 8, 1], activation, seed: 31, dtype: dtype)
    batches = Generator(seed: 32)
  }

  /// Steps on fresh batches of 16 real and 16 fake samples.
  func train(_ optimizer: any Optimizer, steps: Int) throws {
    for _ in 0..<steps {
      let dtype = net.parameters[0].dtype
      let real = try batches.normal(Shape(16, 2), mean: 1, dtype: dtype)
      let fake = try batches.normal(Shape(16, 2), mean: -1, std: 2, dtype: dtype)
      try optimizer.step {
        optimizer.zeroGradients()
        let loss = try net(real).discriminatorLoss(real: true)
          .add(net(fake).discriminatorLoss(real: false))
        try loss.backward()
        return loss
      }
    }
  }
}

/// A sampler's options in one line.
func options(
  _ noise: NoiseControl = .covariance, _ drift: CovarianceControlledSGLD.Drift = .plain,
  averaging: AveragingWeight = .inverseTime, temperature: Double = 1, dataCount: Double = 1,
  priorPrecision: Double = 0, pairing: ExamplePairing = .summed, interval: Int = 1
) -> CovarianceControlledSGLD.Options {
  var options = CovarianceControlledSGLD.Options()
  options.noise = noise
  options.drift = drift
  options.averaging = averaging
  options.temperature = temperature
  options.dataCount = dataCount
  options.priorPrecision = priorPrecision
  options.pairing = pairing
  options.interval = interval
  return options
}

/// Langevin dynamics without momenta.
func sgld(
  _ parameters: [Tensor], learningRate: Double, temperature: Double = 1, dataCount: Double = 1,
  priorPrecision: Double = 0, generator: Generator
) throws -> StochasticSampler {
  var options = SamplerOptions()
  options.temperature = temperature
  options.dataCount = dataCount
  options.priorPrecision = priorPrecision
  return try StochasticSampler(
    .sgld, parameters, learningRate: learningRate, options, generator: generator)
}
