/// Smears with fixed points: their weights, and the polynomials for which they are exact.

import Glibc
import PenumbraBlur
import PenumbraTensor
import Testing

@Suite struct SigmaPointTests {
  /// E ξᵏ
  private func moment(_ k: Int) -> Double {
    k % 2 == 1 ? 0 : stride(from: k - 1, to: 0, by: -2).reduce(1) { $0 * Double($1) }
  }

  /// The weighted mean of Π (m_i + s ξ_i)^{k_i} over the copies, and by the binomial theorem.
  private func compare(
    _ blur: SmearBlur, _ powers: [Int], tolerance: Double = 1e-12,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let means = powers.indices.map { 0.5 - 0.3 * Double($0) }
    let sigma = blur.sigma.greatest
    let y = try blur(Tensor(means, [1, powers.count], dtype: .float64))
    var product = try Tensor.ones([y.shape[0], 1], dtype: .float64)
    var expected = 1.0
    for (axis, power) in powers.enumerated() {
      for _ in 0..<power { product = try product.mul(y.select(2, axis)) }
      var sum = 0.0
      var binomial = 1.0
      for k in 0...power {
        sum += binomial * pow(means[axis], Double(power - k)) * pow(sigma, Double(k)) * moment(k)
        binomial = binomial * Double(power - k) / Double(k + 1)
      }
      expected *= sum
    }
    let found = try blur.average(product).item()
    #expect(
      abs(found - expected) <= tolerance * max(1, abs(expected)),
      "powers \(powers): \(found) against \(expected)", sourceLocation: sourceLocation)
  }

  private func powers(_ dimension: Int, _ isWanted: ([Int]) -> Bool, upTo limit: Int) -> [[Int]] {
    var all: [[Int]] = [[]]
    for _ in 0..<dimension { all = all.flatMap { list in (0...limit).map { list + [$0] } } }
    return all.filter(isWanted)
  }

  @Test(arguments: [1, 2, 3, 4, 6])
  func unscentedIsExactToDegreeThree(_ dimension: Int) throws {
    let blur = try SmearBlur(sigma: 0.7, sequence: .unscented, using: Generator(seed: 1))
    for powers in powers(dimension, { $0.reduce(0, +) <= 3 }, upTo: 3) {
      try compare(blur, powers)
    }
    #expect(
      try blur(.zeros([2, dimension])).shape[0]
        == (dimension < 3 ? 2 * dimension + 1 : 2 * dimension))
    // Pure fourth powers too, for few dimensions; for one everything up to degree 5.
    if dimension <= 3 {
      for axis in 0..<dimension {
        try compare(blur, (0..<dimension).map { $0 == axis ? 4 : 0 })
      }
    }
    if dimension == 1 { try compare(blur, [5]) }
  }

  @Test(arguments: [1, 2, 3, 5, 8])
  func gaussHermiteIsExact(_ points: Int) throws {
    let blur = try SmearBlur(
      sigma: 0.7, sequence: .gaussHermite, points: points, using: Generator(seed: 1))
    for degree in 0..<2 * points { try compare(blur, [degree]) }
    let degree = min(2 * points - 1, 5)
    for powers in powers(2, { $0.max() ?? 0 <= degree }, upTo: degree) { try compare(blur, powers) }
    #expect(try blur(.zeros([2, 3])).shape == [points * points * points, 2, 3])
    // One degree more is not.
    #expect(throws: (any Error).self) {
      let y = try blur(.zeros([1, 1], dtype: .float64))
      var power = try Tensor.ones(y.shape, dtype: .float64)
      for _ in 0..<2 * points { power = try power.mul(y) }
      let exact = moment(2 * points) * pow(0.7, Double(2 * points))
      if try abs(blur.average(power).item() - exact) > 1e-6 * exact {
        throw TensorError(.value, "", "")
      }
    }
  }

  /// Abramowitz & Stegun, table 25.10, m = 5: x/√2 and w/√π.
  @Test func pointsAreThePublishedOnes() throws {
    let blur = try SmearBlur(
      sigma: 1, sequence: .gaussHermite, points: 5, using: Generator(seed: 1))
    let x = try blur(.zeros([1, 1], dtype: .float64)).doubles().map { $0 / 2.0.squareRoot() }
    expectClose(
      x,
      [
        -2.020182870456086, -0.958572464613819, 0, 0.958572464613819, 2.020182870456086,
      ], 1e-14)
    let w = try blur.weights(copies: 5).map { $0 * Double.pi.squareRoot() }
    expectClose(
      w,
      [
        0.01995324205904591, 0.3936193231522412, 0.9453087204829419, 0.3936193231522412,
        0.01995324205904591,
      ], 1e-14)
  }

  @Test func theLargestRuleIsAccurate() throws {
    let blur = try SmearBlur(
      sigma: 1, sequence: .gaussHermite, points: 64, using: Generator(seed: 1))
    let y = try blur(.zeros([1, 1], dtype: .float64))
    // E cos(tξ) = exp(−t²/2)
    for t in [0.5, 1, 3] {
      #expect(abs(try blur.average(y.mul(t).cos()).item() - exp(-t * t / 2)) < 1e-13)
    }
    #expect(abs(try blur.weights(copies: 64).reduce(0, +) - 1) < 1e-14)
  }

  @Test func weightsAreThoseOfTheCopies() throws {
    let blur = try SmearBlur(sigma: 1, sequence: .unscented, using: Generator(seed: 1))
    expectClose(try blur.weights(copies: 5), [1, 1, 1, 1, 2].map { $0 / 6 }, 1e-15)
    expectClose(try blur.weights(copies: 8), [Double](repeating: 1 / 8, count: 8), 1e-15)
    expectClose(try blur.weights(copies: 3), [1, 1, 4].map { $0 / 6 }, 1e-15)
    #expect(throws: TensorError.self) { try blur.weights(copies: 7) }
    let values = try sample([5, 2, 3])
    let weights = try Tensor(blur.weights(copies: 5), [5, 1, 1], dtype: .float64)
    expectClose(try blur.average(values).doubles(), try values.mul(weights).sum([0]).doubles())
    try expectDerivatives(at: [values]) { try blur.average($0[0].square()).sum() }
    // σ = 0 is one copy.
    try blur.setSigma(0)
    let x = try sample([4, 2])
    #expect(try blur.average(blur(x)).doubles() == x.doubles())
  }

  @Test func randomCopiesWeighTheSame() throws {
    let blur = try SmearBlur(sigma: 1, copies: 4, using: Generator(seed: 1))
    let values = try sample([4, 3])
    expectClose(try blur.average(values).doubles(), try values.mean([0]).doubles())
    #expect(try blur.weights(copies: 4) == [0.25, 0.25, 0.25, 0.25])
    #expect(throws: TensorError.self) { try blur.average(sample([5, 3])) }
    #expect(throws: TensorError.self) { try blur.average(.scalar(1)) }
    #expect(throws: TensorError.self) { try blur.average(.ones([4], dtype: .int64)) }
  }

  @Test func sizesAreBounded() throws {
    let generator = Generator(seed: 1)
    for points in [0, 65, -1, .max] {
      #expect(throws: TensorError.self) {
        try SmearBlur(sigma: 1, sequence: .gaussHermite, points: points, using: generator)
      }
    }
    let product = try SmearBlur(sigma: 1, sequence: .gaussHermite, using: generator)
    let error = #expect(throws: TensorError.self) { try product(.ones([1, 13])) }
    #expect(error?.description.contains("1048576 points") == true)
    #expect(throws: TensorError.self) { try product(.ones([1, 784])) }
    #expect(throws: TensorError.self) { try product.weights(copies: .max) }
    let unscented = try SmearBlur(sigma: 1, sequence: .unscented, using: generator)
    #expect(throws: TensorError.self) { try unscented(.ones([1, 600_000])) }
    #expect(throws: TensorError.self) { try unscented.weights(copies: .max - 1) }
    #expect(try unscented(.ones([2, 0])).shape[1] == 2)
    #expect(try unscented(.ones([0, 2])).shape == [5, 0, 2])
  }
}
