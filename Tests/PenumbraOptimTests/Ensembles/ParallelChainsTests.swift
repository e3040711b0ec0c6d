/// Chains stacked into one batched model: their values, and the law of each.

import PenumbraOptim
import PenumbraTensor
import Testing

struct ParallelChainsTests {
  @Test func stacksAndUnstacks() throws {
    let models = try (0..<3).map { k in
      [
        try Tensor.leaf([Double(k), 1, 2, 3], Shape(2, 2)),
        try Tensor.leaf([-Double(k)], Shape(1)),
      ]
    }
    let stacked = try ParallelChains.stacked(models)
    #expect(stacked.map(\.shape) == [[3, 2, 2], [3, 1]] as [Shape])
    #expect(stacked.allSatisfy { $0.isLeaf && $0.requiresGradient })
    let back = try ParallelChains.unstacked(stacked)
    for (model, views) in zip(models, back) {
      for (a, b) in zip(model, views) { #expect(try a.detached().isEqual(to: b)) }
    }
    // A copy of the models, views of the stack.
    try GradientMode.with(false) { _ = try models[1][1].fill(5) }
    #expect(try stacked[1].doubles() == [0, -1, -2])
    try GradientMode.with(false) { _ = try stacked[1].fill(4) }
    #expect(try back[2][1].doubles() == [4])
  }

  /// U = q²/2 at T = 1, h = 0.2: each of K = 4 chains of 64 elements has the variance 2/(2 − h) = 1.1111 of
  /// one, and no two of them are correlated.
  @Test func everyChainHasTheLawOfOne() throws {
    let (count, elements, steps, h) = (4, 64, 4000, 0.2)
    let models = try (0..<count).map { _ in
      [try Tensor.leaf([Double](repeating: 0, count: elements), Shape(elements))]
    }
    let stacked = try ParallelChains.stacked(models)
    let sampler = try sgld(stacked, learningRate: h, generator: Generator(seed: 17))
    var products = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    var samples = 0.0
    for step in 1...steps {
      // The gradient of Σ_k U(θ_k).
      stacked[0].gradient = try stacked[0].detached().clone()
      try sampler.step()
      guard step > 100, step % 10 == 0 else { continue }
      let values = try stacked[0].doubles()
      samples += Double(elements)
      for a in 0..<count {
        for b in a..<count {
          for i in 0..<elements {
            products[a][b] += values[a * elements + i] * values[b * elements + i]
          }
        }
      }
    }
    let variance = 2 / (2 - h)
    // Every tenth step of an AR(1) process with coefficient 0.8: ρ = 0.107, and its square inflates errors.
    let inflation = ((1 + 0.107) / (1 - 0.107)).squareRoot()
    let error = variance / samples.squareRoot() * inflation
    for a in 0..<count {
      #expect(abs(products[a][a] / samples - variance) < 4.5 * error * 2.0.squareRoot())
      for b in (a + 1)..<count { #expect(abs(products[a][b] / samples) < 4.5 * error) }
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let a = [try Tensor.leaf([1, 2], Shape(2))]
    let b = [try Tensor.leaf([1, 2, 3], Shape(3))]
    #expect(tensorError { _ = try ParallelChains.stacked([]) }?.kind == .value)
    #expect(tensorError { _ = try ParallelChains.stacked([a, b]) }?.kind == .shape)
    #expect(tensorError { _ = try ParallelChains.unstacked([]) }?.kind == .value)
    #expect(tensorError { _ = try ParallelChains.unstacked(a + b) }?.argument == "parameter 2 [3]")
    let scalar = try Tensor.scalar(1, dtype: .float64)
    #expect(tensorError { _ = try ParallelChains.unstacked([scalar]) }?.kind == .shape)
  }
}
