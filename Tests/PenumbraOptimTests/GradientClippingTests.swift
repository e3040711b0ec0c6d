/// Clipping by the norm of all gradients together, and by value.

import PenumbraOptim
import PenumbraTensor
import Testing

@Suite struct GradientClippingTests {
  /// Parameters with these gradients; nil leaves one without.
  private func parameters(_ gradients: [[Double]?], _ dtype: DType = .float64) throws -> [Tensor] {
    try gradients.map { values in
      let shape: Shape = [values?.count ?? 1]
      let parameter = try Tensor.zeros(shape, dtype: dtype).requiresGradient(true)
      if let values { try parameter.setGradient(Tensor(values, shape, dtype: dtype)) }
      return parameter
    }
  }

  private func gradients(_ parameters: [Tensor]) throws -> [Double] {
    try parameters.flatMap { try $0.gradient?.doubles() ?? [] }
  }

  /// Powers of (3, −4, 12): norms 13, 19, 12 and ∛1819 for p = 2, 1, ∞ and 3; the factor by hand.
  @Test(
    arguments: [
      (2, 13), (1, 19), (.infinity, 12), (3, 12.207054953820636),
    ] as [(Double, Double)])
  func oneNormOverAllGradients(_ p: Double, _ norm: Double) throws {
    let list = try parameters([[3, -4], nil, [12]])
    let found = try GradientClipping.clipNorm(of: list, to: 2, p: p)
    #expect(abs(found - norm) < 1e-13)
    let factor = 2 / (norm + 1e-6)
    for (value, before) in zip(try gradients(list), [3.0, -4, 12]) {
      #expect(abs(value - before * factor) < 1e-14)
    }
  }

  @Test func smallGradientsStay() throws {
    let list = try parameters([[0.3, -0.4]])
    let gradient = try #require(list[0].gradient)
    #expect(try GradientClipping.clipNorm(of: list, to: 1) == 0.5)
    #expect(try gradients(list) == [0.3, -0.4])
    #expect(list[0].gradient === gradient)
  }

  @Test func theGradientItselfIsChanged() throws {
    let list = try parameters([[3, 4]])
    let gradient = try #require(list[0].gradient)
    try GradientClipping.clipNorm(of: list, to: 1)
    #expect(list[0].gradient === gradient)
    try GradientClipping.clipValue(of: list, to: 0.7)
    #expect(try gradient.doubles() == [0.6 / (1 + 2e-7), 0.7].map { min($0, 0.7) })
  }

  @Test func squaresThatOverflowSinglePrecision() throws {
    let list = try parameters([[3e30], [4e30]], .float32)
    let norm = try GradientClipping.clipNorm(of: list, to: 1)
    #expect(abs(norm / 5e30 - 1) < 1e-6)
    #expect(try zip(gradients(list), [0.6, 0.8]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test(arguments: [2, .infinity, 1, 0.5] as [Double])
  func aNormThatIsNotFinite(_ p: Double) throws {
    for bad in [Double.infinity, .nan] {
      let list = try parameters([[1], [bad]])
      #expect(throws: TensorError.self) {
        try GradientClipping.clipNorm(of: list, to: 1, p: p, throwsIfNonfinite: true)
      }
      #expect(try gradients(list)[0] == 1)
      #expect(try !GradientClipping.clipNorm(of: list, to: 1, p: p).isFinite)
      #expect(try gradients(list)[1].isNaN)
    }
  }

  @Test func valuesAreHeld() throws {
    let list = try parameters([[3, -4, 0.5], nil, [-0.1]])
    try GradientClipping.clipValue(of: list, to: 0.75)
    #expect(try gradients(list) == [0.75, -0.75, 0.5, -0.1])
  }

  @Test func anExpandedGradientIsReplaced() throws {
    let parameter = try Tensor.zeros([3], dtype: .float64).requiresGradient(true)
    try parameter.setGradient(Tensor([2.0], [1], dtype: .float64).expand(to: [3]))
    try GradientClipping.clipValue(of: [parameter], to: 1)
    #expect(try parameter.gradient?.doubles() == [1, 1, 1])
  }

  @Test func limitsThatMakeNoSense() throws {
    let list = try parameters([[1]])
    for limit in [-1, .nan] as [Double] {
      #expect(throws: TensorError.self) { try GradientClipping.clipNorm(of: list, to: limit) }
      #expect(throws: TensorError.self) { try GradientClipping.clipValue(of: list, to: limit) }
    }
    for p in [0, -1, .nan] as [Double] {
      #expect(throws: TensorError.self) { try GradientClipping.clipNorm(of: list, to: 1, p: p) }
    }
    #expect(try GradientClipping.clipNorm(of: parameters([nil]), to: 1) == 0)
    #expect(try GradientClipping.clipNorm(of: [], to: 1) == 0)
  }
}
