/// Random numbers: published vectors, distributions, reproducibility.

internal import Glibc
import PenumbraTensor
import TestSupport
import Testing

@Suite struct GeneratorTests {
  /// Random123's known answers for Philox 4×32-10, as 24-bit fractions of the four words.
  @Test func philoxMatchesThePublishedVectors() throws {
    let vectors: [(Generator.State, [UInt32])] = [
      (.init(seed: 0), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        .init(seed: .max, low: .max, high: .max),
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        .init(seed: 0x299f_31d0_a409_3822, low: 0x85a3_08d3_243f_6a88, high: 0x0370_7344_1319_8a2e),
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ]
    for (state, words) in vectors {
      let generator = Generator(seed: 1)
      generator.state = state
      let found = try generator.uniform([4]).doubles()
      #expect(found == words.map { Double($0 >> 8) / 16_777_216 })
    }
  }

  @Test func theCounterCarries() throws {
    let generator = Generator(seed: 9)
    generator.state = .init(seed: 9, low: .max, high: 4)
    let both = try generator.uniform([8]).doubles()
    #expect(generator.state == .init(seed: 9, low: 1, high: 5))
    generator.state = .init(seed: 9, low: 0, high: 5)
    #expect(try generator.uniform([4]).doubles() == Array(both.suffix(4)))
  }

  private func everything(_ generator: Generator) throws -> [Double] {
    var all = try generator.uniform([37]).doubles()
    all += try generator.normal([41], mean: 1, std: 2, dtype: .float64).doubles()
    all += try generator.normal([5]).doubles()
    all += try generator.integers([11], from: -5, below: 5).doubles()
    all += try generator.permutation(13).doubles()
    all += try generator.bernoulli([17], probability: 0.3).doubles()
    all += try generator.exponential([19], rate: 2).doubles()
    all += [generator.uniform(), Double(generator.integer(below: 1000))]
    return all
  }

  @Test func theSameSeedGivesTheSameNumbers() throws {
    let first = try everything(Generator(seed: 42))
    #expect(try everything(Generator(seed: 42)) == first)
    #expect(try everything(Generator(seed: 43)) != first)
  }

  @Test func aSavedStateContinues() throws {
    let generator = Generator(seed: 42)
    _ = try everything(generator)
    let state = generator.state
    let next = try everything(generator)
    let other = Generator(seed: 0)
    other.state = state
    #expect(try everything(other) == next)
    generator.state = state
    #expect(try everything(generator) == next)
  }

  @Test func theNumberOfThreadsChangesNothing() throws {
    let before = Threads.count
    defer { Threads.count = before }
    Threads.count = 1
    let one = try Generator(seed: 7).normal([200_001]).doubles()
    Threads.count = 2
    #expect(try Generator(seed: 7).normal([200_001]).doubles() == one)
  }

  @Test func uniformNumbers() throws {
    let generator = Generator(seed: 1)
    for dtype in [DType.float32, .float64] {
      let x = try generator.uniform([200_000], low: -2, high: 3, dtype: dtype).doubles()
      #expect(x.allSatisfy { $0 >= -2 && $0 < 3 })
      #expect(kolmogorovSmirnov(x) { ($0 + 2) / 5 } < 1.95)
      expectMoments(x, mean: 0.5, variance: 25 / 12)
    }
  }

  @Test func normalNumbers() throws {
    let generator = Generator(seed: 2)
    for dtype in [DType.float32, .float64] {
      let x = try generator.normal([200_000], mean: 3, std: 2, dtype: dtype).doubles()
      let standard = x.map { ($0 - 3) / 2 }
      #expect(kolmogorovSmirnov(standard, normalDistribution) < 1.95)
      expectMoments(standard, mean: 0, variance: 1)
      let error = 1 / Double(x.count).squareRoot()
      var (fourth, pairs, tail) = (0.0, 0.0, 0.0)
      for (index, value) in standard.enumerated() {
        fourth += value * value * value * value * error * error
        pairs += index > 0 ? value * standard[index - 1] * error * error : 0
        tail += abs(value) > 3 ? error * error : 0
      }
      #expect(isNear(fourth, 3, within: 4 * 9.8 * error))
      #expect(isNear(pairs, 0, within: 4 * error))
      #expect(isNear(tail, 0.0027, within: 4 * 0.052 * error))
    }
  }

  @Test func exponentialNumbers() throws {
    let generator = Generator(seed: 3)
    for dtype in [DType.float32, .float64] {
      let x = try generator.exponential([200_000], rate: 0.5, dtype: dtype).doubles()
      #expect(x.allSatisfy { $0 >= 0 && $0.isFinite })
      #expect(kolmogorovSmirnov(x) { 1 - exp(-0.5 * $0) } < 1.95)
      expectMoments(x, mean: 2, variance: 4, kurtosis: 9)
    }
  }

  private func isNear(_ x: Double, _ y: Double, within error: Double) -> Bool {
    (x - y).magnitude < error
  }

  private func expectMoments(
    _ x: [Double], mean: Double, variance: Double, kurtosis: Double = 3,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let count = Double(x.count)
    var found = 0.0
    var spread = 0.0
    for value in x { found += value / count }
    for value in x { spread += (value - found) * (value - found) / count }
    let error = (variance / count).squareRoot()
    #expect(isNear(found, mean, within: 4 * error), sourceLocation: location)
    let relative = ((kurtosis - 1) / count).squareRoot()
    #expect(isNear(spread / variance, 1, within: 4 * relative), sourceLocation: location)
  }

  @Test func integersAreUnbiased() throws {
    let generator = Generator(seed: 4)
    let dice = try generator.integers([60_000], from: 1, below: 7).integers()
    #expect(dice.allSatisfy { (1...6).contains($0) })
    // χ² with 5 degrees of freedom exceeds 20.5 once in a thousand times.
    #expect(chiSquare((1...6).map { face in dice.count { $0 == face } }) < 20.5)
    // 2⁶⁴ mod 3·2⁶¹ is 2/3 of the bound: a plain remainder would favour the lower part.
    let bound = Int64(3) << 61
    let large = try generator.integers([30_000], from: 0, below: bound).integers()
    let thirds = (0..<3).map { third in large.count { $0 / (bound / 3) == third } }
    #expect(chiSquare(thirds) < 13.8)
    #expect(
      try generator.integers([3], from: .max - 1, below: .max).integers() == [
        .max - 1, .max - 1, .max - 1,
      ])
  }

  @Test func permutationsAreValidAndUniform() throws {
    let generator = Generator(seed: 5)
    #expect(try generator.permutation(1000).integers().sorted() == Array(0..<1000))
    #expect(try generator.permutation(0).elementCount == 0)
    var counts: [[Int64]: Int] = [:]
    for _ in 0..<12_000 { counts[try generator.permutation(3).integers(), default: 0] += 1 }
    #expect(counts.count == 6)
    #expect(chiSquare(Array(counts.values)) < 20.5)
  }

  @Test func bernoulliNumbers() throws {
    let generator = Generator(seed: 6)
    let x = try generator.bernoulli([100_000], probability: 0.3)
    #expect(isNear(try x.mean().item(), 0.3, within: 4 * 0.46 / 316))
    #expect(try generator.bernoulli([1000], probability: 0).sum().item() == 0)
    #expect(try generator.bernoulli([1000], probability: 1).sum().item() == 1000)
  }
}
