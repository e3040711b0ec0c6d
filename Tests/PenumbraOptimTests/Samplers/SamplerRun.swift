/// One small regression that a sampler is run on, with what variance reductions ask for.

import PenumbraOptim
import PenumbraTensor

/// A network, 64 data, and the batch of 16 at hand. The same seed makes the same run.
final class SamplerRun {
  let net: Perceptron
  let batches = Generator(seed: 52)
  private let x: Tensor
  private let y: Tensor
  private var rows: Tensor

  init(dtype: DType = .float32) throws {
    net = try Perceptron([2, 6, 1], .tanh, seed: 51, dtype: dtype)
    let data = Generator(seed: 53)
    x = try data.normal(Shape(64, 2), dtype: dtype)
    y = try x.sum([1], keepDimensions: true).sin()
    rows = try Tensor((0..<16).map { Int64($0) }, Shape(16))
  }

  func batchLoss() throws -> Tensor {
    try net(x.indexSelect(0, rows)).sub(y.indexSelect(0, rows)).square().mean()
  }

  func fullLoss() throws -> Tensor { try net(x).sub(y).square().mean() }

  func train(_ optimizer: any Optimizer, steps: Int) throws {
    for _ in 0..<steps {
      rows = try batches.permutation(64).narrow(0, start: 0, count: 16).clone()
      optimizer.zeroGradients()
      try batchLoss().backward()
      try optimizer.step()
    }
  }

  /// Every way to correct a gradient, made for this run.
  func reduction(_ kind: GradientKind) throws -> VarianceReduction? {
    switch kind {
    case .plain: nil
    case .controlVariates:
      try VarianceReduction(
        batch: { [unowned self] in try batchLoss() }, full: { [unowned self] in try fullLoss() })
    case .svrg:
      try VarianceReduction(
        interval: 4, batch: { [unowned self] in try batchLoss() },
        full: { [unowned self] in
          try fullLoss().backward()
          return nil
        })
    }
  }

  enum GradientKind: CaseIterable { case plain, controlVariates, svrg }
}
