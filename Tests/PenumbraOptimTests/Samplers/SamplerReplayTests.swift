/// T = 0 is the plain optimiser bit for bit; seeds and checkpoints replay every sampler bit for bit.

import PenumbraOptim
import PenumbraTensor
import Testing

@Suite struct SamplerReplayTests {
  static func values(
    _ dtype: DType = .float32, steps: Int = 20, _ make: ([Tensor]) throws -> any Optimizer
  ) throws -> [[Double]] {
    let run = try SamplerRun(dtype: dtype)
    try run.train(make(run.net.parameters), steps: steps)
    return try run.net.values()
  }

  @Test(arguments: [DType.float32, .float64])
  func zeroTemperatureWithoutMomenta(_ dtype: DType) throws {
    func cold(
      _ preset: SamplerPreset, _ rate: Double, _ preconditioner: Preconditioner? = nil
    ) throws -> [[Double]] {
      try SamplerReplayTests.values(dtype) {
        try sampler(preset, $0, learningRate: rate) {
          $0.temperature = 0
          $0.dataCount = 64
          $0.priorPrecision = 2
          $0.preconditioner = preconditioner
        }
      }
    }
    let sgd = try SamplerReplayTests.values(dtype) {
      try SGD($0, learningRate: 0.05, weightDecay: 2.0 / 64)
    }
    #expect(try cold(.sgld, 0.05) == sgd)
    #expect(try cold(.leimkuhlerMatthews, 0.05) == sgd)
    let rmsprop = try SamplerReplayTests.values(dtype) {
      try RMSprop($0, learningRate: 0.01, alpha: 0.9, epsilon: 1e-4, weightDecay: 2.0 / 64)
    }
    let preconditioner = Preconditioner.rmsprop(alpha: 0.9, epsilon: 1e-4)
    #expect(try cold(.sgld, 0.01, preconditioner) == rmsprop)
    #expect(try cold(.psgld, 0.02, preconditioner) == rmsprop)
    let adam = try SamplerReplayTests.values(dtype) {
      try Adam($0, learningRate: 0.01, beta1: 0.8, beta2: 0.9, weightDecay: 2.0 / 64)
    }
    #expect(try cold(.sgld, 0.01, .adam(beta1: 0.8, beta2: 0.9)) == adam)
    #expect(try cold(.leimkuhlerMatthews, 0.01, .adam(beta1: 0.8, beta2: 0.9)) == adam)
  }

  /// With h and N powers of two, the momentum of SGHMC is SGD's velocity times −hN, exactly.
  @Test(arguments: [DType.float32, .float64])
  func zeroTemperatureOfSGHMC(_ dtype: DType) throws {
    let sgd = try SamplerReplayTests.values(dtype) {
      try SGD($0, learningRate: 1.0 / 16, momentum: 0.9, weightDecay: 2.0 / 64)
    }
    let sghmc = try SamplerReplayTests.values(dtype) {
      try sampler(.sghmc, $0, learningRate: 1.0 / 16) {
        $0.temperature = 0
        $0.dataCount = 64
        $0.priorPrecision = 2
        $0.momentum = 0.9
      }
    }
    #expect(sghmc == sgd)
  }

  @Test(arguments: [DType.float32, .float64])
  func injectedNoiseIsThePlainOptimiser(_ dtype: DType) throws {
    let plain: [([Tensor]) throws -> any Optimizer] = [
      { try SGD($0, learningRate: 0.05, momentum: 0.9, weightDecay: 0.01, nesterov: true) },
      { try Adam($0, learningRate: 0.01, weightDecay: 0.01) },
      { try RMSprop($0, learningRate: 0.01, momentum: 0.5, centered: true) },
    ]
    for make in plain {
      let cold = try SamplerReplayTests.values(dtype) {
        try InjectedNoise(make($0), temperature: 0, dataCount: 64, generator: Generator(seed: 1))
      }
      #expect(try SamplerReplayTests.values(dtype, make) == cold)
      let warm = try SamplerReplayTests.values(dtype) {
        try InjectedNoise(make($0), temperature: 1, dataCount: 64, generator: Generator(seed: 1))
      }
      #expect(warm != cold)
    }
  }

