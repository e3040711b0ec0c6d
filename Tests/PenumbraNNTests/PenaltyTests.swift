/// Penalties on a discriminator's gradient against closed forms and finite differences.

import PenumbraNN
import PenumbraTensor
import Testing

@Suite struct PenaltyTests {
  let real: Tensor
  let fake: Tensor

  init() throws {
    real = try sample([4, 2])
    fake = try sample([4, 2], seed: 2)
  }

  @Test func gradientPenaltyOfALinearCritic() throws {
    let slope = try Tensor([3.0, 4], [2], dtype: .float64)
    let critic: Critic = { try $0.mul(slope).sum([1]) }
    func penalty(_ target: Double, oneSided: Bool) throws -> Double {
      try Penalty.gradientPenalty(
        critic, real: real, fake: fake, weight: 2, target: target, oneSided: oneSided,
        using: Generator(seed: 1)
      ).item()
    }
    // ‖∇D‖ = 5 everywhere.
    #expect(abs(try penalty(1, oneSided: false) - 32) < 1e-12)
    #expect(abs(try penalty(7, oneSided: false) - 8) < 1e-12)
    #expect(try penalty(7, oneSided: true) == 0)
    #expect(abs(try penalty(1, oneSided: true) - 32) < 1e-12)
  }

  @Test func interpolatesLieBetweenRealAndFake() throws {
    // D = ‖x‖²/2 has ∇D = x, so the penalty with target 0 is E ‖x̂‖².
    let (zeros, ones) = (try Tensor.zeros([20_000, 3]), try Tensor.ones([20_000, 3]))
    let penalty = try Penalty.gradientPenalty(
      { try $0.square().sum([1]).mul(0.5) }, real: ones, fake: zeros, weight: 1, target: 0,
      using: Generator(seed: 1))
    // x̂ = (ε, ε, ε): E 3 ε² = 1 with a standard error of 0.0063. One ε for each element would have
    // the same mean, so the spread of single examples is checked as well.
    #expect(abs(try penalty.item() - 1) < 0.04)
    var seen: [Double] = []
    _ = try Penalty.gradientPenalty(
      { point in
        seen = try point.detached().doubles()
        return try point.square().sum([1])
      }, real: ones, fake: zeros, using: Generator(seed: 1))
    for example in 0..<100 {
      let row = seen[example * 3..<example * 3 + 3]
      #expect(Set(row).count == 1 && row.allSatisfy { $0 >= 0 && $0 < 1 })
    }
    #expect(Set(seen).count > 10_000)
  }

  @Test func r1OfAQuadratic() throws {
    let critic: Critic = { try $0.square().sum([1]).mul(0.5) }
    let expected = try real.square().sum().item() / 4 * 1.5
    expectClose([try Penalty.r1(critic, real: real, weight: 3).item()], [expected])
    // A batch of numbers instead of vectors.
    let flat = try sample([5])
    expectClose(
      [try Penalty.r1({ try $0.square() }, real: flat, weight: 2).item()],
      [try flat.square().mul(4).mean().item()])
    #expect(!real.requiresGradient)
  }

  @Test func parameterGradientsOfPenalties() throws {
    let generator = Generator(seed: 4)
    let model = try Sequential([
      Linear(2, 5, dtype: .float64, using: generator), Activation.tanh(),
      LayerNorm([5], dtype: .float64), Activation.softplus(),
      Linear(5, 1, dtype: .float64, using: generator),
    ])
    let names = model.namedParameters().map(\.name)
    let start = model.parameters.map { $0.detached() }
    let (real, fake) = (real, fake)
    func loss(_ penalty: @escaping (Critic) throws -> Tensor) -> ([Tensor]) throws -> Tensor {
      { parameters in
        let replaced = Dictionary(uniqueKeysWithValues: zip(names, parameters))
        return try model.withParameters(replaced) { try penalty { try model($0) } }
      }
    }
    try expectDerivatives(
      at: start, second: false,
      loss {
        try Penalty.gradientPenalty($0, real: real, fake: fake, using: Generator(seed: 1))
      })
    try expectDerivatives(at: start, loss { try Penalty.r1($0, real: real) })
    try expectDerivatives(
      at: start, second: false,
      loss { try Penalty.dragan($0, real: real, using: Generator(seed: 1)) })
  }

  @Test func draganStaysNearTheData() throws {
    let real = try sample([20_000, 2])
    var seen: [Double] = []
    let penalty = try Penalty.dragan(
      { point in
        seen = try point.detached().doubles()
        return try point.square().sum([1]).mul(0.5)
      }, real: real, weight: 2, scale: 3, target: 0, using: Generator(seed: 1))
    // ∇D = x̂.
    let squares = seen.reduce(0) { $0 + $1 * $1 } / 20_000
    expectClose([try penalty.item()], [2 * squares], 1e-12)
    // x̂ − x = α δ with α and δ/3s uniform: mean 3s/4, mean square 9 s²/9.
    let spread = try real.standardDeviation(correction: 0).item()
    let moves = zip(seen, try real.doubles()).map { $0 - $1 }
    #expect(moves.allSatisfy { $0 >= 0 && $0 < 3 * spread })
    let mean = moves.reduce(0, +) / 40_000
    let meanSquare = moves.reduce(0) { $0 + $1 * $1 } / 40_000
    #expect(abs(mean / spread - 0.75) < 0.02)
    #expect(abs(meanSquare / spread / spread - 1) < 0.04)
    // One α for an example: the moves of its two elements are correlated.
    let products = stride(from: 0, to: 40_000, by: 2).map { moves[$0] * moves[$0 + 1] }
    let product = products.reduce(0, +) / 20_000 / spread / spread
    // E α² (E u)² 9 = 9/12
    #expect(abs(product - 0.75) < 0.03)
  }

