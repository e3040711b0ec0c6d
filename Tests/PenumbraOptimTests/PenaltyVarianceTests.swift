/// V where the loss holds a gradient penalty: R1 and WGAN-GP, through double backward.

import PenumbraOptim
import PenumbraTensor
import Testing

struct PenaltyVarianceTests {
  let n = 6

  /// ∂D(x)/∂x of each example, differentiable.
  static func slope(_ net: Perceptron, _ x: Tensor) throws -> Tensor {
    let output = try net(x)
    let seed = try Tensor.ones(output.shape, dtype: .float64)
    let gradients = try Tensor.gradients(
      of: [output], withRespectTo: [x], seeds: [seed], createGraph: true)
    return try #require(gradients[0])
  }

  /// D's loss on a real and a fake batch plus (γ/2) E|∇D(real)|².
  static func regularised(_ net: Perceptron, _ real: Tensor, _ fake: Tensor) throws -> Tensor {
    let x = try real.clone().requiresGradient(true)
    let output = try net(x)
    let seed = try Tensor.ones(output.shape, dtype: .float64)
    let slope = try #require(
      try Tensor.gradients(of: [output], withRespectTo: [x], seeds: [seed], createGraph: true)[0])
    return try output.discriminatorLoss(real: true)
      .add(net(fake).discriminatorLoss(real: false))
      .add(slope.square().sum([1]).mean().mul(0.35))
  }

  /// The Wasserstein critic's loss plus 10 E(|∇D(x̂)| − 1)² between real and fake samples.
  static func wasserstein(_ net: Perceptron, _ real: Tensor, _ fake: Tensor, _ u: Tensor) throws
    -> Tensor
  {
    let between = try real.mul(u).add(fake.mul(u.subtracted(from: 1))).requiresGradient(true)
    let norm = try slope(net, between).square().sum([1]).sqrt()
    return try net(fake).mean().sub(net(real).mean()).add(norm.sub(1).square().mean().mul(10))
  }

  @Test(arguments: [Perceptron.Activation.leakyReLU, .tanh])
  func r1(_ activation: Perceptron.Activation) throws {
    let net = try Perceptron([2, 5, 4, 1], activation, seed: 21)
    let generator = Generator(seed: 22)
    let real = try generator.normal(Shape(n, 2), dtype: .float64)
    let fake = try generator.normal(Shape(n, 2), dtype: .float64)
    let v = try ExampleVarianceTests.measured(net) { _ in
      try PenaltyVarianceTests.regularised(net, real, fake).backward()
    }
    let oracle = try ExampleVarianceTests.explicit(net, count: n) { net, i in
      try PenaltyVarianceTests.regularised(net, real.example(i), fake.example(i))
    }
    ExampleVarianceTests.expectEqual(v, oracle)
  }

  @Test(arguments: [Perceptron.Activation.leakyReLU, .tanh])
  func gradientPenalty(_ activation: Perceptron.Activation) throws {
    let net = try Perceptron([2, 5, 4, 1], activation, seed: 23)
    let generator = Generator(seed: 24)
    let real = try generator.normal(Shape(n, 2), dtype: .float64)
    let fake = try generator.normal(Shape(n, 2), dtype: .float64)
    let u = try generator.uniform(Shape(n, 1), dtype: .float64)
    // The last bias has no part in the critic's slope, and cancels in its difference.
    let critic = { (net: Perceptron, real: Tensor, fake: Tensor, u: Tensor) in
      try PenaltyVarianceTests.wasserstein(net, real, fake, u).add(net(real).square().mean())
    }
    let v = try ExampleVarianceTests.measured(net) { _ in try critic(net, real, fake, u).backward()
    }
    let oracle = try ExampleVarianceTests.explicit(net, count: n) { net, i in
      try critic(net, real.example(i), fake.example(i), u.example(i))
    }
    ExampleVarianceTests.expectEqual(v, oracle)
  }
}
