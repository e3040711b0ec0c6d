/// Blurs of the density: noise and smears.

import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct DensityBlurTests {
  @Test func noiseHasItsStrength() throws {
    let blur = try NoiseBlur(sigma: 0.5, using: Generator(seed: 3))
    let x = try Tensor.full([200, 500], 2, dtype: .float64)
    let noise = try blur(x).sub(x)
    // 100,000 draws: mean 0 ± 0.0016, standard deviation 0.5 ± 0.0011.
    #expect(abs(try noise.mean().item()) < 0.008)
    #expect(abs(try noise.standardDeviation().item() - 0.5) < 0.006)
    #expect(try blur(x).doubles() != blur(x).doubles())
    try blur.setSigma(0)
    #expect(try blur(x) === x)
    #expect(throws: TensorError.self) { try blur.setSigma(-0.1) }
    #expect(throws: TensorError.self) { try blur(.ones([3], dtype: .int64)) }
    #expect(blur.domain == .density)
    #expect(blur.description == "noise(sigma=0), of the density")
  }

  @Test(arguments: [SmearSequence.sobol, .normal])
  func allExamplesShareTheOffsets(_ sequence: SmearSequence) throws {
    let blur = try SmearBlur(sigma: 2, copies: 5, sequence: sequence, using: Generator(seed: 3))
    let x = try sample([7, 3])
    let y = try blur(x)
    #expect(y.shape == [5, 7, 3])
    let offsets = try y.sub(x)
    for example in 1..<7 {
      expectClose(
        try offsets.select(1, example).doubles(), try offsets.select(1, 0).doubles(), 1e-12)
    }
    #expect(try blur(x).doubles() != y.doubles())
    try blur.setSigma(0)
    #expect(try blur(x).shape == [1, 7, 3])
    #expect(try blur(x).doubles() == x.doubles())
  }

  @Test(arguments: [SmearSequence.sobol, .normal])
  func offsetsAreStandardNormal(_ sequence: SmearSequence) throws {
    let generator = Generator(seed: 9)
    let blur = try SmearBlur(sigma: 1, copies: 3, sequence: sequence, using: generator)
    let origin = try Tensor.zeros([1, 70], dtype: .float64)
    var (sums, squares, fourths, products) = ([Double](repeating: 0, count: 70), 0.0, 0.0, 0.0)
    let draws = 2000
    for _ in 0..<draws {
      let point = try blur(origin).select(0, 1).doubles()
      for (index, value) in point.enumerated() {
        sums[index] += value
        squares += value * value
        fourths += value * value * value * value
      }
      for index in 1..<70 { products += point[index] * point[index - 1] }
    }
    let count = Double(draws * 70)
    // Each dimension's mean is 0 ± 0.022, dimensions beyond the sequence's included.
    #expect(sums.allSatisfy { abs($0) / Double(draws) < 0.1 })
    #expect(abs(squares / count - 1) < 0.02)
    #expect(abs(fourths / count - 3) < 0.15)
    // Neighbouring dimensions are uncorrelated: ± 0.0027.
    #expect(abs(products / count) < 0.015)
  }

  @Test func sobolOffsetsAreStratified() throws {
    let blur = try SmearBlur(sigma: 1, copies: 16, using: Generator(seed: 5))
    let y = try blur(.zeros([1, 64], dtype: .float64)).squeeze(1)
    var pairs = 0
    for dimension in 0..<64 {
      let column = try y.select(1, dimension).doubles().map { NormalDistribution.cumulative($0) }
      #expect(column.map { Int($0 * 16) }.sorted() == Array(0..<16), "dimension \(dimension)")
      let other = try y.select(1, (dimension + 1) % 64).doubles()
      let cells = zip(column, other).map {
        Int($0 * 4) * 4 + Int(NormalDistribution.cumulative($1) * 4)
      }
      if Set(cells).count == 16 { pairs += 1 }
    }
    // The first pair is a (0, 2)-sequence: one point in each of 4 × 4 cells. Not all pairs are.
    #expect(pairs >= 1)
    let first = try y.narrow(1, start: 0, count: 2).doubles().map {
      NormalDistribution.cumulative($0)
    }
    let cells = (0..<16).map { Int(first[2 * $0] * 4) * 4 + Int(first[2 * $0 + 1] * 4) }
    #expect(cells.sorted() == Array(0..<16))
  }

  @Test func sobolOffsetsEstimateMeansBetter() throws {
    // E cos(3 ξ₁ ξ₂ / 2) by 64 copies, 60 times; the errors' root mean square.
    func error(_ sequence: SmearSequence) throws -> Double {
      let blur = try SmearBlur(sigma: 1, copies: 64, sequence: sequence, using: Generator(seed: 1))
      let origin = try Tensor.zeros([1, 2], dtype: .float64)
      var total = 0.0
      for _ in 0..<60 {
        let y = try blur(origin)
        let product = try y.select(2, 0).mul(y.select(2, 1)).mul(1.5)
        // E cos(a ξ₁ ξ₂) = 1/√(1 + a²)
        let miss = try product.cos().mean().item() - 1 / (1 + 1.5 * 1.5).squareRoot()
        total += miss * miss
      }
      return (total / 60).squareRoot()
    }
    #expect(try error(.sobol) < error(.normal) / 2)
  }

  @Test func derivativesFlowThrough() throws {
    let state = Generator(seed: 4).state
    try expectDerivatives(at: [sample([3, 2])]) { inputs in
      let generator = Generator(seed: 4)
      generator.state = state
      let smear = try SmearBlur(sigma: 0.7, copies: 4, using: generator)
      let noise = try NoiseBlur(sigma: 0.3, using: generator)
      return try ComposedFilter([noise, smear])(inputs[0]).tanh().sum()
    }
  }

  @Test func sameSeedSameOffsets() throws {
    func draw() throws -> [Double] {
      try SmearBlur(sigma: 1, using: Generator(seed: 8))(.zeros([2, 3])).doubles()
    }
    #expect(try draw() == draw())
  }

  @Test func smearsAreChecked() throws {
    let generator = Generator(seed: 1)
    #expect(throws: TensorError.self) { try SmearBlur(sigma: -1, using: generator) }
    #expect(throws: TensorError.self) { try SmearBlur(sigma: 1, copies: 0, using: generator) }
    let blur = try SmearBlur(sigma: 1, copies: 2, using: generator)
    #expect(throws: TensorError.self) { try blur(.scalar(1)) }
    #expect(throws: TensorError.self) { try blur(.ones([1, 1, 1, 1, 1, 1, 1, 1])) }
    #expect(try blur(.ones([0, 3])).shape == [2, 0, 3])
    #expect(try blur(.ones([3, 0])).shape == [2, 3, 0])
    #expect(try blur(.ones([3])).shape == [2, 3])
  }
}