  @Test func r2IsR1OfSamples() throws {
    let model = try Linear(2, 1, dtype: .float64, using: Generator(seed: 1))
    #expect(
      try Penalty.r2({ try model($0) }, fake: fake, weight: 3).item()
        == Penalty.r1({ try model($0) }, real: fake, weight: 3).item())
  }

  @Test func lazyPenaltiesHaveTheSameMean() throws {
    var calls = 0
    var total = 0.0
    for step in 1...32 {
      total += try Penalty.lazy(step: step, interval: 8) {
        calls += 1
        return try Tensor.scalar(0.25, dtype: .float64)
      }.item()
    }
    #expect(calls == 4 && total == 8)
    #expect(throws: TensorError.self) { try Penalty.lazy(step: 1, interval: 0) { real } }
  }

  @Test func consistencyOfOutputs() throws {
    // One output an example, and three.
    let (a, b) = (try sample([5]), try sample([5], seed: 2))
    let gap = zip(try a.doubles(), try b.doubles()).map { ($0 - $1) * ($0 - $1) }
    expectClose([try Consistency.penalty(a, b).item()], [10 * gap.reduce(0, +) / 5])
    let (x, y) = (try sample([4, 3, 2]), try sample([4, 3, 2], seed: 2))
    expectClose(
      [try Consistency.penalty(x, y, weight: 2).item()],
      [try x.sub(y).square().sum().item() / 2])
    try expectDerivatives(at: [x, y]) { try Consistency.penalty($0[0], $0[1]).mul(0.1).exp() }
    #expect(throws: TensorError.self) { try Consistency.penalty(x, y.flatten(1)) }
    #expect(throws: TensorError.self) { try Consistency.penalty(x, y, weight: -1) }
  }

  @Test func modeSeekingOfSamples() throws {
    let z = (try sample([4, 2]), try sample([4, 2], seed: 2))
    // G multiplies by 3: the ratio of the distances is 3.
    let loss = try Consistency.modeSeeking(
      z.0.mul(3), z.1.mul(3), latent: z, weight: 2, epsilon: 0.5)
    expectClose([try loss.item()], [2 / 3.5])
    try expectDerivatives(at: [z.0, z.1]) {
      try Consistency.modeSeeking($0[0].square(), $0[1].square(), latent: z)
    }
    #expect(throws: TensorError.self) {
      try Consistency.modeSeeking(z.0, z.1, latent: (z.0, .ones([3, 2])))
    }
  }

  @Test func featuresAreMatched() throws {
    let (x, y) = (try sample([4, 3]), try sample([6, 3], seed: 2))
    let difference = try x.mean([0]).sub(y.mean([0])).doubles()
    let squares = difference.reduce(0) { $0 + $1 * $1 }
    let sizes = difference.reduce(0) { $0 + abs($1) }
    expectClose(
      [
        try FeatureMatching.loss(real: [x], fake: [y]).item(),
        try FeatureMatching.loss(real: [x, x], fake: [y, y], weight: 3).item(),
        try FeatureMatching.loss(real: [x], fake: [y], distance: .absolute).item(),
      ], [squares, 6 * squares, sizes])
    try expectDerivatives(at: [x, y]) {
      try FeatureMatching.loss(real: [$0[0]], fake: [$0[1]]).exp()
    }
    #expect(throws: TensorError.self) { try FeatureMatching.loss(real: [x], fake: []) }
    #expect(throws: TensorError.self) { try FeatureMatching.loss(real: [], fake: []) }
    #expect(throws: TensorError.self) {
      try FeatureMatching.loss(real: [x], fake: [.ones([4, 2])])
    }
  }

  @Test func withoutRecordingOnlyTheValueRemains() throws {
    let model = try Linear(2, 1, dtype: .float64, using: Generator(seed: 1))
    let value = try GradientMode.with(false) { try Penalty.r1({ try model($0) }, real: real) }
    #expect(!value.requiresGradient)
    expectClose(
      [try value.item()], [try model.weight.tensor.detached().square().sum().item() * 5])
  }

  @Test func uselessCriticsAreErrors() throws {
    let constant = try Tensor.ones([4], dtype: .float64).requiresGradient(true)
    #expect(throws: TensorError.self) { try Penalty.r1({ _ in constant }, real: real) }
    #expect(throws: TensorError.self) {
      try Penalty.r1({ try .ones([$0.shape[0]]) }, real: real)
    }
    #expect(throws: TensorError.self) {
      try Penalty.gradientPenalty(
        { $0 }, real: real, fake: .ones([3, 2]), using: Generator(seed: 1))
    }
  }

  @Test func weightsAreClipped() throws {
    let weight = try Tensor([-3, -0.5, 0.25, 7], [4]).requiresGradient(true)
    try Penalty.clipWeights([weight], to: 0.5)
    #expect(try weight.doubles() == [-0.5, -0.5, 0.25, 0.5])
    #expect(weight.isLeaf && weight.requiresGradient)
    #expect(throws: TensorError.self) { try Penalty.clipWeights([weight], to: -1) }
  }
}
