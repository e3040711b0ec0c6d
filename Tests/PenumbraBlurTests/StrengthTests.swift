/// Strengths that are tensors: one for each example, learnable, checked at each call.

import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct StrengthTests {
  /// Variance of n normal draws: σ² ± σ² √(2/n); five of these are allowed.
  private func expectVariance(
    _ noise: Tensor, _ variance: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let n = Double(noise.elementCount)
    let (mean, square) = (try noise.mean().item(), try noise.square().mean().item())
    #expect(abs(mean) <= 5 * (variance / n).squareRoot(), sourceLocation: sourceLocation)
    #expect(
      abs(square - variance) <= 5 * variance * (2 / n).squareRoot(), sourceLocation: sourceLocation)
  }

  @Test func eachExampleHasItsOwnNoise() throws {
    let sigmas = [0, 0.5, 3]
    let blur = try NoiseBlur(
      sigma: .tensor(Tensor(sigmas, [3], dtype: .float64)), using: Generator(seed: 11))
    let x = try sample([3, 40, 500])
    let noise = try blur(x).sub(x)
    for (index, sigma) in sigmas.enumerated() {
      try expectVariance(noise.select(0, index), sigma * sigma)
    }
    // Coordinates of one point are independent: cov ± σ²/√n.
    let pairs = try noise.select(0, 2)
    let product = try pairs.select(0, 0).mul(pairs.select(0, 1)).mean().item()
    #expect(abs(product) < 5 * 9 / 500.0.squareRoot())
  }

  @Test func coordinatesMayDiffer() throws {
    let strength = try Tensor([1, 0, 2], [1, 3], dtype: .float64)
    let blur = try NoiseBlur(sigma: .tensor(strength), using: Generator(seed: 12))
    let noise = try blur(.zeros([20000, 3], dtype: .float64))
    try expectVariance(noise.select(1, 0), 1)
    try expectVariance(noise.select(1, 2), 4)
    #expect(try noise.select(1, 1).square().sum().item() == 0)
    let smear = try SmearBlur(sigma: .tensor(strength), copies: 3, using: Generator(seed: 1))
    let y = try smear(.zeros([5, 3], dtype: .float64))
    #expect(y.shape == [3, 5, 3])
    #expect(try y.select(2, 1).square().sum().item() == 0)
  }

  @Test func theNoiseIsTheSameForNumbersAndTensors() throws {
    let x = try sample([4, 3])
    let number = try NoiseBlur(sigma: 0.3, using: Generator(seed: 5))
    let tensor = try NoiseBlur(
      sigma: .tensor(.scalar(0.3, dtype: .float32)), using: Generator(seed: 5))
    expectClose(try number(x).doubles(), try tensor(x).doubles(), 1e-7)
    #expect(try tensor(x).dtype == .float64)
  }

  @Test(arguments: [[], [3], [1, 2], [3, 2]] as [Shape])
  func strengthsHaveDerivatives(_ shape: Shape) throws {
    let sigma = try sample(shape, seed: 4).square().add(0.3)
    func same(_ make: (Tensor, Generator) throws -> any Filter) throws {
      try expectDerivatives(at: [sample([3, 2]), sigma]) { inputs in
        let filter = try make(inputs[1], Generator(seed: 7))
        return try filter(inputs[0]).tanh().sum()
      }
    }
    try same { try NoiseBlur(sigma: .tensor($0), using: $1) }
    try same { try SmearBlur(sigma: .tensor($0), copies: 3, using: $1) }
    try same { try SmearBlur(sigma: .tensor($0), sequence: .unscented, using: $1) }
    try same { try DiffusionBlur(sigma: .tensor($0.div(8)), noise: 0.7, using: $1) }
    if shape.rank == 0 || shape == [3] {
      try same {
        try NoiseLevelsBlur(
          sigma: .tensor($0), law: .uniform(low: 0.1, high: 2), using: $1)
      }
    }
  }

  /// E (x + σ ξ)² = x² + σ², so its derivative by σ is 2σ: by 40,000 draws ± 0.03.
  @Test func sigmaIsLearntByReparameterisation() throws {
    let sigma = try Tensor.scalar(0.8, dtype: .float64).requiresGradient(true)
    let blur = try NoiseBlur(sigma: .tensor(sigma), using: Generator(seed: 3))
    try blur(.ones([40000], dtype: .float64)).square().mean().backward()
    let gradient = try #require(sigma.gradient).item()
    // Var of 2(1 + σξ)ξ = 4 (1 + 2σ²), a standard error of 0.015.
    #expect(abs(gradient - 1.6) < 5 * 0.0151)
  }

  @Test func changesInPlaceAreSeenAndChecked() throws {
    let sigma = try Tensor([0.5, 1], [2], dtype: .float64)
    let blur = try NoiseBlur(sigma: .tensor(sigma), using: Generator(seed: 3))
    let x = try Tensor.zeros([2, 3], dtype: .float64)
    _ = try blur(x)
    _ = try sigma.fill(-1)
    let error = #expect(throws: TensorError.self) { try blur(x) }
    #expect(error?.description.contains("exp or softplus") == true)
    #expect(error?.description.contains("got -1") == true)
  }

  @Test func strengthsAreChecked() throws {
    let generator = Generator(seed: 1)
    for bad in [-1, Double.nan, .infinity] {
      let tensor = Strength.tensor(try Tensor([0, bad], [2], dtype: .float64))
      #expect(throws: TensorError.self) { try NoiseBlur(sigma: tensor, using: generator) }
      #expect(throws: TensorError.self) { try SmearBlur(sigma: tensor, using: generator) }
      #expect(throws: TensorError.self) { try DiffusionBlur(sigma: tensor, using: generator) }
    }
    let whole = Strength.tensor(try .ones([], dtype: .int64))
    #expect(throws: TensorError.self) { try NoiseBlur(sigma: whole, using: generator) }
    for shape: Shape in [[2], [3, 1, 1], [4, 3], [1]] {
      let blur = try NoiseBlur(sigma: .tensor(.ones(shape)), using: generator)
      #expect(throws: TensorError.self, "\(shape)") { try blur(.ones([3, 2])) }
    }
    let one = try NoiseBlur(sigma: .tensor(.ones([1])), using: generator)
    #expect(throws: TensorError.self) { try one(.scalar(1)) }
    #expect(try one(.ones([1, 2])).shape == [1, 2])
    #expect(
      try NoiseBlur(sigma: .tensor(.ones([0])), using: generator)(.ones([0, 2])).shape == [0, 2])
    #expect(Strength.tensor(try .ones([0])).greatest == 0)
  }
}
