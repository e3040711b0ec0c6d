import Glibc
import PenumbraData
import PenumbraTensor
import TestSupport
import Testing

@Suite struct MixtureTests {
  private func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(b))
  }

  @Test func definitionsOfTheLiterature() throws {
    let ring = try Mixture.named("ring")
    #expect(ring.modeCount == 8)
    #expect(
      Set(ring.means.map { "\(Int(round($0[0] * 1e6))) \(Int(round($0[1] * 1e6)))" }).count == 8)
    #expect(close(ring.means[1][0], 0.5.squareRoot()) && close(ring.means[1][1], 0.5.squareRoot()))
    #expect(ring.sigmas == Array(repeating: 0.01, count: 8))
    let grid = try Mixture.named("grid")
    #expect(
      Set(grid.means)
        == Set([-4, -2, 0, 2, 4].flatMap { x in [-4, -2, 0, 2, 4].map { [x, $0] } }))
    #expect(grid.sigmas.allSatisfy { $0 == 0.05 })
    let line = try Mixture.named("line5")
    #expect(line.means == [[10], [20], [60], [80], [110]])
    #expect(line.sigmas == [3, 3, 2, 2, 1])
    #expect(try Mixture.named("line6").means == [[-10], [-6], [-2], [2], [6], [10]])
    let toy = try Mixture.named("ring2")
    #expect(close(hypot(toy.means[3][0], toy.means[3][1]), 2 / 1.414))
    #expect(close(toy.sigmas[0], 0.02 / 1.414))
    #expect(close(try Mixture.named("grid2").sigmas[0], 0.05 / 2.828))
    let uneven = try Mixture.named("imbalanced")
    #expect(close(uneven.weights.reduce(0, +), 1))
    #expect(close(uneven.weights[5] / uneven.weights[4], 0.7))
  }

  @Test func irregularFollowsItsGenerator() throws {
    let first = try Mixture.irregular(modes: 30, using: Generator(seed: 5))
    let same = try Mixture.irregular(modes: 30, using: Generator(seed: 5))
    let other = try Mixture.irregular(modes: 30, using: Generator(seed: 6))
    #expect(first.means == same.means && first.sigmas == same.sigmas)
    #expect(first.means != other.means)
    #expect(first.means.joined().allSatisfy { abs($0) <= 15 })
    #expect(first.sigmas.allSatisfy { (0.1...0.5).contains($0) })
  }

  @Test func scaling() throws {
    let mixture = try Mixture(means: [[3, 0], [0, 1]], sigmas: [1, 2], weights: [3, 1])
    // E x² per coordinate: ¾ (9/2 + 1) + ¼ (1/2 + 4).
    #expect(close(mixture.rms, 5.25.squareRoot()))
    #expect(close(try mixture.standardised().rms, 1))
    #expect(try mixture.scaled(by: 2).means == [[6, 0], [0, 2]])
    #expect(try mixture.scaled(by: 2).sigmas == [2, 4])
  }

  @Test(arguments: [DType.float32, .float64])
  func samplesHaveTheMomentsOfTheirModes(dtype: DType) throws {
    let mixture = try Mixture(
      means: [[10, -10], [0, 0], [-20, 5]], sigmas: [1, 0.5, 2], weights: [1, 2, 5])
    let n = 80_000
    let (points, modes) = try mixture.labelledSample(n, using: Generator(seed: 9), dtype: dtype)
    #expect(points.shape == [n, 2] && points.dtype == dtype)
    let (values, labels) = (try points.doubles(), try modes.integers())
    for mode in 0..<3 {
      let own = labels.indices.filter { labels[$0] == Int64(mode) }
      let share = Double(own.count) / Double(n)
      let weight = mixture.weights[mode]
      #expect(abs(share - weight) < 5 * (weight * (1 - weight) / Double(n)).squareRoot())
      for axis in 0..<2 {
        let column = own.map { values[2 * $0 + axis] }
        let mean = column.reduce(0, +) / Double(own.count)
        let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(own.count)
        let sigma = mixture.sigmas[mode]
        let error = 5 / Double(own.count).squareRoot()
        #expect(abs(mean - mixture.means[mode][axis]) < sigma * error)
        #expect(abs(variance / (sigma * sigma) - 1) < error * 2.0.squareRoot())
      }
    }
  }

  @Test func samplingIsReproducibleAndAdvancesEvenly() throws {
    let ring = try Mixture.named("ring")
    let (a, b) = (Generator(seed: 1), Generator(seed: 1))
    let first = try ring.sample(100, using: a).doubles()
    #expect(try first == ring.labelledSample(100, using: b).points.doubles())
    #expect(a.state == b.state)
    #expect(try ring.sample(100, using: a).doubles() != first)
    #expect(try ring.sample(0, using: a).shape == [0, 2])
  }

  @Test func densityIsTheFormula() throws {
    let mixture = try Mixture(means: [[0, 1], [2, -1]], sigmas: [0.5, 1.5], weights: [1, 3])
    func exact(_ x: Double, _ y: Double) -> Double {
      0.25 * exp(-(x * x + (y - 1) * (y - 1)) / 0.5) / (2 * Double.pi * 0.25)
        + 0.75 * exp(-((x - 2) * (x - 2) + (y + 1) * (y + 1)) / 4.5) / (2 * Double.pi * 2.25)
    }
    let points = try Tensor([0.3, 0.4, -2, 5, 2, -1], [3, 2], dtype: .float64)
    let density = try mixture.density(at: points).doubles()
    for (index, (x, y)) in [(0.3, 0.4), (-2, 5), (2, -1)].enumerated() {
      #expect(close(density[index], exact(x, y)))
    }
    let far = try Tensor([1e6, 0], [1, 2], dtype: .float64)
    #expect(try mixture.density(at: far).item() == 0)
    #expect(try mixture.logDensity(at: far).item() < -1e11)
    #expect(try mixture.logDensity(at: far).item().isFinite)
    #expect(try mixture.density(at: points.to(.float32)).dtype == .float32)
  }

  @Test func theDistributionFunctionIntegratesTheDensity() throws {
    let line = try Mixture.named("line5")
    let step = 0.01
    var (mass, integral) = (0.0, 0.0)
    for index in 0..<13_000 {
      let x = -5 + step * (Double(index) + 0.5)
      mass += step * (try line.density(at: Tensor([x], [1], dtype: .float64)).item())
      integral += step * line.cumulative(x)
      if index % 1000 == 999 {
        #expect(close(mass, line.cumulative(x + step / 2), 1e-5))
        #expect(close(integral, line.cumulativeIntegral(x + step / 2), 1e-4))
      }
    }
    for p in [1e-9, 0.1, 0.4, 0.5, 0.93, 1 - 1e-9] {
      #expect(close(line.cumulative(line.quantile(p)), p, 1e-12))
    }
  }

  @Test func badArgumentsAreNamed() {
    func failure(_ body: () throws -> Mixture) -> String {
      let error = #expect(throws: TensorError.self) { _ = try body() }
      return error?.description ?? ""
    }
    #expect(
      failure { try .named("rings") }
        == "mixture: name: expected one of ring, ring2, grid, grid2, line5, line6, irregular, "
        + "imbalanced, got 'rings'")
    #expect(failure { try .ring(modes: 0) } == "mixture: modes: expected 1 to 1000000, got 0")
    #expect(failure { try .ring(sigma: 0) } == "mixture: sigma: expected positive numbers, got 0.0")
    #expect(failure { try .ring(sigma: .nan) }.contains("sigma"))
    #expect(failure { try .ring(radius: .infinity) }.contains("means"))
    #expect(failure { try .grid(side: 1001) }.contains("side"))
    #expect(failure { try Mixture(means: [], sigmas: [1]) }.contains("means"))
    #expect(failure { try Mixture(means: [[1], [1, 2]], sigmas: [1]) }.contains("1 coordinates"))
    #expect(
      failure { try Mixture(means: [[1], [2]], sigmas: [1, 2, 3]) }.contains("one number or 2"))
    #expect(failure { try Mixture(means: [[1]], sigmas: [1], weights: [0]) }.contains("weights"))
    #expect(failure { try Mixture.named("ring").reweighted(geometric: -1) }.contains("weights"))
    #expect(failure { try Mixture.named("ring").scaled(by: 0) }.contains("scale"))
    var options = Mixture.Options()
    options.sigma = .nan
    for name in Mixture.names { #expect(failure { try .named(name, options) }.contains("sigma")) }
    #expect(throws: TensorError.self) {
      try Mixture.named("ring").sample(-1, using: Generator(seed: 0))
    }
    #expect(throws: TensorError.self) {
      try Mixture.named("ring").density(at: Tensor.zeros([4, 3]))
    }
  }
}
