/// Every linear sampler's variance on U = q²/2 in closed form, from the real step's coefficients.

import Glibc
import PenumbraOptim
import PenumbraTensor
import Testing

@Suite struct QuadraticLawTests {
  /// Variances of q and of p between steps, with step h, T = 1 and gradient errors of variance s².
  static func law(
    _ preset: SamplerPreset, h: Double, errorVariance s2: Double = 0,
    _ change: @escaping (inout SamplerOptions) throws -> Void = { _ in }
  ) throws -> (q: Double, p: Double) {
    let isOverdamped = try Integrator(preset.program).isOverdamped
    let rate = (isOverdamped ? h : h * h) / preset.stepScale
    let memory: StepMap.Memory =
      !isOverdamped ? .momentum : preset.program.contains("L") ? .normals : .none
    let map = try StepMap(memory: memory) { theta in
      try sampler(preset, [theta], learningRate: rate) {
        $0.friction = 1
        try change(&$0)
      }
    }
    let law = try map.law(errorVariance: s2)
    let name = "\(preset.name), h = \(h), s² = \(s2)"
    report("T1", "\(name): variance of q", law.covariance[0][0], .nan)
    if !isOverdamped { report("T1", "\(name): variance of p", law.kinetic, .nan) }
    return (law.covariance[0][0], law.kinetic)
  }

  @Test func sgld() throws {
    let clean = try QuadraticLawTests.law(.sgld, h: 0.2)
    let noisy = try QuadraticLawTests.law(.sgld, h: 0.2, errorVariance: 1)
    #expect(abs(clean.q - 2 / 1.8) < 1e-13)
    #expect(abs(noisy.q - 2.2 / 1.8) < 1e-13)
  }

  @Test(arguments: [0.05, 0.2, 0.7, 1.5])
  func leimkuhlerMatthews(_ h: Double) throws {
    #expect(abs(try QuadraticLawTests.law(.leimkuhlerMatthews, h: h).q - 1) < 1e-13)
  }

  @Test(arguments: [0.05, 0.4, 1.0])
  func langevinIntegrators(_ h: Double) throws {
    let baoab = try QuadraticLawTests.law(.baoab, h: h)
    let baoa = try QuadraticLawTests.law(.baoa, h: h)
    let obabo = try QuadraticLawTests.law(.obabo, h: h)
    #expect(abs(baoab.q - 1) < 1e-12)
    #expect(abs(baoab.p - (1 - h * h / 4)) < 1e-12)
    #expect(abs(baoa.q - 1) < 1e-12)
    #expect(abs(baoa.p - 1) < 1e-12)
    #expect(abs(obabo.q - 1 / (1 - h * h / 4)) < 1e-12)
    #expect(abs(obabo.p - 1) < 1e-12)
  }

  /// The stationary moments of p' = ap − hq + √B r, q' = q + hp' by hand.
  static func sghmcLaw(h: Double, friction c: Double, noise: Double) -> (q: Double, p: Double) {
    // With a = 1 − hc, from E[q'²] = E[q²]: E[qp'] = −h E[p'²]/2; from q = q' − hp': E[q'p'] = h E[p²]/2.
    // Squaring the second line: P = a²P + h²Q − 2ah E[qp] + B, E[qp] = hP/2, and
    // E[qp'] = a E[qp] − hQ = −hP/2, so Q = P(1 + a)/2.
    let a = 1 - h * c
    let p = noise / (1 - a * a - h * h * (1 + a) / 2 + a * h * h)
    return (p * (1 + a) / 2, p)
  }

  @Test(arguments: [(0.1, 1.00264, 1.05541), (0.4, 1.05263, 1.31579)])
  func sghmc(_ h: Double, _ q: Double, _ p: Double) throws {
    let law = try QuadraticLawTests.law(.sghmc, h: h)
    #expect(abs(law.q - q) < 6e-6)
    #expect(abs(law.p - p) < 6e-6)
    let exact = QuadraticLawTests.sghmcLaw(h: h, friction: 1, noise: 2 * h)
    #expect(abs(law.q - exact.q) < 1e-12)
    #expect(abs(law.p - exact.p) < 1e-12)
    let noisy = try QuadraticLawTests.law(.sghmc, h: h, errorVariance: 2)
    let hot = QuadraticLawTests.sghmcLaw(h: h, friction: 1, noise: 2 * h + 2 * h * h)
    #expect(abs(noisy.q - hot.q) < 1e-12)
  }

