/// What may be trained, and how a step treats gradients and the graph.

import PenumbraOptim
import PenumbraTensor
import Testing

struct ParameterTests {
  @Test func refusesWhatCannotBeTrained() throws {
    let good = try Tensor.leaf([1, 2], Shape(2))
    func refusal(_ parameters: [Tensor]) -> TensorError? {
      tensorError { _ = try Adam(parameters) }
    }
    #expect(refusal([])?.kind == .value)
    #expect(refusal([good, try Tensor.ones(Shape(2))])?.argument == "parameter 2 [2]")
    #expect(refusal([good, try Tensor.ones(Shape(2))])?.kind == .graph)
    #expect(refusal([try good.mul(2)])?.kind == .graph)
    #expect(refusal([try Tensor([1, 2] as [Int64], Shape(2))])?.kind == .dtype)
    #expect(refusal([good, good])?.reason == "is parameter 1 again")
    let wide = try Tensor.ones(Shape(2, 3)).transpose(0, 1).requiresGradient(true)
    #expect(refusal([wide])?.kind == .shape)
  }

  @Test func refusesOptionsOutOfRange() throws {
    let p = [try Tensor.leaf([1, 2], Shape(2))]
    let generator = Generator(seed: 1)
    let attempts: [(String, () throws -> Void)] = [
      ("lr", { _ = try SGD(p, learningRate: -1) }),
      ("lr", { _ = try SGD(p, learningRate: .nan) }),
      ("momentum", { _ = try SGD(p, learningRate: 1, momentum: -0.1) }),
      ("nesterov", { _ = try SGD(p, learningRate: 1, nesterov: true) }),
      ("betas[1]", { _ = try Adam(p, beta1: 1) }),
      ("betas[2]", { _ = try Adam(p, beta2: -0.1) }),
      ("eps", { _ = try Adam(p, epsilon: -1) }),
      ("weight_decay", { _ = try Adam(p, weightDecay: .infinity) }),
      ("alpha", { _ = try RMSprop(p, alpha: 1.5) }),
      ("temperature", { _ = try sgld(p, learningRate: 1, temperature: -1, generator: generator) }),
      ("n_data", { _ = try sgld(p, learningRate: 1, dataCount: 0, generator: generator) }),
      ("prior", { _ = try sgld(p, learningRate: 1, priorPrecision: -2, generator: generator) }),
      (
        "interval",
        {
          _ = try CovarianceControlledSGLD(
            p, learningRate: 1, options: options(interval: 0), generator: generator)
        }
      ),
      (
        "averaging decay",
        {
          _ = try CovarianceControlledSGLD(
            p, learningRate: 1, options: options(averaging: .exponential(1)), generator: generator)
        }
      ),
    ]
    for (argument, attempt) in attempts {
      let error = tensorError { try attempt() }
      #expect(error?.kind == .value && error?.argument == argument, "\(argument)")
    }
  }

  @Test func settingsAreCheckedAtTheStep() throws {
    let theta = try Tensor.leaf([1, 2], Shape(2))
    let sampler = try sgld([theta], learningRate: 0.1, generator: Generator(seed: 1))
    theta.gradient = try Tensor.ones(Shape(2), dtype: .float64)
    sampler.temperature = .nan
    #expect(
      tensorError { try sampler.step() }.map { "\($0)" }?.hasPrefix("SGLD:step: temp") == true)
    #expect(try theta.doubles() == [1, 2])
  }

  @Test func parametersWithoutGradientStay() throws {
    let (a, b) = (try Tensor.leaf([1, 2], Shape(2)), try Tensor.leaf([3], Shape(1)))
    let optimizers: [any Optimizer] = [
      try SGD([a, b], learningRate: 0.1, momentum: 0.9), try Adam([a, b]), try RMSprop([a, b]),
      try sgld([a, b], learningRate: 0.1, generator: Generator(seed: 1)),
      try CovarianceControlledSGLD([a, b], learningRate: 0.1, generator: Generator(seed: 1)),
    ]
    for optimizer in optimizers {
      optimizer.zeroGradients()
      let before = try a.doubles()
      let free = try Tensor([1.0, 2, 4], Shape(3, 1), dtype: .float64)
      try free.mul(b).square().mean().backward()
      let old = try b.item()
      try optimizer.step()
      #expect(try a.doubles() == before)
      #expect(try b.item() != old)
      optimizer.zeroGradients()
      #expect(b.gradient == nil)
    }
  }

  @Test func aStepInvalidatesGraphsThatNeedTheOldValues() throws {
    let theta = try Tensor.leaf([1, 2], Shape(2))
    for optimizer in [
      try SGD([theta], learningRate: 0.1) as any Optimizer, try Adam([theta]), try RMSprop([theta]),
      try sgld([theta], learningRate: 0.1, generator: Generator(seed: 1)),
    ] {
      let loss = try theta.square().sum()
      theta.gradient = try Tensor.ones(Shape(2), dtype: .float64)
      try optimizer.step()
      #expect(tensorError { try loss.backward() }?.kind == .graph)
      #expect(theta.requiresGradient && theta.isLeaf)
    }
  }

  @Test func gradientsOfOtherLayoutsFit() throws {
    let theta = try Tensor.leaf([1, 2, 3, 4, 5, 6], Shape(2, 3))
    let sgd = try SGD([theta], learningRate: 1)
    // A transposed view, of another type, that is still part of a graph.
    let source = try Tensor([1.0, 2, 3, 4, 5, 6], Shape(3, 2)).requiresGradient(true)
    theta.gradient = try source.mul(1).transpose(0, 1)
    try sgd.step()
    #expect(try theta.doubles() == [0, -1, -2, 2, 1, 0])
    theta.gradient = try Tensor.ones(Shape(3, 2))
    #expect(tensorError { try sgd.step() }?.kind == .shape)
  }
}
