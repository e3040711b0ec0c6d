/// V against an explicit loop over examples, for networks whose parameters are used several times.

import PenumbraOptim
import PenumbraTensor
import Testing

struct ExampleVarianceTests {
  let n = 7
  let copies = 3
  let net: Perceptron
  let real: Tensor
  let fake: Tensor

  init() throws {
    net = try Perceptron([2, 6, 5, 1], seed: 11)
    let generator = Generator(seed: 12)
    real = try generator.normal(Shape(n, 2), dtype: .float64)
    fake = try generator.normal(Shape(n, 2), mean: 0.5, dtype: .float64)
  }

  /// V as a step measures it, one list for each parameter.
  static func measured(
    _ net: Perceptron, _ pairing: ExamplePairing = .summed,
    _ backward: (CovarianceControlledSGLD) throws -> Void
  ) throws -> [[Double]] {
    var options = CovarianceControlledSGLD.Options()
    options.pairing = pairing
    let sampler = try CovarianceControlledSGLD(
      net.parameters, learningRate: 0, options: options, generator: Generator(seed: 0))
    sampler.zeroGradients()
    try backward(sampler)
    try sampler.step()
    return try sampler.covariances.map { try #require($0).doubles() }
  }

  /// The variance of explicit per-example gradients, which `loss(i)` gives one by one.
  static func explicit(
    _ net: Perceptron, count: Int, _ loss: (Perceptron, Int) throws -> Tensor
  ) throws -> [[Double]] {
    let copy = try Perceptron(copying: net)
    var gradients: [[[Double]]] = []
    for index in 0..<count {
      for parameter in copy.parameters { parameter.gradient = nil }
      try loss(copy, index).backward()
      gradients.append(
        try copy.parameters.map {
          try $0.gradient?.doubles() ?? Array(repeating: 0, count: $0.elementCount)
        })
    }
    return net.parameters.indices.map { parameter in variance(gradients.map { $0[parameter] }) }
  }

  static func expectEqual(
    _ a: [[Double]], _ b: [[Double]], within tolerance: Double = 1e-10,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(a.count == b.count, sourceLocation: location)
    for (index, (x, y)) in zip(a, b).enumerated() {
      #expect(y.contains { $0 > 1e-6 }, "parameter \(index + 1) is idle", sourceLocation: location)
      #expect(distance(x, y) < tolerance, "parameter \(index + 1)", sourceLocation: location)
    }
  }

  @Test func oneUse() throws {
    let v = try ExampleVarianceTests.measured(net) { _ in
      try net(real).discriminatorLoss(real: true).backward()
    }
    let oracle = try ExampleVarianceTests.explicit(net, count: n) { net, i in
      try net(real.example(i)).discriminatorLoss(real: true)
    }
    ExampleVarianceTests.expectEqual(v, oracle)
  }

  @Test func realAndFakeSummed() throws {
    let v = try ExampleVarianceTests.measured(net) { _ in
      try net(real).discriminatorLoss(real: true)
        .add(net(fake).discriminatorLoss(real: false)).backward()
    }
    let oracle = try ExampleVarianceTests.explicit(net, count: n) { net, i in
      try net(real.example(i)).discriminatorLoss(real: true)
        .add(net(fake.example(i)).discriminatorLoss(real: false))
    }
    ExampleVarianceTests.expectEqual(v, oracle)
  }

  /// Layers wide enough for matrix products, and three uses, which take the loop.
  @Test(arguments: [1, 2, 3], [DType.float64, .float32])
  func wideLayers(_ uses: Int, _ dtype: DType) throws {
    let net = try Perceptron([3, 20, 33, 2], .tanh, seed: 14, dtype: dtype)
    let generator = Generator(seed: 15)
    let batches = try (0..<uses).map { _ in try generator.normal(Shape(n, 3), dtype: dtype) }
    func loss(_ net: Perceptron, _ batches: [Tensor]) throws -> Tensor {
      let losses = try batches.map { try net($0).square().sum([1]).mean() }
      return try losses.dropFirst().reduce(losses[0]) { try $0.add($1) }
    }
    let v = try ExampleVarianceTests.measured(net) { _ in try loss(net, batches).backward() }
    let oracle = try ExampleVarianceTests.explicit(net, count: n) { net, i in
      try loss(net, batches.map { try $0.example(i) })
    }
    ExampleVarianceTests.expectEqual(v, oracle, within: dtype == .float64 ? 1e-10 : 2e-6)
  }

  @Test func twoBackwardPassesCountAsOne() throws {
    let once = try ExampleVarianceTests.measured(net) { _ in
      try net(real).discriminatorLoss(real: true)
        .add(net(fake).discriminatorLoss(real: false)).backward()
    }
    let twice = try ExampleVarianceTests.measured(net) { _ in
      try net(real).discriminatorLoss(real: true).backward()
      try net(fake).discriminatorLoss(real: false).backward()
    }
    ExampleVarianceTests.expectEqual(twice, once, within: 1e-14)
  }

  @Test func realAndFakeSeparate() throws {
    let v = try ExampleVarianceTests.measured(net, .separate) { _ in
      try net(real).discriminatorLoss(real: true)
        .add(net(fake).discriminatorLoss(real: false)).backward()
    }
    // 2n examples, each n^-1 of the loss, so s = 2n · n^-1 ∇.
    let oracle = try ExampleVarianceTests.explicit(net, count: 2 * n) { net, i in
      try i < n
        ? net(real.example(i)).discriminatorLoss(real: true).mul(2)
        : net(fake.example(i - n)).discriminatorLoss(real: false).mul(2)
    }
    ExampleVarianceTests.expectEqual(v, oracle)
  }

  /// [copies, n, 2]: each sample in several shifted copies.
  private func smeared(_ x: Tensor, _ shifts: Tensor) throws -> Tensor {
    try x.unsqueeze(0).add(shifts.unsqueeze(1))
  }

  private func shifts() throws -> Tensor {
    try Generator(seed: 13).normal(Shape(copies, 2), std: 0.8, dtype: .float64)
  }

  @Test(arguments: ExamplePairing.allCases)
  func smearedCopies(_ pairing: ExamplePairing) throws {
    let shifts = try shifts()
    let v = try ExampleVarianceTests.measured(net, pairing) { _ in
      try net(smeared(real, shifts)).discriminatorLoss(real: true)
        .add(net(smeared(fake, shifts)).discriminatorLoss(real: false)).backward()
    }
    let oracle: [[Double]]
    if pairing == .summed {
      oracle = try ExampleVarianceTests.explicit(net, count: n) { net, i in
        try net(smeared(real.example(i), shifts)).discriminatorLoss(real: true)
          .add(net(smeared(fake.example(i), shifts)).discriminatorLoss(real: false))
      }
    } else {
      oracle = try ExampleVarianceTests.explicit(net, count: 2 * n) { net, i in
        try i < n
          ? net(smeared(real.example(i), shifts)).discriminatorLoss(real: true).mul(2)
          : net(smeared(fake.example(i - n), shifts)).discriminatorLoss(real: false).mul(2)
      }
    }
    ExampleVarianceTests.expectEqual(v, oracle)
  }

  @Test func float32AgreesWithFloat64() throws {
    let single = try Perceptron([2, 6, 5, 1], seed: 11, dtype: .float32)
    let double = try Perceptron([2, 6, 5, 1], seed: 11)
    for (a, b) in zip(single.parameters, double.parameters) {
      try GradientMode.with(false) { _ = try b.copy(from: a) }
    }
    let real32 = try real.to(.float32)
    let v32 = try ExampleVarianceTests.measured(single) { _ in
      try single(real32).discriminatorLoss(real: true).backward()
    }
    let v64 = try ExampleVarianceTests.measured(double) { _ in
      try double(real32.to(.float64)).discriminatorLoss(real: true).backward()
    }
    ExampleVarianceTests.expectEqual(v32, v64, within: 1e-6)
  }

  @Test func differentiatingWithRespectToParametersLeavesNoTrace() throws {
    let v = try ExampleVarianceTests.measured(net) { _ in
      _ = try Tensor.gradients(
        of: [net(fake).discriminatorLoss(real: true)], withRespectTo: net.parameters)
      try net(real).discriminatorLoss(real: true).backward()
      _ = try Tensor.gradients(
        of: [net(fake).discriminatorLoss(real: false)], withRespectTo: net.parameters)
    }
    let plain = try ExampleVarianceTests.measured(net) { _ in
      try net(real).discriminatorLoss(real: true).backward()
    }
    #expect(v == plain)
  }

  @Test func anotherLossBeforeZeroGradientsIsForgotten() throws {
    let v = try ExampleVarianceTests.measured(net) { sampler in
      // As when the generator's loss runs through the discriminator.
      try net(fake).discriminatorLoss(real: true).backward()
      sampler.zeroGradients()
      try net(real).discriminatorLoss(real: true).backward()
    }
    let plain = try ExampleVarianceTests.measured(net) { _ in
      try net(real).discriminatorLoss(real: true).backward()
    }
    #expect(v == plain)
  }

  @Test func clippingTheGradientLeavesVAlone() throws {
    let plain = try ExampleVarianceTests.measured(net) { _ in
      try net(real).discriminatorLoss(real: true).backward()
    }
    let inPlace = try ExampleVarianceTests.measured(net) { _ in
      try net(real).discriminatorLoss(real: true).backward()
      for parameter in net.parameters {
        let gradient = try #require(parameter.gradient)
        try gradient.replace("mul_") { try gradient.mul(0.1) }
      }
    }
    ExampleVarianceTests.expectEqual(inPlace, plain, within: 1e-13)
    let replaced = try ExampleVarianceTests.measured(net) { _ in
      try net(real).discriminatorLoss(real: true).backward()
      for parameter in net.parameters { parameter.gradient = try parameter.gradient?.mul(0.1) }
    }
    ExampleVarianceTests.expectEqual(replaced, plain, within: 1e-13)
    // A hook that clips the very tensor that the pass has computed.
    let hooks = try net.parameters.map {
      try $0.registerHook { gradient in
        try gradient.replace("mul_") { try gradient.mul(0.1) }
        return nil
      }
    }
    let hooked = try ExampleVarianceTests.measured(net) { _ in
      try net(real).discriminatorLoss(real: true).backward()
    }
    for (parameter, hook) in zip(net.parameters, hooks) { parameter.removeHook(hook) }
    ExampleVarianceTests.expectEqual(hooked, plain, within: 1e-13)
  }

  @Test func freezingBetweenStepsIsHarmless() throws {
    let plain = try ExampleVarianceTests.measured(net) { _ in
      try net(real).discriminatorLoss(real: true).backward()
    }
    let thawed = try ExampleVarianceTests.measured(net) { sampler in
      for parameter in net.parameters { try parameter.requiresGradient(false) }
      for parameter in net.parameters { try parameter.requiresGradient(true) }
      sampler.zeroGradients()
      try net(real).discriminatorLoss(real: true).backward()
    }
    #expect(thawed == plain)
  }
}
