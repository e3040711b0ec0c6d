/// A step refuses to guess: uses whose examples cannot be told apart are errors that say so.

import PenumbraOptim
import PenumbraTensor
import Testing

struct UnknownExamplesTests {
  let weight: Tensor
  let sampler: CovarianceControlledSGLD
  let x: Tensor

  init() throws {
    weight = try Generator(seed: 1).normal(Shape(3, 2), dtype: .float64).requiresGradient(true)
    sampler = try CovarianceControlledSGLD(
      [weight], learningRate: 0.1, generator: Generator(seed: 2))
    x = try Generator(seed: 3).normal(Shape(4, 2), dtype: .float64)
  }

  private func refusal(_ location: SourceLocation = #_sourceLocation) throws -> String {
    let before = try weight.doubles()
    let random = sampler.generator.state
    let error = tensorError(location) { try sampler.step() }
    #expect(error?.kind == .graph, sourceLocation: location)
    #expect(try weight.doubles() == before, "nothing has moved", sourceLocation: location)
    #expect(sampler.generator.state == random, sourceLocation: location)
    #expect(sampler.covarianceTrace() == nil, sourceLocation: location)
    return error.map { "\($0)" } ?? ""
  }

  @Test func opaqueUse() throws {
    try x.matmul(weight.transpose(0, 1)).square().mean().backward()
    let message = try refusal()
    #expect(message.contains("CovarianceControlledSGLD:step: parameter 1 [3, 2]"))
    #expect(message.contains("'transpose'"))
    #expect(message.contains("noise = \"identity\""))
    // After zero_grad and a proper use, all is well.
    sampler.zeroGradients()
    try x.linear(weight).square().mean().backward()
    try sampler.step()
    #expect(sampler.covarianceTrace() != nil)
  }

  @Test func opaqueUseBesideAProperOne() throws {
    let penalty = try weight.square().sum()
    try x.linear(weight).square().mean().add(penalty).backward()
    #expect(try refusal().contains("'square'"))
  }

  @Test func gradientSetByHand() throws {
    weight.gradient = try Tensor.ones(weight.shape, dtype: .float64)
    #expect(try refusal().contains("no backward pass"))
  }

  @Test func differentBatchSizes() throws {
    let half = try x.narrow(0, start: 0, count: 2)
    try x.linear(weight).square().mean().add(half.linear(weight).square().mean()).backward()
    let message = try refusal()
    #expect(message.contains("4") && message.contains("2") && message.contains("separate"))
  }

  @Test func batchOfOne() throws {
    try x.example(0).linear(weight).square().mean().backward()
    #expect(try refusal().contains("at least 2 examples"))
  }

  @Test func changedInput() throws {
    try x.linear(weight).square().mean().backward()
    try x.fill(0)
    #expect(try refusal().contains("changed in place"))
  }

  @Test func parametersThatSawDifferentExamples() throws {
    let bias = try Tensor.zeros(Shape(3), dtype: .float64).requiresGradient(true)
    let both = try CovarianceControlledSGLD(
      [weight, bias], learningRate: 0.1, generator: Generator(seed: 2))
    let half = try x.narrow(0, start: 0, count: 2)
    let free = try Tensor.zeros(Shape(2, 3), dtype: .float64)
    try x.linear(weight).square().mean().add(free.add(bias).sub(1).square().mean())
      .add(half.mean().mul(0)).backward()
    let error = tensorError { try both.step() }
    #expect("\(error.map { "\($0)" } ?? "")".contains("parameter 2 [3]"))
  }

  @Test func aSecondOptimiserTakesOver() throws {
    let second = try CovarianceControlledSGLD(
      [weight], learningRate: 0.1, generator: Generator(seed: 2))
    try x.linear(weight).square().mean().backward()
    #expect(try refusal().contains("another optimiser"))
    try second.step()
  }

  @Test func noObservationWithoutNeed() throws {
    for noise in [NoiseControl.identity, .none] {
      var options = CovarianceControlledSGLD.Options()
      options.noise = noise
      let free = try CovarianceControlledSGLD(
        [weight.detached().clone().requiresGradient(true)], learningRate: 0.1, options: options,
        generator: Generator(seed: 2))
      try free.parameters[0].square().sum().backward()
      try free.step()
      #expect(free.covarianceTrace() == nil)
    }
  }

  @Test func anOptimiserIsReleasedWithItsParameters() throws {
    weak var parameter: Tensor?
    weak var optimizer: CovarianceControlledSGLD?
    try {
      let leaf = try Tensor.ones(Shape(3, 2), dtype: .float64).requiresGradient(true)
      let sampler = try CovarianceControlledSGLD(
        [leaf], learningRate: 0.1, generator: Generator(seed: 2))
      try x.linear(leaf).square().mean().backward()
      parameter = leaf
      optimizer = sampler
    }()
    #expect(parameter == nil && optimizer == nil)
  }
}
