/// Gaussian mixtures: the synthetic data of GAN benchmarks.

internal import Glibc
internal import PenumbraTensor

/// p(x) = Σₖ wₖ N(x; μₖ, σₖ² I), with one spread per mode.
public struct Mixture: Sendable {
  /// What it is called in reports: "ring", "grid", ...
  public let name: String
  /// Coordinates of a point.
  public let dimension: Int
  /// The centre of each mode.
  public let means: [[Double]]
  /// The standard deviation of each mode, the same in each coordinate.
  public let sigmas: [Double]
  /// The share of each mode; they add up to 1.
  public let weights: [Double]
  /// The coordinates of all centres, one mode after the other.
  let flatMeans: [Double]
  let choice: AliasTable

  public var modeCount: Int { means.count }

  /// A mixture of the given modes.
  ///
  /// - Parameters:
  ///   - sigmas: one for all modes, or one for each.
  ///   - weights: in any proportion; equal by default.
  /// - Throws: `TensorError` (value) when there is no mode, a number is not finite, a spread or a
  ///   weight is not positive, or the counts differ.
  public init(
    means: [[Double]], sigmas: [Double], weights: [Double]? = nil, name: String = "mixture"
  ) throws {
    func fault(_ argument: String, _ expected: String, _ got: String) -> TensorError {
      TensorError(.value, "mixture", argument: argument, expected: expected, got: got)
    }
    guard let first = means.first, !first.isEmpty else {
      throw fault("means", "at least one mode with at least one coordinate", "none")
    }
    if let wrong = means.first(where: { $0.count != first.count || !$0.allSatisfy(\.isFinite) }) {
      throw fault("means", "finite points of \(first.count) coordinates each", "\(wrong)")
    }
    guard sigmas.count == 1 || sigmas.count == means.count else {
      throw fault("sigma", "one number or \(means.count)", "\(sigmas.count)")
    }
    if let wrong = sigmas.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw fault("sigma", "positive numbers", "\(wrong)")
    }
    let shares = weights ?? Array(repeating: 1, count: means.count)
    guard shares.count == means.count else {
      throw fault("weights", "\(means.count) numbers", "\(shares.count)")
    }
    let total = shares.reduce(0, +)
    if let wrong = shares.first(where: { !($0 > 0 && total.isFinite) }) {
      throw fault("weights", "positive numbers", "\(wrong)")
    }
    self.name = name
    self.dimension = first.count
    self.means = means
    self.flatMeans = means.flatMap(\.self)
    self.sigmas = sigmas.count == 1 ? Array(repeating: sigmas[0], count: means.count) : sigmas
    self.weights = shares.map { $0 / total }
    self.choice = AliasTable(self.weights)
  }

  /// The root mean square over all coordinates of a draw, √(E‖x‖² / d).
  public var rms: Double {
    var total = 0.0
    for mode in 0..<modeCount {
      let square = means[mode].reduce(0) { $0 + $1 * $1 }
      total += weights[mode] * (square / Double(dimension) + sigmas[mode] * sigmas[mode])
    }
    return total.squareRoot()
  }

  /// The mixture of `factor` · x.
  ///
  /// - Throws: `TensorError` (value) when the factor is not positive and finite.
  public func scaled(by factor: Double) throws -> Mixture {
    guard factor > 0, factor.isFinite else {
      throw TensorError(
        .value, "mixture", argument: "scale", expected: "a positive number", got: "\(factor)")
    }
    return try Mixture(
      means: means.map { $0.map { $0 * factor } }, sigmas: sigmas.map { $0 * factor },
      weights: weights, name: name)
  }

  /// The mixture divided by its root mean square.
  public func standardised() throws -> Mixture { try scaled(by: 1 / rms) }

  /// The same modes with other shares.
  public func reweighted(_ weights: [Double]) throws -> Mixture {
    try Mixture(means: means, sigmas: sigmas, weights: weights, name: name)
  }

  /// The same modes with shares 1, r, r², ...
  ///
  /// - Throws: `TensorError` (value) unless 0 < r and every share stays representable.
  public func reweighted(geometric ratio: Double) throws -> Mixture {
    try reweighted((0..<modeCount).map { pow(ratio, Double($0)) })
  }
}
