/// Batch normalisation against its formula, in both modes, and its warning to observers.

import PenumbraNN
import PenumbraTensor
import Testing

@Suite struct BatchNormTests {
  /// (x − μ)/√(v + ε) per feature of x [n, c, positions], with the batch's statistics.
  private func expected(_ x: [Double], _ n: Int, _ c: Int, _ positions: Int, _ epsilon: Double)
    -> (normalized: [Double], mean: [Double], variance: [Double])
  {
    var (result, means, variances) = (x, [Double](), [Double]())
    for feature in 0..<c {
      let indices = (0..<n).flatMap { i in
        (0..<positions).map { (i * c + feature) * positions + $0 }
      }
      let count = Double(indices.count)
      let mean = indices.reduce(0) { $0 + x[$1] } / count
      let variance = indices.reduce(0) { $0 + (x[$1] - mean) * (x[$1] - mean) } / count
      for index in indices { result[index] = (x[index] - mean) / (variance + epsilon).squareRoot() }
      means.append(mean)
      variances.append(variance)
    }
    return (result, means, variances)
  }

  @Test(arguments: [[5, 3], [4, 3, 2], [2, 3, 2, 2]])
  func normalisesTheBatch(_ extents: [Int]) throws {
    let shape = try Shape(extents)
    let layer = try BatchNorm(3, extents.count == 4 ? .two : .one, epsilon: 0.1, dtype: .float64)
    let x = try sample(shape).mul(2).add(1)
    let positions = extents.dropFirst(2).reduce(1, *)
    let wanted = expected(try x.doubles(), extents[0], 3, positions, 0.1)
    expectClose(try layer(x).doubles(), wanted.normalized)

    let buffers = layer.namedBuffers().map(\.tensor)
    let count = Double(extents[0] * positions)
    expectClose(try buffers[0].doubles(), wanted.mean.map { 0.1 * $0 })
    expectClose(
      try buffers[1].doubles(), wanted.variance.map { 0.9 + 0.1 * $0 * count / (count - 1) })
    #expect(try buffers[2].integerItem() == 1)

    layer.evaluate()
    let (mean, variance) = (try buffers[0].doubles(), try buffers[1].doubles())
    let used = try x.doubles().enumerated().map { index, value in
      let feature = index / positions % 3
      return (value - mean[feature]) / (variance[feature] + 0.1).squareRoot()
    }
    expectClose(try layer(x).doubles(), used)
    #expect(try buffers[2].integerItem() == 1)
  }

  @Test(arguments: [true, false], [[4, 2], [2, 2, 2, 2]])
  func derivatives(isTraining: Bool, _ extents: [Int]) throws {
    let layer = try BatchNorm(2, extents.count == 4 ? .two : .one, dtype: .float64)
    layer.train(isTraining)
    let inputs = [
      try sample(Shape(extents)), try sample([2], seed: 2), try sample([2], seed: 3),
    ]
    let probe = try sample(Shape(extents), seed: 4)
    try expectDerivatives(at: inputs, tolerance: 1e-6) { inputs in
      try layer.withParameters(["weight": inputs[1], "bias": inputs[2]]) {
        try layer(inputs[0]).mul(probe).tanh().sum()
      }
    }
  }

  @Test func averagesAllBatchesWithoutMomentum() throws {
    let layer = try BatchNorm(1, .one, momentum: nil, affine: false, dtype: .float64)
    for start in [0.0, 10, 20] {
      _ = try layer(Tensor([start, start + 2], [2, 1], dtype: .float64))
    }
    expectClose(try layer.namedBuffers()[0].tensor.doubles(), [11])
    expectClose(try layer.namedBuffers()[1].tensor.doubles(), [2])
    #expect(layer.parameters.isEmpty)
  }

  @Test func withoutStatisticsItAlwaysUsesTheBatch() throws {
    let layer = try BatchNorm(1, .one, epsilon: 0, affine: false, tracksStatistics: false)
    layer.evaluate()
    #expect(try layer(Tensor([1.0, 3], [2, 1])).doubles() == [-1, 1])
    #expect(layer.namedBuffers().isEmpty)
  }

  @Test func inputsAreChecked() throws {
    let layer = try BatchNorm(3, .one)
    #expect(throws: TensorError.self) { try layer(.ones([1, 3])) }
    #expect(throws: TensorError.self) { try layer(.ones([4, 2])) }
    #expect(throws: TensorError.self) { try layer(.ones([4, 3, 2, 2])) }
    layer.evaluate()
    #expect(try layer(.ones([1, 3])).shape == [1, 3])
    #expect(throws: TensorError.self) { try BatchNorm(0, .two) }
    #expect(throws: TensorError.self) { try BatchNorm(3, .two, epsilon: -1) }
    #expect(throws: TensorError.self) { try BatchNorm(3, .two, momentum: 2) }
  }

  /// Records which uses could not be told apart.
  private final class Recorder: GradientObserver {
    var opaque: [String] = []
    var examples = 0
    func observe(left: Tensor, right: Tensor) { examples += 1 }
    func observe(rows: Tensor) { examples += 1 }
    func observe(opaque operation: String) { opaque.append(operation) }
  }

  @Test func observersAreToldThatExamplesAreCoupled() throws {
    let generator = Generator(seed: 1)
    let (first, last) = (try Linear(2, 3, using: generator), try Linear(3, 1, using: generator))
    let norm = try BatchNorm(3, .one)
    let model = try Sequential([first, norm, last])
    let x = try generator.normal([4, 2])
    for isTraining in [true, false] {
      let recorders = [first.weight.tensor, last.weight.tensor].map { weight in
        let recorder = Recorder()
        weight.gradientObserver = recorder
        return (weight, recorder)
      }
      norm.train(isTraining)
      try model(x).square().sum().backward()
      for (weight, recorder) in recorders {
        #expect(recorder.opaque == (isTraining ? ["batch_norm"] : []))
        #expect(recorder.examples == 1)
        weight.gradientObserver = nil
      }
    }
  }

  @Test func couplingSurvivesInDerivativesOfDerivatives() throws {
    let generator = Generator(seed: 1)
    let (first, norm) = (try Linear(2, 3, using: generator), try BatchNorm(3, .one))
    let recorder = Recorder()
    let x = try generator.normal([4, 2]).requiresGradient(true)
    let total = try norm(first(x).tanh()).mul(generator.normal([4, 3])).sum()
    let gradient = try #require(
      try Tensor.gradients(of: [total], withRespectTo: [x], createGraph: true)[0])
    first.weight.tensor.gradientObserver = recorder
    try gradient.square().sum().backward()
    #expect(recorder.opaque.contains("batch_norm"))
  }
}
