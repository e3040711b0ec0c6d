/// Noise at many strengths at once: the laws of the strengths, and what the examples get.

import Glibc
import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct NoiseLevelTests {
  private let count = 20000

  /// The strengths of one call with 20,000 examples, sorted.
  private func strengths(_ law: StrengthLaw, sigma: Double = 1) throws -> [Double] {
    let blur = try NoiseLevelsBlur(sigma: .number(sigma), law: law, using: Generator(seed: 21))
    _ = try blur(.zeros([count, 1], dtype: .float64))
    return try #require(blur.strengths).doubles().sorted()
  }

  /// Kolmogorov's distance from a distribution function; below 1.95/√n with probability 0.999.
  private func expectLaw(
    _ sorted: [Double], _ cumulative: (Double) -> Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let n = Double(sorted.count)
    let distance = sorted.enumerated().map { index, value in
      max(
        abs(cumulative(value) - Double(index) / n), abs(cumulative(value) - Double(index + 1) / n))
    }.max()
    #expect(distance ?? 1 < 1.95 / n.squareRoot(), sourceLocation: sourceLocation)
  }

  @Test func strengthsFollowTheirLaw() throws {
    expectLaw(try strengths(.uniform(low: 0.5, high: 2))) { ($0 - 0.5) / 1.5 }
    expectLaw(try strengths(.uniform(low: 0.5, high: 2), sigma: 3)) { ($0 / 3 - 0.5) / 1.5 }
    expectLaw(try strengths(.logUniform(low: 0.01, high: 1))) { log($0 / 0.01) / log(100) }
    expectLaw(try strengths(.halfNormal(scale: 0.4))) { erf($0 / 0.4 / 2.0.squareRoot()) }
    #expect(try strengths(.uniform(low: 1, high: 1)).allSatisfy { $0 == 1 })
  }

  @Test func examplesGetTheirStrengths() throws {
    let own = try Tensor([0, 0.1, 5], [3], dtype: .float32)
    let blur = try NoiseLevelsBlur(law: .custom { _ in own }, using: Generator(seed: 4))
    let x = try sample([3, 20000])
    let noise = try blur(x).sub(x)
    for (index, sigma) in [0, 0.1, 5].enumerated() {
      let square = try noise.select(0, index).square().mean().item()
      #expect(abs(square - sigma * sigma) <= 5 * sigma * sigma * 0.01 + 1e-12)
    }
    #expect(try #require(blur.strengths).dtype == .float64)
    try blur.setSigma(0)
    #expect(try blur(x) === x)
    #expect(try #require(blur.strengths).doubles() == [0, 0, 0])
  }

  @Test func strengthsDifferFromCallToCall() throws {
    let blur = try NoiseLevelsBlur(law: .halfNormal(scale: 1), using: Generator(seed: 4))
    #expect(blur.strengths == nil)
    _ = try blur(.zeros([4, 1]))
    let first = try #require(blur.strengths).doubles()
    _ = try blur(.zeros([4, 1]))
    #expect(try #require(blur.strengths).doubles() != first)
    #expect(try blur(.zeros([0, 3])).shape == [0, 3])
  }

  @Test func argumentsAreChecked() throws {
    let generator = Generator(seed: 1)
    let bad: [StrengthLaw] = [
      .uniform(low: -1, high: 1), .uniform(low: 2, high: 1), .uniform(low: 0, high: .infinity),
      .logUniform(low: 0, high: 1), .logUniform(low: .nan, high: 1), .halfNormal(scale: -1),
    ]
    for law in bad {
      #expect(throws: TensorError.self) { try NoiseLevelsBlur(law: law, using: generator) }
    }
    let x = try Tensor.ones([3, 2])
    for wrong in [try Tensor.ones([2]), try .ones([3], dtype: .int64), try .full([3], -1)] {
      let blur = try NoiseLevelsBlur(law: .custom { _ in wrong }, using: generator)
      #expect(throws: TensorError.self) { try blur(x) }
    }
    let blur = try NoiseLevelsBlur(law: .uniform(low: 0, high: 1), using: generator)
    #expect(throws: TensorError.self) { try blur(.scalar(1)) }
    #expect(throws: TensorError.self) { try blur(.ones([2], dtype: .int64)) }
    try blur.setSigma(.tensor(.ones([1, 2])))
    #expect(throws: TensorError.self) { try blur(x) }
  }
}
