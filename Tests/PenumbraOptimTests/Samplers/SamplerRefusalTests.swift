/// What samplers refuse, what they leave alone, and what they read off themselves.

import Glibc
import PenumbraOptim
import PenumbraTensor
import Testing

@Suite struct SamplerRefusalTests {
  let theta: Tensor

  init() throws { theta = try Tensor.leaf([1, 2], Shape(2)) }

  func refused(
    _ preset: SamplerPreset, _ change: @escaping (inout SamplerOptions) throws -> Void
  ) -> String? {
    tensorError { _ = try sampler(preset, [theta], learningRate: 0.1, change) }?.argument
  }

  @Test func optionsOutOfRange() throws {
    #expect(refused(.sgld) { $0.temperature = -1 } == "temperature")
    #expect(refused(.sgld) { $0.temperature = .nan } == "temperature")
    #expect(refused(.sgld) { $0.dataCount = 0 } == "n_data")
    #expect(refused(.sghmc) { $0.friction = -1 } == "friction")
    #expect(refused(.sghmc) { $0.friction = .infinity } == "friction")
    #expect(refused(.sghmc) { $0.momentum = 1 } == "momentum")
    #expect(refused(.sgnht) { $0.thermalMass = 0 } == "thermal_mass")
    #expect(refused(.psgld) { $0.preconditioner = .rmsprop(alpha: 1) } == "alpha")
    #expect(refused(.psgld) { $0.preconditioner = .adam(beta2: -1) } == "betas[2]")
    #expect(refused(.psgld) { $0.burnIn = -1 } == "burn_in")
    #expect(refused(.baoab) { $0.integrator = "OBABO" } == "integrator")
    #expect(refused(.baoab) { $0.preconditioner = .adaptiveDrift() } == "preconditioner")
    #expect(refused(.sgld) { $0.prior = .laplace(scale: 0) } == "prior.scale")
    #expect(refused(.sgld) { $0.prior = .studentT(degreesOfFreedom: -1, scale: 1) } == "prior.df")
    #expect(
      refused(.sgld) { $0.prior = .mixture(weights: [1], means: [], deviations: [1]) } == "prior")
    #expect(tensorError { _ = try StepCycle(steps: 0) }?.argument == "cycle_steps")
    #expect(tensorError { _ = try StepCycle(steps: 3, count: 4) }?.argument == "cycles")
    #expect(
      tensorError { _ = try StepCycle(steps: 3, exploration: .nan) }?.argument == "exploration")
  }

  @Test(arguments: [
    "", "BAOXB", "baoab", "AOA", "BOB", "BABA", "GN A", "GAB", "N", "NG", "GNL", "GG", "BKA",
    String(repeating: "A", count: 65),
  ])
  func rowsThatMakeNoSampler(_ program: String) {
    #expect(tensorError { _ = try Integrator(program) }?.argument == "integrator")
  }

  @Test(arguments: ["BAOAB", "ABOBA", "OBABO", "BACODOCAB", "BADODAB", "OABAO", "KAD", "ABOB"])
  func rowsThatDo(_ program: String) throws {
    let options: (inout SamplerOptions) -> Void = {
      $0.integrator = program
      $0.dataCount = 4
      $0.momentum = 0.5
    }
    let theta = try Tensor.leaf([1, 2], Shape(1, 2))
    let stepper = try sampler(.adaptiveLangevin, [theta], learningRate: 0.1, options)
    let x = try Tensor([1.0, -1, 0.5, 2, 0.3, 1], Shape(3, 2), dtype: .float64)
    for _ in 0..<3 {
      stepper.zeroGradients()
      try x.linear(theta).square().mean().backward()
      try stepper.step()
    }
    #expect(try theta.doubles().allSatisfy(\.isFinite))
  }

  /// A gradient that is not finite changes nothing, whatever else has been drawn.
  @Test(arguments: ["SGHMC", "SGNHT", "mSGNHT", "BADODAB", "BAOAB"])
  func nonFiniteGradientsChangeNothing(_ name: String) throws {
    let stepper = try sampler(
      try #require(SamplerPreset.named(name)), [theta], learningRate: 0.1)
    theta.gradient = try Tensor([1.0, 2], Shape(2), dtype: .float64)
    try stepper.step()
    let before = (try theta.doubles(), try stepper.state())
    theta.gradient = try Tensor([1.0, .nan], Shape(2), dtype: .float64)
    #expect(tensorError { try stepper.step() }?.reason.contains("not finite") == true)
    let after = try stepper.state()
    #expect(try theta.doubles() == before.0)
    #expect(after.generator == before.1.generator)
    for (x, y) in zip(after.tensors, before.1.tensors) {
      #expect(try x.tensor.isEqual(to: y.tensor))
    }
  }

  @Test func runawayThermostatsAreErrors() throws {
    let stepper = try sampler(.badodab, [theta], learningRate: 0.01)
    var state = try stepper.state()
    state.numbers = state.numbers.map {
      $0.name == "has_thermostat" ? ($0.name, 1) : $0.name == "thermostat" ? ($0.name, -1e4) : $0
    }
    try stepper.load(state)
    theta.gradient = try Tensor([1.0, 2], Shape(2), dtype: .float64)
    #expect(tensorError { try stepper.step() }?.reason.contains("diverged") == true)
    #expect(try theta.doubles().allSatisfy(\.isFinite))
  }

  /// At ξ = 0 the exact sub-step is the limit of its neighbours.
  @Test(arguments: ["BADODAB", "mSGNHT"])
  func thermostatAtZero(_ name: String) throws {
    func end(_ xi: Double) throws -> [Double] {
      let theta = try Tensor.leaf([1, 2], Shape(2))
      let stepper = try sampler(
        try #require(SamplerPreset.named(name)), [theta], learningRate: 0.04
      ) {
        $0.friction = 1
        $0.thermalMass = 1e300
      }
      var state = try stepper.state()
      state.numbers = state.numbers.map {
        switch $0.name {
        case "has_thermostat": ($0.name, name == "BADODAB" ? 1 : 0)
        case "has_element_thermostat.1": ($0.name, name == "BADODAB" ? 0 : 1)
        case "thermostat": ($0.name, xi)
        default: $0
        }
      }
      if name == "mSGNHT" {
        state.tensors.append(
          ("element_thermostat.1", try Tensor([xi, xi], Shape(2), dtype: .float64)))
      }
      try stepper.load(state)
      theta.gradient = try Tensor([1.0, 2], Shape(2), dtype: .float64)
      try stepper.step()
      return try theta.doubles()
    }
    let zero = try end(0)
    #expect(distance(zero, try end(1e-7)) < 1e-7)
    #expect(distance(zero, try end(-1e-7)) < 1e-7)
    #expect(distance(zero, try end(1e-12)) < 1e-11)
  }

  @Test func covarianceNeedsTheNumberOfData() throws {
    let theta = try Tensor.leaf([1, 2], Shape(1, 2))
    let x = try Tensor.ones(Shape(3, 2), dtype: .float64)
    for (count, replaced, isRefused) in [(1.0, false, true), (1, true, false), (3, false, false)] {
      let stepper = try sampler(.ccadl, [theta], learningRate: 1e-4) {
        $0.dataCount = count
        $0.withReplacement = replaced
      }
      try x.linear(theta).square().mean().backward()
      if isRefused {
        #expect(tensorError { try stepper.step() }?.argument == "n_data")
      } else {
        try stepper.step()
      }
      stepper.zeroGradients()
    }
  }

  @Test func parametersWithoutGradientStay() throws {
    let other = try Tensor.leaf([3], Shape(1))
    for preset in SamplerPreset.all where !preset.needsCovariance {
      let stepper = try sampler(preset, [theta, other], learningRate: 0.01)
      other.gradient = try Tensor([1.0], Shape(1), dtype: .float64)
      theta.gradient = nil
      for _ in 0..<2 { try stepper.step() }
      #expect(try theta.doubles() == [1, 2])
      #expect(try other.doubles() != [3])
    }
  }

  @Test func referencesAreChecked() throws {
    func failure(
      _ reduction: VarianceReduction
    ) throws -> TensorError? {
      let stepper = try sampler(.sgld, [theta], learningRate: 0.1) {
        $0.varianceReduction = reduction
      }
      theta.gradient = try Tensor([1.0, 2], Shape(2), dtype: .float64)
      return tensorError { try stepper.step() }
    }
    let theta = theta
    let loss = { try theta.square().sum() }
    #expect(
      try failure(VarianceReduction(batch: loss, full: { nil }))?.argument == "full")
    #expect(
      try failure(
        VarianceReduction(references: [Tensor.ones(Shape(3))], batch: loss, full: loss))?.argument
        == "reference[1]")
    #expect(
      tensorError { _ = try VarianceReduction(interval: 0, batch: loss, full: loss) }?.argument
        == "every")
    #expect(try theta.doubles() == [1, 2])
  }

  @Test func readingsAreWhatTheySay() throws {
    let stepper = try sampler(.baoab, [theta], learningRate: 0.25) {
      $0.dataCount = 4
      $0.priorPrecision = 2
    }
    #expect(stepper.kineticTemperature == nil && stepper.noiseRatio() == nil)
    theta.gradient = try Tensor([0.5, -1], Shape(2), dtype: .float64)
    try stepper.step()
    // ∇U = (4·½ + 2·1, −4·1 + 2·2) = (4, 0)
    #expect(abs(try #require(stepper.configurationalTemperature) - 2) < 1e-12)
    #expect(abs(stepper.stepSize - 0.25) < 1e-15)
    #expect(try #require(stepper.noiseRatio()) > 0)
    let figures = try stepper.figures()
    #expect(figures.contains { $0.name == "temperature_kinetic" })
    #expect(try stepper.report().contains("BAOAB on 1 parameters"))
    stepper.restartReadings()
    #expect(stepper.meanTemperatures.kinetic == nil)
  }

  /// SGLD's excess of h/2 on a quadratic: the advice is the step at which it is 5 %.
  @Test func theAdvisedStepHasTheWantedExcess() throws {
    let theta = try Tensor.zeros(Shape(20000), dtype: .float64).requiresGradient(true)
    let stepper = try sampler(.sgld, [theta], learningRate: 0.4)
    for step in 0..<200 {
      if step == 50 { stepper.restartReadings() }
      theta.gradient = try theta.detached().clone()
      try stepper.step()
    }
    // Variance 2/(2 − h): an excess of 0.25 at h = 0.4.
    let mean = try #require(stepper.meanTemperatures.configurational)
    #expect(abs(mean - 1.25) < 0.01)
    #expect(abs(try #require(stepper.advisedLearningRate()) - 0.08) < 0.005)
  }
}
