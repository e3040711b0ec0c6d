/// The bias of each step on a potential that is not quadratic, against published figures.

import Glibc
import PenumbraOptim
import PenumbraTensor
import Testing

@Suite struct OrderTests {
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    let h: Double
    /// ⟨q²⟩ − 1.280643, from the step's own quadrature elsewhere (numpy, splines of fifth order).
    let error: Double
    /// The published figure; from long runs, as it does not shrink with h² where the law demands it.
    let published: Double
    var description: String { "\(name), h = \(h)" }

    init(_ name: String, _ h: Double, _ error: Double, _ published: Double) {
      (self.name, self.h, self.error, self.published) = (name, h, error, published)
    }
  }

  /// With friction 1.
  static let cases = [
    Case("SGLD", 0.05, 0.0121030, 0.0124),
    Case("SGLD", 0.1, 0.0269394, 0.027),
    Case("SGLD", 0.2, 0.0669717, 0.067),
    Case("LM", 0.05, -0.0002124, 0.0001),
    Case("LM", 0.1, -0.0008042, -0.0008),
    Case("LM", 0.2, -0.0026044, -0.0026),
    Case("BAOAB", 0.1, -0.0001883, 0.0002),
    Case("BAOAB", 0.2, -0.0007628, 0.0001),
    Case("BAOAB", 0.4, -0.0031659, -0.0029),
    Case("OBABO", 0.1, 0.0014737, 0.0018),
    Case("OBABO", 0.2, 0.0060137, 0.0064),
    Case("OBABO", 0.4, 0.0262707, 0.0268),
  ]

  @Test(arguments: cases)
  func biasOnTheWavyWell(_ figure: Case) throws {
    let preset = try #require(SamplerPreset.named(figure.name))
    let square = try TransferOperator(preset, h: figure.h).meanSquare()
    let error = square - WavyWell.exactSquare
    report("T3", "\(figure): error of the mean of q²", error, figure.error)
    #expect(abs(error - figure.error) < 2e-5, "\(figure)")
    #expect(abs(error - figure.published) < 1e-3, "\(figure)")
  }

  /// Halving h divides the error by 2 for SGLD and by 4 for the symmetric ones: log₂ of the ratios above.
  @Test(arguments: [("SGLD", 0.05, 1.0), ("LM", 0.1, 2), ("BAOAB", 0.2, 2), ("OBABO", 0.2, 2)])
  func order(_ name: String, _ h: Double, _ order: Double) throws {
    let errors = try [h, 2 * h].map { h in
      try #require(OrderTests.cases.first { $0.name == name && $0.h == h }).error
    }
    let found = log2(errors[1] / errors[0])
    report("T3", "\(name): order from h = \(h) and \(2 * h)", found, order)
    #expect(abs(found - order) < 0.4)
  }

  /// With α = 0, G = 1/(1 + |U'|) depends on the position alone, and Γ = G' makes up for it.
  @Test func gammaMakesUpForAMovingPreconditioner() throws {
    func error(_ h: Double, gamma: Bool) throws -> Double {
      let step = try TransferOperator(.psgld, h: h) { options, theta in
        options.preconditioner = .rmsprop(alpha: 0, epsilon: 1)
        guard gamma else { return }
        options.curvature = { [unowned theta] in
          try theta.square().div(2).add(theta.mul(2).cos().div(2)).sum()
        }
      }
      return try step.meanSquare() - WavyWell.exactSquare
    }
    let without = try error(0.05, gamma: false)
    let (coarse, fine) = (try error(0.05, gamma: true), try error(0.025, gamma: true))
    report("T3", "pSGLD, alpha = 0, h = 0.05 without Γ: error of the mean of q²", without, .nan)
    report("T3", "pSGLD, alpha = 0, h = 0.05 with Γ: error of the mean of q²", coarse, 0)
    report("T3", "pSGLD, alpha = 0, h = 0.025 with Γ: error of the mean of q²", fine, 0)
    #expect(abs(without) > 0.2)
    // What is left is of the order of h.
    #expect(abs(fine) < 0.03)
    #expect(abs(2 * fine - coarse) < 0.02)
  }
}
