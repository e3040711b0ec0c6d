/// Adversarial losses against closed forms and finite differences.

import Glibc
import PenumbraNN
import PenumbraTensor
import Testing

@Suite struct ObjectiveTests {
  private func mean(_ values: [Double], _ f: (Double) -> Double) -> Double {
    values.reduce(0) { $0 + f($1) } / Double(values.count)
  }

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// One side of a relativistic average loss: x that should exceed the mean of y, and the reverse.
  private func average(
    _ x: [Double], _ y: [Double], high: (Double) -> Double, low: (Double) -> Double
  ) -> Double {
    let (meanX, meanY) = (mean(x) { $0 }, mean(y) { $0 })
    return mean(x) { high($0 - meanY) } + mean(y) { low($0 - meanX) }
  }

  private func averages(_ x: [Double], _ y: [Double]) -> [Objective: Double] {
    [
      .relativisticAverage: average(
        x, y, high: { -log(sigmoid($0)) }, low: { -log(1 - sigmoid($0)) }),
      .relativisticLeastSquares: average(
        x, y, high: { ($0 - 1) * ($0 - 1) }, low: { ($0 + 1) * ($0 + 1) }),
      .relativisticHinge: average(x, y, high: { max(0, 1 - $0) }, low: { max(0, 1 + $0) }),
    ]
  }