  /// T = 0 without noise: two generators make the same run.
  @Test func zeroTemperatureNeedsNoGenerator() throws {
    for preset in SamplerPreset.all {
      func run(_ seed: UInt64) throws -> [[Double]] {
        try SamplerReplayTests.values {
          try sampler(preset, $0, learningRate: 1e-3, seed: seed) {
            $0.temperature = 0
            $0.dataCount = 64
          }
        }
      }
      let (a, b) = (try run(1), try run(2))
      #expect(a == b, "\(preset.name)")
      #expect(!a.joined().contains { !$0.isFinite }, "\(preset.name)")
    }
  }

  /// What a run is made of, besides its preset.
  struct Recipe {
    var preconditioner: Preconditioner?
    var covariance: CovarianceOptions?
    var gradient = SamplerRun.GradientKind.plain
    var isScheduled = false
  }

  static func recipes(_ preset: SamplerPreset) -> [Recipe] {
    var recipes = SamplerRun.GradientKind.allCases.map { Recipe(gradient: $0) }
    recipes += CovarianceKind.allCases.flatMap { kind in
      SamplerRun.GradientKind.allCases.map {
        Recipe(
          preconditioner: Preconditioner.none, covariance: CovarianceOptions(kind), gradient: $0)
      }
    }
    for scale in [Preconditioner.rmsprop(), .adam(), .scale()] {
      recipes.append(Recipe(preconditioner: scale))
      recipes.append(Recipe(preconditioner: scale, covariance: CovarianceOptions(.diagonal)))
    }
    return recipes
  }

  static func make(
    _ preset: SamplerPreset, _ recipe: Recipe, _ run: SamplerRun, seed: UInt64
  ) throws -> StochasticSampler {
    try sampler(preset, run.net.parameters, learningRate: 1e-3, seed: seed) {
      $0.temperature = 0.1
      $0.dataCount = 64
      $0.batchSize = 16
      $0.preconditioner = recipe.preconditioner
      $0.covariance = recipe.covariance
      $0.varianceReduction = try run.reduction(recipe.gradient)
      if preset.isCyclic { $0.cycle = try StepCycle(steps: 10, count: 2, exploration: 0.4) }
      if preset.burnIn != nil { $0.burnIn = 5 }
    }
  }

