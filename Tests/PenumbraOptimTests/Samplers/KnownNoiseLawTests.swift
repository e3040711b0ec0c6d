/// Gradient noise of a known variance, and what each way to make up for it leaves: exact, by the step's map.

import Glibc
import PenumbraOptim
import PenumbraTensor
import Testing

@Suite struct KnownNoiseLawTests {
  /// Variances of q and p on U = q²/2 at T = 1, with gradient errors of variance s² that the covariance
  /// estimate knows: it is loaded, and the thermostat does not move.
  static func law(
    _ preset: SamplerPreset, h: Double, errorVariance s2: Double, knows: Bool = true,
    _ change: @escaping (inout SamplerOptions) throws -> Void = { _ in }
  ) throws -> (q: Double, p: Double) {
    let isOverdamped = try Integrator(preset.program).isOverdamped
    let map = try StepMap(memory: isOverdamped ? .none : .momentum) { theta in
      let stepper = try sampler(
        preset, [theta], learningRate: (isOverdamped ? h : h * h) / preset.stepScale
      ) {
        $0.friction = 1
        $0.thermalMass = 1e300
        $0.batchSize = 1
        $0.withReplacement = true
        if knows || preset.needsCovariance {
          var estimate = CovarianceOptions()
          estimate.interval = 1_000_000
          $0.covariance = estimate
        }
        try change(&$0)
      }
      guard stepper.covariances.count == 1, knows || preset.needsCovariance else { return stepper }
      var state = try stepper.state()
      state.numbers = state.numbers.map {
        ["age", "averaged.1", "estimated.1"].contains($0.name) ? ($0.name, 1) : $0
      }
      state.tensors.append(
        ("covariance.1", try Tensor([knows ? s2 : 0], Shape(1), dtype: .float64)))
      try stepper.load(state)
      return stepper
    }
    let law = try map.law(errorVariance: s2)
    return (law.covariance[0][0], law.kinetic)
  }

  /// 2hT − h²Σ + h²Σ is what is left: the law without gradient noise.
  @Test(arguments: [0.5, 2.0])
  func sgldWithLessNoise(_ s2: Double) throws {
    #expect(abs(try KnownNoiseLawTests.law(.sgld, h: 0.2, errorVariance: s2).q - 2 / 1.8) < 1e-12)
  }

  @Test(arguments: [0.5, 2.0])
  func sghmcWithLessNoise(_ s2: Double) throws {
    let h = 0.3
    let clean = QuadraticLawTests.sghmcLaw(h: h, friction: 1, noise: 2 * h)
    let found = try KnownNoiseLawTests.law(.sghmc, h: h, errorVariance: s2)
    report("T1", "SGHMC with B, h = 0.3, s² = \(s2): variance of q", found.q, clean.q)
    #expect(abs(found.q - clean.q) < 1e-12 && abs(found.p - clean.p) < 1e-12)
    let hot = try KnownNoiseLawTests.law(.sghmc, h: h, errorVariance: s2, knows: false)
    let exact = QuadraticLawTests.sghmcLaw(h: h, friction: 1, noise: 2 * h + h * h * s2)
    report("T1", "SGHMC without B, h = 0.3, s² = \(s2): variance of q", hot.q, exact.q)
    #expect(abs(hot.q - exact.q) < 1e-12)
  }

  /// More noise than is injected: the variance is clamped at 0, and the rest heats.
  @Test func lessThanNothingIsNothing() throws {
    let h = 0.3
    let s2 = 20.0
    let exact = QuadraticLawTests.sghmcLaw(h: h, friction: 1, noise: h * h * s2)
    #expect(abs(try KnownNoiseLawTests.law(.sghmc, h: h, errorVariance: s2).q - exact.q) < 1e-12)
  }

  /// CCAdL's friction hΣ/(2T) balances h²Σ as 2Ah balances A: SGHMC's law with friction A + hΣ/2.
  @Test(arguments: [0.5, 2.0])
  func ccadl(_ s2: Double) throws {
    let h = 0.3
    let friction = 1 + h * s2 / 2
    let exact = QuadraticLawTests.sghmcLaw(h: h, friction: friction, noise: 2 * h * friction)
    let found = try KnownNoiseLawTests.law(.ccadl, h: h, errorVariance: s2)
    report("T1", "CCAdL, ξ = A, h = 0.3, s² = \(s2): variance of q", found.q, exact.q)
    #expect(abs(found.q - exact.q) < 1e-12 && abs(found.p - exact.p) < 1e-12)
  }

  /// SGNHT at ξ = A is SGHMC; BADODAB is BAOAB; mSGNHT is second order.
  @Test func thermostatsAtRest() throws {
    let h = 0.3
    let sghmc = QuadraticLawTests.sghmcLaw(h: h, friction: 1, noise: 2 * h)
    let sgnht = try KnownNoiseLawTests.law(.sgnht, h: h, errorVariance: 0, knows: false)
    report("T1", "SGNHT, ξ = A, h = 0.3: variance of q", sgnht.q, sghmc.q)
    #expect(abs(sgnht.q - sghmc.q) < 1e-12 && abs(sgnht.p - sghmc.p) < 1e-12)
    let badodab = try KnownNoiseLawTests.law(.badodab, h: h, errorVariance: 0, knows: false)
    report("T1", "BADODAB, ξ = A, h = 0.3: variance of q", badodab.q, 1)
    report("T1", "BADODAB, ξ = A, h = 0.3: variance of p", badodab.p, 1 - h * h / 4)
    #expect(abs(badodab.q - 1) < 1e-12 && abs(badodab.p - (1 - h * h / 4)) < 1e-12)
    let errors = try [0.1, 0.2].map {
      try KnownNoiseLawTests.law(.msgnht, h: $0, errorVariance: 0, knows: false).q - 1
    }
    report("T1", "mSGNHT, ξ = A: order from h = 0.1 and 0.2", log2(errors[1] / errors[0]), 2)
    #expect(abs(log2(errors[1] / errors[0]) - 2) < 0.1)
  }

  /// The exact C on either side of O takes out what the noise brings in: all but 1e-6 at h = 0.1.
  @Test func symmetricCCAdL() throws {
    let s2 = 2.0
    for (h, bound) in [(0.1, 3e-6), (0.2, 1e-4)] {
      let q = try KnownNoiseLawTests.law(.symmetricCCAdL, h: h, errorVariance: s2).q
      report("T1", "SymmetricCCAdL, ξ = A, h = \(h), s² = 2: variance of q", q, 1)
      #expect(abs(q - 1) < bound)
    }
    let hot = try KnownNoiseLawTests.law(.badodab, h: 0.1, errorVariance: s2, knows: false).q
    report("T1", "BADODAB, ξ = A, h = 0.1, s² = 2: variance of q (too hot)", hot, 1.1)
    #expect(hot > 1.09)
  }
}
