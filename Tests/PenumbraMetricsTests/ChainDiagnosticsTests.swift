/// ESS, split R̂ and the kernel Stein discrepancy against numpy, and what they must say of known chains.

import Glibc
import PenumbraMetrics
import PenumbraTensor
import Testing

@Suite struct ChainDiagnosticsTests {
  /// x_t = ρ x_{t−1} + noise in each of m chains, chain c shifted by c `apart`; the noise is that of a
  /// linear congruence, so that other languages can repeat it.
  static func chains(_ m: Int, _ n: Int, _ rho: Double, _ apart: Double) throws -> Tensor {
    var values: [Double] = []
    for c in 0..<m {
      var (x, state) = (0.0, c + 1)
      for _ in 0..<n {
        state = (1_103_515_245 * state + 12345) % (1 << 31)
        x = rho * x + (Double(state) * 0x1p-31 - 0.5)
        values.append(x + apart * Double(c))
      }
    }
    return try Tensor(values, Shape(m, n), dtype: .float64)
  }

  struct Golden: Sendable {
    let m: Int, n: Int, rho: Double, apart: Double, ess: Double, rhat: Double

    init(_ m: Int, _ n: Int, _ rho: Double, _ apart: Double, _ ess: Double, _ rhat: Double) {
      (self.m, self.n, self.rho, self.apart, self.ess, self.rhat) = (m, n, rho, apart, ess, rhat)
    }
  }

  /// Made by Fixtures/chain_diagnostics.py.
  static let golden = [
    Golden(1, 400, 0.9, 0, 18.506254413496507, 1.1036058981509356),
    Golden(4, 301, 0.5, 0, 431.7997408447203, 1.0053174007797676),
    Golden(3, 200, -0.6, 0, 1666.890750230186, 0.9952326068575628),
    Golden(4, 250, 0.3, 0.4, 5.839108746181806, 1.86632808910304),
    Golden(2, 8, 0, 0, 6.003661552731804, 1.2478412968016408),
  ]

  @Test(arguments: golden)
  func numpyAgrees(_ golden: Golden) throws {
    let draws = try ChainDiagnosticsTests.chains(golden.m, golden.n, golden.rho, golden.apart)
    let ess = try ChainDiagnostics.effectiveSampleSize(draws).item()
    #expect(abs(ess / golden.ess - 1) < 1e-9)
    #expect(abs(try ChainDiagnostics.splitRHat(draws).item() / golden.rhat - 1) < 1e-12)
  }

  @Test func quantitiesAreSeparate() throws {
    let one = try ChainDiagnosticsTests.chains(3, 100, 0.4, 0)
    let two = try ChainDiagnosticsTests.chains(3, 100, -0.4, 0.2)
    let both = try Tensor.stack([one, two], 2)
    let ess = try ChainDiagnostics.effectiveSampleSize(both)
    #expect(
      try ess.doubles() == [
        ChainDiagnostics.effectiveSampleSize(one).item(),
        ChainDiagnostics.effectiveSampleSize(two).item(),
      ])
    #expect(try ChainDiagnostics.splitRHat(both).shape == Shape(2))
  }

  /// τ = (1 + ρ)/(1 − ρ) for an autoregressive chain.
  @Test func autoregressiveChainsHaveTheirTime() throws {
    let noise = try Generator(seed: 5).normal(Shape(8, 20000), dtype: .float64).doubles()
    for rho in [0.0, 0.5, 0.9] {
      var values = noise
      for i in values.indices where i % 20000 > 0 { values[i] += rho * values[i - 1] }
      let draws = try Tensor(values, Shape(8, 20000), dtype: .float64)
      let ess = try ChainDiagnostics.effectiveSampleSize(draws).item()
      #expect(abs(ess / (160000 * (1 - rho) / (1 + rho)) - 1) < 0.1)
      #expect(abs(try ChainDiagnostics.splitRHat(draws).item() - 1) < 0.003)
    }
  }

  @Test func steinDiscrepancyAgreesWithNumpy() throws {
    let x = try ChainDiagnosticsTests.chains(60, 3, 0.2, 0).mul(3)
    #expect(
      abs(try SteinDiscrepancy.value(x, scores: x.negative()) - 0.6759225558954736) < 1e-12)
    let other = try SteinDiscrepancy.value(x, scores: x.mul(-0.5), scale: 0.7, power: -0.3)
    #expect(abs(other - 0.7179666375808047) < 1e-12)
  }

  @Test func steinDiscrepancyFindsTheRightWidth() throws {
    let x = try Generator(seed: 9).normal(Shape(500, 2), dtype: .float64)
    let right = try SteinDiscrepancy.value(x, scores: x.negative())
    for width in [0.7, 1.4] {
      let wrong = try x.mul(width)
      #expect(try SteinDiscrepancy.value(wrong, scores: wrong.negative()) > 2 * right)
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    let bad: [(String, () throws -> Void)] = [
      ("draws", { _ = try ChainDiagnostics.splitRHat(Tensor.ones(Shape(3))) }),
      ("draws", { _ = try ChainDiagnostics.effectiveSampleSize(Tensor.ones(Shape(0, 9))) }),
      ("draws", { _ = try ChainDiagnostics.effectiveSampleSize(Tensor.full(Shape(9), .nan)) }),
      (
        "scores",
        { _ = try SteinDiscrepancy.value(Tensor.ones(Shape(3)), scores: Tensor.ones([2])) }
      ),
      (
        "power",
        {
          _ = try SteinDiscrepancy.value(
            Tensor.ones(Shape(3)), scores: Tensor.ones([3]), power: 0.5)
        }
      ),
    ]
    for (argument, body) in bad {
      #expect { try body() } throws: { ($0 as? TensorError)?.argument == argument }
    }
    let still = try ChainDiagnostics.effectiveSampleSize(Tensor.ones(Shape(2, 10)))
    #expect(try still.item().isNaN)
  }
}
