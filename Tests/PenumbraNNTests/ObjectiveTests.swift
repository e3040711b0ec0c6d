/// Adversarial losses and penalties against closed forms and finite differences.

import Glibc
import PenumbraNN
import PenumbraTensor
import Testing

@Suite struct ObjectiveTests {
  private func mean(_ values: [Double], _ f: (Double) -> Double) -> Double {
    values.reduce(0) { $0 + f($1) } / Double(values.count)
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  @Test func discriminatorLosses() throws {
    let (real, fake) = (try sample([5, 1]), try sample([7, 1], seed: 2))
    let (r, f) = (try real.doubles(), try fake.doubles())
    let classic = mean(r) { -log(sigmoid($0)) } + mean(f) { -log(1 - sigmoid($0)) }
    let expected: [Objective: Double] = [
      .minimax: classic, .nonSaturating: classic,
      .leastSquares: 0.5 * mean(r) { ($0 - 1) * ($0 - 1) } + 0.5 * mean(f) { $0 * $0 },
      .hinge: mean(r) { max(0, 1 - $0) } + mean(f) { max(0, 1 + $0) },
      .wasserstein: mean(f) { $0 } - mean(r) { $0 },
    ]
    for objective in Objective.allCases {
      let loss = try objective.discriminatorLoss(real: real, fake: fake)
      #expect(loss.rank == 0)
      expectClose([try loss.item()], [try #require(expected[objective])], 1e-13)
      try expectDerivatives(at: [real, fake]) {
        try objective.discriminatorLoss(real: $0[0], fake: $0[1]).exp()
      }
    }
  }

  @Test func generatorLosses() throws {
    let fake = try sample([6, 1])
    let f = try fake.doubles()
    let expected: [Objective: Double] = [
      .minimax: mean(f) { log(1 - sigmoid($0)) }, .nonSaturating: mean(f) { -log(sigmoid($0)) },
      .leastSquares: 0.5 * mean(f) { ($0 - 1) * ($0 - 1) }, .hinge: -mean(f) { $0 },
      .wasserstein: -mean(f) { $0 },
    ]
    for objective in Objective.allCases {
      let loss = try objective.generatorLoss(fake: fake)
      expectClose([try loss.item()], [try #require(expected[objective])], 1e-13)
      try expectDerivatives(at: [fake]) { try objective.generatorLoss(fake: $0[0]).exp() }
    }
  }

  @Test func extremeLogitsStayFinite() throws {
    let far = try Tensor([1e4, -1e4], [2], dtype: .float64)
    for objective in Objective.allCases {
      #expect(try objective.discriminatorLoss(real: far, fake: far).item().isFinite)
      #expect(try objective.generatorLoss(fake: far).item().isFinite)
    }
  }

  @Test func labelsAreSmoothed() throws {
    let (real, fake) = (try sample([5]), try sample([5], seed: 2))
    let r = try real.doubles()
    let smooth = try Objective.minimax.discriminatorLoss(real: real, fake: fake, realLabel: 0.9)
    let hard = try Objective.minimax.discriminatorLoss(real: real, fake: fake)
    // −0.9 log σ(r) − 0.1 log(1 − σ(r)) exceeds −log σ(r) by 0.1 r.
    expectClose([try smooth.sub(hard).item()], [0.1 * mean(r) { $0 }], 1e-13)
    #expect(throws: TensorError.self) {
      try Objective.hinge.discriminatorLoss(real: real, fake: fake, realLabel: 0.9)
    }
  }
}

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
