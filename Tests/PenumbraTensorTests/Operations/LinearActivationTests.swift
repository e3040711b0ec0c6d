/// The affine map with its activation in one operation, beside the two operations.

import PenumbraTensor
import TestSupport
import Testing

struct LinearActivationTests {
  private static let activations: [LinearActivation] = [
    .relu, .leakyReLU(slope: 0.2), .tanh, .sigmoid,
  ]

  private static func separately(_ activation: LinearActivation, _ x: Tensor) throws -> Tensor {
    switch activation {
    case .relu: try x.relu()
    case .leakyReLU(let slope): try x.leakyReLU(slope: slope)
    case .tanh: try x.tanh()
    case .sigmoid: try x.sigmoid()
    }
  }

  private static func leaf(_ shape: Shape, _ dtype: DType, _ generator: Generator) throws -> Tensor
  {
    try generator.normal(shape, dtype: dtype).requiresGradient(true)
  }

  @Test(arguments: activations, [DType.float32, .float64])
  func `Values and gradients are those of the two operations, bit for bit`(
    activation: LinearActivation, dtype: DType
  ) throws {
    let generator = Generator(seed: 11)
    for shape in [Shape(1, 3), Shape(37, 3), Shape(0, 3)] {
      for hasBias in [true, false] {
        let x = try Self.leaf(shape, dtype, generator)
        let weight = try Self.leaf(Shape(19, 3), dtype, generator)
        let bias = hasBias ? try Self.leaf(Shape(19), dtype, generator) : nil
        let inputs = [x, weight] + (bias.map { [$0] } ?? [])
        let one = try x.linear(weight, bias, activation: activation)
        let two = try Self.separately(activation, x.linear(weight, bias))
        #expect(try bits(one) == bits(two))
        let seed = try generator.normal(one.shape, dtype: dtype)
        let gradients = try [one, two].map {
          try Tensor.gradients(of: [$0], withRespectTo: inputs, seeds: [seed])
            .map { try $0.map(bits) }
        }
        #expect(gradients[0] == gradients[1])
      }
    }
  }

  @Test(arguments: activations)
  func `First and second derivatives agree with finite differences`(activation: LinearActivation)
    throws
  {
    let generator = Generator(seed: 5)
    let inputs = try [Shape(4, 3), Shape(2, 3), Shape(2)].map {
      try generator.normal($0, dtype: .float64)
    }
    let function: ([Tensor]) throws -> [Tensor] = {
      [try $0[0].linear($0[1], $0[2], activation: activation)]
    }
    try gradcheck(inputs, function)
    try gradgradcheck(inputs, function)
  }

  @Test func `Not a number and infinities go through as in the two operations`() throws {
    let x = try Tensor(
      [Double.nan, .infinity, -.infinity, -0.0, 0, 1e308], Shape(6, 1), dtype: .float64)
    let weight = try Tensor([1.0, -1], Shape(2, 1), dtype: .float64)
    for activation in Self.activations {
      let one = try x.linear(weight, activation: activation)
      #expect(try bits(one) == bits(Self.separately(activation, x.linear(weight))))
    }
  }

  private func bits(_ x: Tensor) throws -> [UInt64] { try x.doubles().map(\.bitPattern) }
}
