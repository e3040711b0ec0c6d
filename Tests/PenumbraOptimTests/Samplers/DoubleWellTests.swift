/// A double well: the histogram of each sampler against the density on a grid.

import Glibc
import PenumbraOptim
import PenumbraTensor
import TestSupport
import Testing

@Suite struct DoubleWellTests {
  /// U = (x+4)(x+1)(x−1)(x−3)/14 + ½
  static func potential(_ x: Double) -> Double {
    (x + 4) * (x + 1) * (x - 1) * (x - 3) / 14 + 0.5
  }

  /// Its slope: 14 U' = 4x³ + 3x² − 26x − 1, as U·14 − 7 = x⁴ + x³ − 13x² − x + 12.
  static func slope(_ x: Tensor) throws -> Tensor {
    try x.mul(4).add(3).mul(x).sub(26).mul(x).sub(1).div(14)
  }

  static let (low, high, cells) = (-6.0, 5.0, 44)

  /// The target's probability of each cell, by Simpson's rule on 20 parts.
  static let target: [Double] = {
    let width = (high - low) / Double(cells)
    var mass = (0..<cells).map { cell -> Double in
      let start = low + Double(cell) * width
      return (0...20).reduce(0.0) { sum, k in
        let weight = k == 0 || k == 20 ? 1.0 : k % 2 == 1 ? 4 : 2
        return sum + weight * exp(-potential(start + width * Double(k) / 20))
      }
    }
    let total = mass.reduce(0, +)
    for cell in mass.indices { mass[cell] /= total }
    return mass
  }()

  /// KL(histogram ‖ target) in nats, and its mean under perfect sampling, (cells − 1)/2n for n samples.
  static func divergence(_ counts: [Double]) -> Double {
    let total = counts.reduce(0, +)
    return zip(counts, target).reduce(0.0) { sum, pair in
      guard pair.0 > 0 else { return sum }
      return sum + pair.0 / total * log(pair.0 / total / pair.1)
    }
  }

  static func run(_ name: String, h: Double, steps: Int, chains: Int = 1000) throws -> Double {
    let preset = try #require(SamplerPreset.named(name))
    // Half of the chains start in each well; the law decides how many end there.
    let start = (0..<chains).map { $0 % 2 == 0 ? -2.9 : 2.2 }
    let theta = try Tensor.leaf(start, Shape(chains))
    let isOverdamped = try Integrator(preset.program).isOverdamped
    let sampler = try sampler(
      preset, [theta], learningRate: (isOverdamped ? h : h * h) / preset.stepScale, seed: 71
    ) { $0.friction = 0.5 }
    var counts = [Double](repeating: 0, count: cells)
    for step in 0..<steps {
      theta.gradient = try GradientMode.with(false) { try slope(theta.detached()) }
      try sampler.step()
      guard step > steps / 2, step % 10 == 0 else { continue }
      for x in try theta.doubles() where x > low && x < high {
        counts[Int((x - low) / (high - low) * Double(cells))] += 1
      }
    }
    return divergence(counts)
  }

  @Test(arguments: [
    ("SGLD", 0.02, 12000), ("LM", 0.05, 6000), ("SGHMC", 0.1, 4000), ("SGNHT", 0.1, 4000),
    ("mSGNHT", 0.15, 4000), ("BADODAB", 0.2, 3000), ("BAOAB", 0.2, 3000), ("BAOA", 0.2, 3000),
    ("OBABO", 0.15, 3000),
  ])
  func histogramIsTheDensity(_ name: String, _ h: Double, _ steps: Int) throws {
    let divergence = try DoubleWellTests.run(name, h: h, steps: runsSlowTests ? steps * 4 : steps)
    report("T6", "\(name), h = \(h): KL to the density", divergence, 0)
    #expect(divergence < 0.003, "\(name)")
  }
}