  @Test(arguments: SamplerPreset.all.map(\.name))
  func checkpointsReplayBitwise(_ name: String) throws {
    let preset = try #require(SamplerPreset.named(name))
    for recipe in SamplerReplayTests.recipes(preset) {
      let whole = try SamplerRun()
      let optimizer = try SamplerReplayTests.make(preset, recipe, whole, seed: 9)
      try whole.train(optimizer, steps: 5)
      optimizer.learningRate *= 0.5
      let state = try optimizer.state()
      let saved = try whole.net.parameters.map { try $0.detached().clone() }
      let batches = whole.batches.state
      try whole.train(optimizer, steps: 5)

      let resumed = try SamplerRun()
      try GradientMode.with(false) {
        for (parameter, value) in zip(resumed.net.parameters, saved) {
          try parameter.copy(from: value)
        }
      }
      resumed.batches.state = batches
      let second = try SamplerReplayTests.make(preset, recipe, resumed, seed: 77)
      try second.load(state)
      try resumed.train(second, steps: 5)
      #expect(try resumed.net.values() == whole.net.values(), "\(recipe)")
      let (a, b) = (try optimizer.state(), try second.state())
      #expect(a.tensors.map(\.name) == b.tensors.map(\.name))
      #expect(a.numbers.map(\.value) == b.numbers.map(\.value))
      #expect(a.generator == b.generator)
      for (x, y) in zip(a.tensors, b.tensors) { #expect(try x.tensor.isEqual(to: y.tensor)) }

      // The same seed makes the same run, another seed another.
      let again = try SamplerRun()
      try again.train(try SamplerReplayTests.make(preset, recipe, again, seed: 9), steps: 3)
      let third = try SamplerRun()
      try third.train(try SamplerReplayTests.make(preset, recipe, third, seed: 9), steps: 3)
      #expect(try again.net.values() == third.net.values())
      #expect(!(try again.net.values().joined().contains { !$0.isFinite }), "\(recipe)")
    }
  }
}

@Suite struct FusedLangevinTests {
  /// The pass in blocks is the plain step and whole normals, bit for bit, whatever the length.
  @Test(arguments: [DType.float32, .float64], [1, 5, 2048, 2049, 10007])
  func blocksAreTheWhole(_ dtype: DType, _ count: Int) throws {
    func start() throws -> Tensor {
      try Generator(seed: 3).normal(Shape(count), dtype: dtype).requiresGradient(true)
    }
    let gradient = try Generator(seed: 4).normal(Shape(count), dtype: dtype)
    let (fused, plain) = (try start(), try start())
    let langevin = try sgld(
      [fused], learningRate: 0.1, temperature: 0.7, dataCount: 30, priorPrecision: 2,
      generator: Generator(seed: 5))
    let noisy = try InjectedNoise(
      SGD([plain], learningRate: 0.1, weightDecay: 2.0 / 30), temperature: 0.7, dataCount: 30,
      generator: Generator(seed: 5))
    for _ in 0..<3 {
      for theta in [fused, plain] { theta.gradient = gradient }
      try langevin.step()
      try noisy.step()
    }
    #expect(try fused.isEqual(to: plain))
    let difference = abs(try #require(langevin.noiseRatio()) / #require(noisy.noiseRatio()) - 1)
    #expect(difference < (dtype == .float32 ? 1e-4 : 1e-12))
  }
}

@Suite struct InjectedNoiseTests {
  /// Each group's noise is that of its own learning rate, and a prior enters the gradient once.
  @Test func groupsHaveTheirOwnNoise() throws {
    let n = 4000
    let parameters = try (0..<2).map { _ in
      try Tensor.zeros(Shape(n), dtype: .float64).requiresGradient(true)
    }
    let base = try SGD([parameters[0]], learningRate: 0.1)
    try base.addGroup([parameters[1]], [("lr", [0.4])])
    let noisy = try InjectedNoise(
      base, temperature: 2, dataCount: 5, priorPrecision: 3, generator: Generator(seed: 1))
    #expect(noisy.groupCount == 2 && noisy.name == "NoisySGD")
    for parameter in parameters {
      parameter.gradient = try Tensor.zeros(Shape(n), dtype: .float64)
    }
    try noisy.step()
    for (parameter, rate) in zip(parameters, [0.1, 0.4]) {
      let variance = try parameter.detached().square().mean().item()
      #expect(abs(variance / (2 * rate * 2 / 5) - 1) < 0.1)
    }
    // Without noise: θ − lr (λ/N) θ.
    noisy.temperature = 0
    let before = try parameters[1].doubles()
    try noisy.step()
    #expect(distance(try parameters[1].doubles(), before.map { $0 * (1 - 0.4 * 3 / 5) }) < 1e-14)
    #expect(try parameters[1].gradient?.square().sum().item() == 0)
  }

  @Test func statesReplay() throws {
    let run = try SamplerRun()
    func make(_ run: SamplerRun, _ seed: UInt64) throws -> InjectedNoise {
      try InjectedNoise(
        Adam(run.net.parameters, learningRate: 0.01), temperature: 0.1, dataCount: 64,
        generator: Generator(seed: seed))
    }
    let first = try make(run, 3)
    try run.train(first, steps: 4)
    let (state, batches) = (try first.state(), run.batches.state)
    let saved = try run.net.parameters.map { try $0.detached().clone() }
    try run.train(first, steps: 4)
    let other = try SamplerRun()
    try GradientMode.with(false) {
      for (parameter, value) in zip(other.net.parameters, saved) { try parameter.copy(from: value) }
    }
    other.batches.state = batches
    let second = try make(other, 8)
    try second.load(state)
    try other.train(second, steps: 4)
    #expect(try other.net.values() == run.net.values())
    var wrong = state
    wrong.optimizer = "Adam"
    #expect(tensorError { try second.load(wrong) }?.reason.contains("NoisyAdam") == true)
  }
}