  @Test func scaleAdaptedSGHMCInItsCoordinates() throws {
    // G stays at 1/√4 after the burn-in: a step h√G and a friction C/√G on a quadratic of slope 1.
    let h = 0.2
    let g = 0.5
    func map(subtracts: Bool) throws -> (q: Double, p: Double) {
      let map = try StepMap(memory: .momentum) { theta in
        let sampler = try sampler(.scaleAdaptedSGHMC, [theta], learningRate: h * h) {
          $0.friction = 1
          $0.burnIn = 0
          $0.subtractsSquares = subtracts
        }
        var state = try sampler.state()
        for name in ["square", "root"] {
          state.numbers = state.numbers.map { $0.name == "has_\(name).1" ? ($0.name, 1) : $0 }
          let value = name == "square" ? 4 : g.squareRoot()
          state.tensors.append((name + ".1", try Tensor([value], Shape(1), dtype: .float64)))
        }
        try sampler.load(state)
        return sampler
      }
      let law = try map.law()
      return (law.covariance[0][0], law.kinetic)
    }
    // In θ̃ = θ/√G the slope is G: the same law as slope 1 with h√G and C/√G, times 1/G.
    let plain = QuadraticLawTests.sghmcLaw(
      h: h * g.squareRoot(), friction: 1 / g.squareRoot(), noise: 2 * h)
    let found = try map(subtracts: false)
    #expect(abs(found.q - plain.q) < 1e-12)
    #expect(abs(found.p - plain.p) < 1e-12)
    let cooler = QuadraticLawTests.sghmcLaw(
      h: h * g.squareRoot(), friction: 1 / g.squareRoot(), noise: 2 * h - h * h * 4 * g)
    #expect(abs(try map(subtracts: true).q - cooler.q) < 1e-12)
  }

  /// With T and N in the scale, and the curvature from the prior: nothing moves but T.
  @Test func scalesWithDataTemperatureAndPrior() throws {
    for preset in [SamplerPreset.sgld, .leimkuhlerMatthews, .sghmc, .baoab, .baoa, .obabo] {
      let isOverdamped = try Integrator(preset.program).isOverdamped
      let h = 0.3
      let n = 50.0
      let rate = n * (isOverdamped ? h : h * h)
      let memory: StepMap.Memory =
        !isOverdamped ? .momentum : preset.program.contains("L") ? .normals : .none
      let base = try QuadraticLawTests.law(preset, h: h)
      for (slope, precision) in [(1 / n, 0.0), (0, 1)] {
        let law = try StepMap(slope: slope, memory: memory) { theta in
          try sampler(preset, [theta], learningRate: rate) {
            $0.friction = 1
            $0.temperature = 3
            $0.dataCount = n
            $0.priorPrecision = precision
          }
        }.law()
        #expect(abs(law.covariance[0][0] - 3 * base.q) < 1e-11, "\(preset.name)")
        #expect(abs(law.kinetic - 3 * base.p) < 1e-11, "\(preset.name)")
      }
    }
  }

  /// momentum = 1 − hγ is the same friction.
  @Test func momentumIsFriction() throws {
    let h = 0.25
    let a = try QuadraticLawTests.law(.sghmc, h: h)
    let b = try QuadraticLawTests.law(.sghmc, h: h) {
      $0.friction = nil
      $0.momentum = 1 - h
    }
    #expect(abs(a.q - b.q) < 1e-13 && abs(a.p - b.p) < 1e-13)
  }

  /// A constant preconditioner scales time, not the law; pSGLD's h is half of SGLD's.
  @Test func frozenPreconditioners() throws {
    let h = 0.2
    for preset in [SamplerPreset.psgld, .sgld, .baoab, .baoa] {
      let isOverdamped = try Integrator(preset.program).isOverdamped
      let rate = (isOverdamped ? h : h * h) / preset.stepScale
      let g = 0.25
      let law = try StepMap(memory: isOverdamped ? .none : .momentum) { theta in
        let sampler = try sampler(preset, [theta], learningRate: rate) {
          $0.friction = 1
          $0.preconditioner = .rmsprop(alpha: 0.99, epsilon: 0)
          $0.burnIn = 0
        }
        var state = try sampler.state()
        for name in ["square", "root"] {
          state.numbers = state.numbers.map { $0.name == "has_\(name).1" ? ($0.name, 1) : $0 }
          let value = name == "square" ? 1 / (g * g) : g.squareRoot()
          state.tensors.append((name + ".1", try Tensor([value], Shape(1), dtype: .float64)))
        }
        try sampler.load(state)
        return sampler
      }.law()
      let expected = isOverdamped ? 2 / (2 - h * g) : 1
      #expect(abs(law.covariance[0][0] - expected) < 1e-12, "\(preset.name)")
    }
  }
}
