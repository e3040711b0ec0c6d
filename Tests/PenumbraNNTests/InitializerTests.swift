/// Initialisers: bounds, moments, orthogonality.

import Glibc
import PenumbraNN
import PenumbraTensor
import Testing

@Suite struct InitializerTests {
  let generator = Generator(seed: 11)

  private func moments(_ values: [Double]) -> (mean: Double, std: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, square.squareRoot())
  }

  @Test func scalesFollowFromTheFans() throws {
    // weight [out, in, kernel]: fan in 60 · 5 = 300, fan out 40 · 5 = 200
    let shape: Shape = [40, 60, 5]
    let cases: [(Initializer, std: Double, isUniform: Bool)] = [
      (.kaimingUniform(), (2.0 / 300).squareRoot(), true),
      (.kaimingUniform(slope: 1, fan: .output), (1.0 / 200).squareRoot(), true),
      (.kaimingNormal(), (2.0 / 300).squareRoot(), false),
      (.kaimingNormal(fan: .output, gain: 3), 3 / 200.0.squareRoot(), false),
      (.xavierUniform(gain: 2), 2 * (2.0 / 500).squareRoot(), true),
      (.xavierNormal(), (2.0 / 500).squareRoot(), false),
      (try .normal(mean: 0, std: 0.02), 0.02, false),
      (try .uniform(low: -3, high: 3), 3.0.squareRoot(), true),
    ]
    for (initializer, std, isUniform) in cases {
      let values = try initializer(shape, dtype: .float64, using: generator).doubles()
      let found = moments(values)
      // 12,000 draws: the standard deviation is known to 0.65 % or better, the mean to 0.91 % of
      // it.
      #expect(abs(found.std / std - 1) < 0.03, "\(initializer.name)")
      #expect(abs(found.mean) < 0.04 * std, "\(initializer.name)")
      let bound = std * 3.0.squareRoot()
      #expect(values.allSatisfy { abs($0) <= bound } == isUniform, "\(initializer.name)")
    }
    #expect(throws: TensorError.self) { try Initializer.kaimingNormal()([3], using: generator) }
    #expect(throws: TensorError.self) { try Initializer.normal(std: -1) }
    #expect(throws: TensorError.self) { try Initializer.uniform(low: 1, high: 0) }
  }

  @Test func gainsAreTheStandardOnes() throws {
    #expect(try Initializer.gain("relu") == 2.0.squareRoot())
    #expect(try Initializer.gain("tanh") == 5.0 / 3)
    #expect(try Initializer.gain("leaky_relu", slope: 0.2) == (2 / 1.04).squareRoot())
    #expect(throws: TensorError.self) { try Initializer.gain("cube") }
  }

  @Test(arguments: [(-2.0, 2.0), (0.5, 3), (-9, -8), (8, 9), (-1, .infinity)])
  func truncatedNormalHasItsMoments(_ low: Double, _ high: Double) throws {
    let (mean, std) = (0.25, 0.5)
    let initializer = try Initializer.truncatedNormal(mean: mean, std: std, low: low, high: high)
    let values = try initializer([20_000], dtype: .float64, using: generator).doubles()
    #expect(values.allSatisfy { $0 >= low && $0 <= high })
    // The mean by Simpson's rule over the density, scaled by its value at the bound nearest the
    // mean.
    let nearest = min(max(mean, low), high)
    let (a, b) = (max(low, mean - 40 * std), min(high, mean + 40 * std))
    var (mass, moment, second) = (0.0, 0.0, 0.0)
    let pieces = 400_000
    for index in 0...pieces {
      let x = a + (b - a) * Double(index) / Double(pieces)
      let (u, v) = ((x - mean) / std, (nearest - mean) / std)
      let weight = exp(-0.5 * (u * u - v * v)) * (index % pieces == 0 ? 1 : index % 2 == 1 ? 4 : 2)
      mass += weight
      moment += weight * (x - nearest)
      second += weight * (x - nearest) * (x - nearest)
    }
    let (expected, spread) = (nearest + moment / mass, (second / mass).squareRoot())
    #expect(abs(moments(values).mean - expected) < 0.04 * spread)
  }

  @Test func truncatedNormalChecksItsBounds() {
    #expect(throws: TensorError.self) { try Initializer.truncatedNormal(low: 2, high: 1) }
    #expect(throws: TensorError.self) { try Initializer.truncatedNormal(std: 0) }
  }

  @Test(arguments: [[5, 5], [3, 8], [8, 3], [4, 2, 3]])
  func orthogonalMatrices(_ extents: [Int]) throws {
    let weight = try Initializer.orthogonal(gain: 2)(
      Shape(extents), dtype: .float64, using: generator)
    #expect(weight.shape.array == extents)
    let flat = try weight.flatten(1)
    let isWide = flat.shape[0] <= flat.shape[1]
    let gram =
      try isWide
      ? flat.matmul(flat.transpose(0, 1)) : flat.transpose(0, 1).matmul(flat)
    expectClose(
      try gram.doubles(), try Tensor.eye(gram.shape[0], dtype: .float64).mul(4).doubles(), 1e-13)
  }

  @Test func fillsInPlace() throws {
    let weight = try Tensor.zeros([3, 3]).requiresGradient(true)
    try Initializer.constant(2).fill(weight, using: generator)
    #expect(try weight.doubles() == [Double](repeating: 2, count: 9))
    #expect(weight.isLeaf)
  }
}
