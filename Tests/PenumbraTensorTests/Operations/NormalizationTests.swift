/// What the fixtures do not see of normalisation: the fused derivative, accuracy, and examples.

import PenumbraTensor
import TestSupport
import Testing

@Suite struct NormalizationTests {
  typealias Operation = @Sendable (_ x: Tensor, _ w: Tensor, _ b: Tensor) throws -> Tensor

  /// Each normalisation with the shape of its input and of its parameters.
  private static let operations: [(name: String, x: Shape, w: Shape, body: Operation)] = [
    ("matrix", [19, 5], [5], { try $0.batchNorm(weight: $1, bias: $2, isTraining: true) }),
    ("images", [6, 5, 7, 3], [5], { try $0.batchNorm(weight: $1, bias: $2, isTraining: true) }),
    ("pixels", [6, 5, 1], [5], { try $0.batchNorm(weight: $1, bias: $2, isTraining: true) }),
    ("plain", [6, 5, 4], [5], { x, _, _ in try x.batchNorm(isTraining: true) }),
    ("bias", [6, 5, 4], [5], { x, _, b in try x.batchNorm(bias: b, isTraining: true) }),
    ("weight", [6, 5, 4], [5], { x, w, _ in try x.batchNorm(weight: w, isTraining: true) }),
    ("rows", [9, 37], [37], { try $0.layerNorm([37], weight: $1, bias: $2) }),
    ("planes", [3, 5, 7], [5, 7], { try $0.layerNorm([5, 7], weight: $1, bias: $2) }),
    ("rms", [9, 37], [37], { x, w, _ in try x.rmsNorm([37], weight: w) }),
    ("groups", [3, 6, 5, 4], [6], { try $0.groupNorm(3, weight: $1, bias: $2) }),
    ("instances", [3, 4, 9], [4], { try $0.instanceNorm(weight: $1, bias: $2) }),
  ]

  @Test(arguments: operations.indices, [DType.float32, .float64])
  func theKernelsDerivativeIsThatOfTheComposition(_ index: Int, _ dtype: DType) throws {
    let (name, extents, parameters, body) = Self.operations[index]
    let generator = Generator(seed: 7)
    let x = try generator.normal(extents, mean: 2, std: 3, dtype: dtype)
    let w = try generator.uniform(parameters, low: 0.5, high: 1.5, dtype: dtype)
    let b = try generator.normal(parameters, dtype: dtype)
    let seed = try generator.normal(extents, dtype: dtype)
    let inputs = [x, w, b]
    for input in inputs { try input.requiresGradient(true) }
    let fused = try Tensor.gradients(
      of: [body(x, w, b)], withRespectTo: inputs, seeds: [seed])
    let composed = try Tensor.gradients(
      of: [body(x, w, b)], withRespectTo: inputs, seeds: [seed], createGraph: true)
    let tolerance = dtype == .float32 ? 2e-5 : 1e-13
    for (f, c) in zip(fused, composed) {
      guard let c else {
        #expect(f == nil)
        continue
      }
      let f = try #require(f)
      let difference = try f.sub(c).abs().maximum(over: nil).item()
      let size = try c.abs().maximum(over: nil).item()
      #expect(difference <= tolerance * max(size, 1), "\(name) \(dtype)")
      #expect(f.shape == c.shape && f.dtype == dtype)
    }
  }

  @Test func aFarMeanLosesNothing() throws {
    // Around 10⁷ neighbouring float32 numbers are 1 apart: E[x²] − E[x]² would be rounding only.
    let steps = try Generator(seed: 3).integers([4, 2, 250], from: 0, below: 16)
    let far = try steps.to(.float64).add(1e7)
    let exact = try far.batchNorm(isTraining: true)
    let found = try far.to(.float32).batchNorm(isTraining: true).to(.float64)
    #expect(try found.sub(exact).abs().maximum(over: nil).item() < 1e-6)
    let rows = try far.reshape([8, 250])
    let difference = try rows.to(.float32).layerNorm([250]).to(.float64).sub(rows.layerNorm([250]))
    #expect(try difference.abs().maximum(over: nil).item() < 1e-6)
  }

  @Test func runningStatisticsSurviveATinyVariance() throws {
    let statistics = RunningStatistics(
      mean: try .zeros([1], dtype: .float64), variance: try .zeros([1], dtype: .float64))
    let x = try Tensor([1e-9, -1e-9], [2, 1], dtype: .float64)
    _ = try x.batchNorm(running: statistics, isTraining: true, momentum: 1, epsilon: 1e-3)
    let variance = try statistics.variance.item()
    #expect(abs(variance / 2e-18 - 1) < 1e-12)
  }

  @Test func runningStatisticsAreUntouchedInUse() throws {
    let statistics = RunningStatistics(mean: try .zeros([2]), variance: try .ones([2]))
    let x = try Generator(seed: 1).normal([5, 2])
    _ = try x.batchNorm(running: statistics)
    #expect(try statistics.mean.doubles() == [0, 0])
    #expect(try statistics.variance.doubles() == [1, 1])
  }
}
