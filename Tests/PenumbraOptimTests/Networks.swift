/// Small networks and comparisons that the tests share.

import PenumbraTensor
import Testing

/// A multilayer perceptron whose parameters are plain leaves: weight, bias, weight, bias, ...
struct Perceptron {
  enum Activation { case leakyReLU, tanh }
  let parameters: [Tensor]
  let activation: Activation

  init(
    _ widths: [Int], _ activation: Activation = .leakyReLU, seed: UInt64, dtype: DType = .float64
  )
    throws
  {
    let generator = Generator(seed: seed)
    var parameters: [Tensor] = []
    for (input, output) in zip(widths, widths.dropFirst()) {
      let scale = 1 / Double(input).squareRoot()
      parameters.append(
        try generator.normal(Shape(output, input), std: scale, dtype: dtype).requiresGradient(true))
      parameters.append(
        try generator.normal(Shape(output), std: 0.3, dtype: dtype).requiresGradient(true))
    }
    self.parameters = parameters
    self.activation = activation
  }

  /// The same values in leaves of its own.
  init(copying other: Perceptron) throws {
    parameters = try other.parameters.map { try $0.detached().clone().requiresGradient(true) }
    activation = other.activation
  }

  /// x: [..., in] → [..., out]
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    var x = x
    for index in stride(from: 0, to: parameters.count, by: 2) {
      x = try x.linear(parameters[index], parameters[index + 1])
      guard index + 2 < parameters.count else { break }
      x = try activation == .tanh ? x.tanh() : x.leakyReLU(slope: 0.2)
    }
    return x
  }

  func values() throws -> [[Double]] { try parameters.map { try $0.doubles() } }
}

extension Tensor {
  /// Mean of −log σ(±x), the discriminator's loss for real (true) or fake samples.
  func discriminatorLoss(real: Bool) throws -> Tensor {
    try bceWithLogits(Tensor.full(shape, real ? 1 : 0, dtype: dtype))
  }

  /// Row i of the first dimension, kept as a batch of one.
  func example(_ index: Int) throws -> Tensor { try narrow(0, start: index, count: 1).clone() }

  /// A leaf with these values.
  static func leaf(_ values: [Double], _ shape: Shape, dtype: DType = .float64) throws -> Tensor {
    try Tensor(values, shape, dtype: dtype).requiresGradient(true)
  }
}

/// Σ (s_i − s̄)² / (n − 1), by two passes over explicit per-example gradients.
func variance(_ examples: [[Double]]) -> [Double] {
  let n = Double(examples.count)
  return examples[0].indices.map { element in
    let mean = examples.reduce(0) { $0 + $1[element] } / n
    return examples.reduce(0) { $0 + ($1[element] - mean) * ($1[element] - mean) } / (n - 1)
  }
}

/// The greatest distance between two lists, relative to the greatest value (at least 1).
func distance(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  let size = b.reduce(1) { max($0, abs($1)) }
  return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / size
}

/// The error that `body` throws; a failure where it throws none.
func tensorError(
  _ location: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) -> TensorError? {
  do {
    try body()
    Issue.record("no error was thrown", sourceLocation: location)
    return nil
  } catch {
    return error as? TensorError
  }
}
