/// The mixtures of the literature, by name.

internal import Glibc
public import PenumbraTensor

extension Mixture {
  /// Modes evenly on a circle, at radius · (cos, sin)(2πk / modes), k = 0 ..< modes.
  public static func ring(modes: Int = 8, radius: Double = 1, sigma: Double = 0.01) throws
    -> Mixture
  {
    try checkCount(modes, "modes")
    let means = (0..<modes).map { mode in
      let angle = 2 * Double.pi * Double(mode) / Double(modes)
      return [radius * cos(angle), radius * sin(angle)]
    }
    return try Mixture(means: means, sigmas: [sigma], name: "ring")
  }

  /// Modes on a square lattice of side × side, centred on the origin.
  public static func grid(side: Int = 5, spacing: Double = 2, sigma: Double = 0.05) throws
    -> Mixture
  {
    try checkCount(side, "side")
    guard side <= 1000 else {
      throw TensorError(.value, "mixture", argument: "side", expected: "1 to 1000", got: "\(side)")
    }
    let ticks = (0..<side).map { (Double($0) - Double(side - 1) / 2) * spacing }
    let means = ticks.flatMap { x in ticks.map { y in [x, y] } }
    return try Mixture(means: means, sigmas: [sigma], name: "grid")
  }

  /// Modes on a line: one dimension, one spread for all or one for each.
  public static func line(means: [Double], sigmas: [Double]) throws -> Mixture {
    try Mixture(means: means.map { [$0] }, sigmas: sigmas, name: "line")
  }

  /// Centres uniform in [−extent, extent]², spreads uniform in `sigma`.
  public static func irregular(
    modes: Int = 20, extent: Double = 15, sigma: Interval = Interval(0.1, 0.5),
    using generator: Generator
  ) throws -> Mixture {
    try checkCount(modes, "modes")
    func number(_ low: Double, _ high: Double) -> Double {
      low + (high - low) * generator.uniform()
    }
    let means = (0..<modes).map { _ in [number(-extent, extent), number(-extent, extent)] }
    let sigmas = (0..<modes).map { _ in number(sigma.low, sigma.high) }
    return try Mixture(means: means, sigmas: sigmas, name: "irregular")
  }

  private static func checkCount(_ count: Int, _ argument: String) throws {
    guard count >= 1, count <= 1_000_000 else {
      throw TensorError(
        .value, "mixture", argument: argument, expected: "1 to 1000000", got: "\(count)")
    }
  }

  // MARK: By name

  /// What `named` may be told; nil leaves the definition's own value.
  public struct Options: Sendable {
    /// Number of modes: ring, ring2, irregular, imbalanced.
    public var modes: Int?
    /// Of the circle: ring, ring2, imbalanced.
    public var radius: Double?
    /// Of each mode: all.
    public var sigma: Double?
    /// Modes along an edge: grid, grid2.
    public var side: Int?
    /// Between neighbours: grid, grid2.
    public var spacing: Double?
    /// Half the edge of the square: irregular.
    public var extent: Double?
    /// From one mode's weight to the next: imbalanced.
    public var ratio: Double?

    public init() {}
  }

  /// The names that `named` knows.
  public static let names = [
    "ring", "ring2", "grid", "grid2", "line5", "line6", "irregular", "imbalanced",
  ]

  /// A mixture by name.
  ///
  /// | name | definition |
  /// |---|---|
  /// | ring | 8 modes, radius 1, σ .01 |
  /// | ring2 | 8 modes, radius 2, σ .02, then divided by 1.414 (WGAN-GP's) |
  /// | grid | 25 modes {−4, −2, 0, 2, 4}², σ .05 |
  /// | grid2 | the same, then divided by 2.828 (WGAN-GP's) |
  /// | line5 | 10, 20, 60, 80, 110 with σ 3, 3, 2, 2, 1 |
  /// | line6 | −10, −6, −2, 2, 6, 10 with σ .3 |
  /// | irregular | 20 modes uniform in [−15, 15]², σ uniform in [.1, .5] |
  /// | imbalanced | the ring with weights 1, r, r², ..., r = .7 |
  ///
  /// - Parameter generator: places the modes of "irregular"; seed 0 by default.
  /// - Throws: `TensorError` (value) for another name, listing the choices, or a wrong option.
  public static func named(
    _ name: String, _ options: Options = Options(), using generator: Generator? = nil
  ) throws -> Mixture {
    let (modes, sigma) = (options.modes ?? 8, options.sigma)
    let mixture: Mixture
    switch name {
    case "ring":
      mixture = try ring(modes: modes, radius: options.radius ?? 1, sigma: sigma ?? 0.01)
    case "ring2":
      mixture = try ring(modes: modes, radius: options.radius ?? 2, sigma: sigma ?? 0.02)
        .scaled(by: 1 / 1.414)
    case "grid":
      mixture = try grid(
        side: options.side ?? 5, spacing: options.spacing ?? 2, sigma: sigma ?? 0.05)
    case "grid2":
      mixture = try grid(
        side: options.side ?? 5, spacing: options.spacing ?? 2, sigma: sigma ?? 0.05
      )
      .scaled(by: 1 / 2.828)
    case "line5":
      mixture = try line(
        means: [10, 20, 60, 80, 110], sigmas: sigma.map { [$0] } ?? [3, 3, 2, 2, 1])
    case "line6":
      mixture = try line(means: [-10, -6, -2, 2, 6, 10], sigmas: [sigma ?? 0.3])
    case "irregular":
      mixture = try irregular(
        modes: options.modes ?? 20, extent: options.extent ?? 15,
        sigma: sigma.map { Interval($0, $0) } ?? Interval(0.1, 0.5),
        using: generator ?? Generator(seed: 0))
    case "imbalanced":
      mixture = try ring(modes: modes, radius: options.radius ?? 1, sigma: sigma ?? 0.01)
        .reweighted(geometric: options.ratio ?? 0.7)
    default:
      throw TensorError(
        .value, "mixture", argument: "name", expected: "one of " + names.joined(separator: ", "),
        got: "'\(name)'")
    }
    return try Mixture(
      means: mixture.means, sigmas: mixture.sigmas, weights: mixture.weights, name: name)
  }
}
