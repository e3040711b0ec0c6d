/// How much of the data is left after t steps of a diffusion.

internal import Glibc
internal import PenumbraTensor

/// ᾱ_t = Π_{s ≤ t} (1 − β_s) for t = 0, ..., T; ᾱ_0 = 1.
public struct DiffusionProcess: Sendable, CustomStringConvertible {
  /// How β rises.
  public enum Kind: String, Sendable, CaseIterable {
    /// β_t from β_1 to β_T in equal steps. Ho et al. 2020.
    case linear
    /// √β_t in equal steps, "scaled linear". Rombach et al. 2022.
    case quadratic
    /// ᾱ_t = f(t)/f(0), f(t) = cos²(π/2 (t/T + 0.008)/1.008), with β_t ≤ 0.999. Nichol & Dhariwal 2021.
    case cosine
  }

  static let maximumSteps = 1_000_000

  /// ᾱ_0, ..., ᾱ_T, falling.
  public let alphaBars: [Double]
  public let description: String

  /// - Parameters:
  ///   - steps: T, from 1 to a million.
  ///   - from: β_1, and `to` β_T, in [0, 1); the cosine kind has its own.
  /// - Throws: `TensorError` (value) for numbers out of range.
  public init(_ kind: Kind = .linear, steps: Int = 1000, from: Double = 1e-4, to: Double = 0.02)
    throws
  {
    let name = "blur.diffusion"
    guard (1...DiffusionProcess.maximumSteps).contains(steps) else {
      throw TensorError(
        .value, name, argument: "steps", expected: "1 to \(DiffusionProcess.maximumSteps)",
        got: "\(steps)")
    }
    for (value, argument) in [(from, "beta_from"), (to, "beta_to")] {
      guard value >= 0, value < 1 else {
        throw TensorError(
          .value, name, argument: argument, expected: "a number from 0 to below 1",
          got: text(value))
      }
    }
    let count = Double(steps)
    func beta(_ t: Int) -> Double {
      let part = steps == 1 ? 0 : Double(t - 1) / (count - 1)
      switch kind {
      case .linear: return from + (to - from) * part
      case .quadratic:
        let root = from.squareRoot() + (to.squareRoot() - from.squareRoot()) * part
        return root * root
      case .cosine:
        func left(_ t: Double) -> Double {
          let c = cos(.pi / 2 * (t / count + 0.008) / 1.008)
          return c * c
        }
        return min(1 - left(Double(t)) / left(Double(t - 1)), 0.999)
      }
    }
    var product = 1.0
    alphaBars =
      [1]
      + (1...steps).map { t in
        product *= 1 - beta(t)
        return product
      }
    let range = kind == .cosine ? "" : ", beta=\(text(from)) to \(text(to))"
    description = "\(kind.rawValue), steps=\(steps)\(range)"
  }

  /// T
  public var steps: Int { alphaBars.count - 1 }

  /// √(1 − ᾱ_t), the strength of step t.
  func strength(_ t: Int) -> Double { (1 - alphaBars[t]).squareRoot() }

  /// The greatest t whose strength is at most σ.
  func step(sigma: Double) -> Int {
    var (low, high) = (0, steps)
    while low < high {
      let middle = (low + high + 1) / 2
      if strength(middle) <= sigma { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