  @Test func discriminatorLosses() throws {
    let (real, fake) = (try sample([5, 1]), try sample([7, 1], seed: 2))
    let (r, f) = (try real.doubles(), try fake.doubles())
    let classic = mean(r) { -log(sigmoid($0)) } + mean(f) { -log(1 - sigmoid($0)) }
    let expected: [Objective: Double] = [
      .minimax: classic, .nonSaturating: classic,
      .leastSquares: 0.5 * mean(r) { ($0 - 1) * ($0 - 1) } + 0.5 * mean(f) { $0 * $0 },
      .hinge: mean(r) { max(0, 1 - $0) } + mean(f) { max(0, 1 + $0) },
      .wasserstein: mean(f) { $0 } - mean(r) { $0 },
    ].merging(averages(r, f)) { $1 }
    for objective in Objective.allCases where objective != .relativistic {
      let loss = try objective.discriminatorLoss(real: real, fake: fake)
      #expect(loss.rank == 0)
      expectClose([try loss.item()], [try #require(expected[objective])], 1e-13)
      try expectDerivatives(at: [real, fake]) {
        try objective.discriminatorLoss(real: $0[0], fake: $0[1]).exp()
      }
    }
  }

  @Test func generatorLosses() throws {
    let (fake, real) = (try sample([6, 1]), try sample([4, 1], seed: 2))
    let (f, r) = (try fake.doubles(), try real.doubles())
    let expected: [Objective: Double] = [
      .minimax: mean(f) { log(1 - sigmoid($0)) }, .nonSaturating: mean(f) { -log(sigmoid($0)) },
      .leastSquares: 0.5 * mean(f) { ($0 - 1) * ($0 - 1) }, .hinge: -mean(f) { $0 },
      .wasserstein: -mean(f) { $0 },
    ].merging(averages(f, r)) { $1 }
    for objective in Objective.allCases where objective != .relativistic {
      let data = objective.isRelativistic ? real : nil
      let loss = try objective.generatorLoss(fake: fake, real: data)
      expectClose([try loss.item()], [try #require(expected[objective])], 1e-13)
      try expectDerivatives(at: [fake]) {
        try objective.generatorLoss(fake: $0[0], real: data).exp()
      }
    }
  }

  @Test func relativisticPairs() throws {
    let (real, fake) = (try sample([5, 1]), try sample([5, 1], seed: 2))
    let gaps = zip(try real.doubles(), try fake.doubles()).map { $0 - $1 }
    let objective = Objective.relativistic
    expectClose(
      [
        try objective.discriminatorLoss(real: real, fake: fake).item(),
        try objective.discriminatorLoss(real: real, fake: fake, realLabel: 0.9).item(),
        try objective.generatorLoss(fake: fake, real: real).item(),
      ],
      [
        mean(gaps) { -log(sigmoid($0)) },
        mean(gaps) { -0.9 * log(sigmoid($0)) - 0.1 * log(sigmoid(-$0)) },
        mean(gaps) { -log(sigmoid(-$0)) },
      ], 1e-13)
    try expectDerivatives(at: [real, fake]) {
      try objective.generatorLoss(fake: $0[1], real: $0[0]).exp()
    }
  }

  @Test func extremeLogitsStayFinite() throws {
    let far = try Tensor([1e4, -1e4], [2], dtype: .float64)
    for objective in Objective.allCases {
      #expect(try objective.discriminatorLoss(real: far, fake: far).item().isFinite)
      let data = objective.isRelativistic ? far : nil
      #expect(try objective.generatorLoss(fake: far, real: data).item().isFinite)
    }
  }

  @Test func labelsAreSmoothed() throws {
    let (real, fake) = (try sample([5]), try sample([5], seed: 2))
    let (r, f) = (try real.doubles(), try fake.doubles())
    func loss(_ objective: Objective, _ one: Double?, _ zero: Double?) throws -> Double {
      try objective.discriminatorLoss(real: real, fake: fake, realLabel: one, fakeLabel: zero)
        .item()
    }
    // −0.9 log σ(r) − 0.1 log(1 − σ(r)) exceeds −log σ(r) by 0.1 r; for samples 0.2 costs −0.2 f.
    let hard = try loss(.minimax, nil, nil)
    expectClose([try loss(.minimax, 0.9, nil) - hard], [0.1 * mean(r) { $0 }], 1e-13)
    expectClose(
      [try loss(.nonSaturating, 0.9, 0.2) - hard], [0.1 * mean(r) { $0 } - 0.2 * mean(f) { $0 }],
      1e-13)
    #expect(try loss(.minimax, 1, 0) == hard)
    // Pearson's χ² (Mao et al. 2017, equation 8): a = −1, b = 1, c = 0.
    expectClose(
      [
        try loss(.leastSquares, 1, -1),
        try Objective.leastSquares.generatorLoss(fake: fake, label: 0).item(),
        try Objective.nonSaturating.generatorLoss(fake: fake, label: 0.9).item(),
      ],
      [
        0.5 * mean(r) { ($0 - 1) * ($0 - 1) } + 0.5 * mean(f) { ($0 + 1) * ($0 + 1) },
        0.5 * mean(f) { $0 * $0 },
        mean(f) { -0.9 * log(sigmoid($0)) - 0.1 * log(sigmoid(-$0)) },
      ], 1e-13)
  }

  @Test func refusals() throws {
    let (real, fake) = (try sample([5]), try sample([5], seed: 2))
    func refused(_ text: String, _ body: () throws -> Tensor) {
      do {
        _ = try body()
        Issue.record("not refused: \(text)")
      } catch { #expect("\(error)".contains(text), "\(error)") }
    }
    func discriminator(
      _ objective: Objective, _ one: Double?, _ zero: Double?, _ other: Tensor? = nil
    ) -> () throws -> Tensor {
      {
        try objective.discriminatorLoss(
          real: real, fake: other ?? fake, realLabel: one, fakeLabel: zero)
      }
    }
    refused("hinge: real_label: expected none", discriminator(.hinge, 0.9, nil))
    refused("relativistic_hinge: fake_label: ", discriminator(.relativisticHinge, nil, 0.1))
    refused("relativistic: fake_label: expected none", discriminator(.relativistic, nil, 0.1))
    refused("expected a number from 0 to 1, got 1.5", discriminator(.minimax, 1.5, nil))
    refused("expected a number from 0 to 1, got -0.1", discriminator(.relativisticAverage, 1, -0.1))
    refused("least_squares: real_label: expected a finite", discriminator(.leastSquares, .nan, nil))
    refused("relativistic: expected pairs", discriminator(.relativistic, nil, nil, try .ones([4])))
    refused(
      "minimax: expected a float", discriminator(.minimax, nil, nil, try .ones([5], dtype: .int64)))
    refused("relativistic_average: real: expected D's outputs") {
      try Objective.relativisticAverage.generatorLoss(fake: fake)
    }
    refused("hinge: real: ") { try Objective.hinge.generatorLoss(fake: fake, real: real) }
    refused("wasserstein: label: ") {
      try Objective.wasserstein.generatorLoss(fake: fake, label: 1)
    }
  }
}
