/// Blur of a density by several shifted copies of each batch.

public import PenumbraTensor

/// How a smear's offsets are drawn.
public enum SmearSequence: String, Sendable, CaseIterable {
  /// Scrambled Sobol points through the normal quantile: each offset is normal, together they cover
  /// the Gaussian evenly. Dimensions beyond the 64th are plain normal.
  case sobol
  /// Independent normal offsets.
  case normal
}

/// y[k, i] = x[i] + σ ξ_k for K offsets ξ_k that all examples share, drawn anew at each call.
///
/// x: [n, ...] → [K, n, ...]. A mean of D's losses over y estimates the loss of the blurred
/// discriminator E_ξ L(D(x + σ ξ)); its error falls like 1/√K for normal and nearly 1/K for Sobol
/// offsets. σ = 0 gives the input itself as one copy, [1, n, ...].
public final class SmearBlur: Filter {
  public private(set) var sigma: Strength
  public let copies: Int
  public let sequence: SmearSequence
  private let generator: Generator

  /// - Throws: `TensorError` unless σ is finite and at least 0 and there is at least one copy.
  public init(
    sigma: Strength, copies: Int = 8, sequence: SmearSequence = .sobol, using generator: Generator
  ) throws {
    try sigma.check("blur.smear")
    guard (1...(1 << 20)).contains(copies) else {
      throw TensorError(
        .value, "blur.smear", argument: "copies", expected: "1 to \(1 << 20)", got: "\(copies)")
    }
    (self.sigma, self.copies) = (sigma, copies)
    (self.sequence, self.generator) = (sequence, generator)
  }

  public convenience init(
    sigma: Double, copies: Int = 8, sequence: SmearSequence = .sobol, using generator: Generator
  ) throws {
    try self.init(sigma: .number(sigma), copies: copies, sequence: sequence, using: generator)
  }

  public var domain: FilterDomain { .density }
  public var isLinear: Bool { false }

  public func setSigma(_ value: Strength) throws {
    try value.check("blur.smear")
    sigma = value
  }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try x.requireFloating("blur.smear")
    guard x.rank > 0, x.rank < Shape.maximumRank else {
      throw TensorError(
        .shape, "blur.smear", argument: "input",
        expected: "[n, ...] with 1 to \(Shape.maximumRank - 1) dimensions", got: "\(x.shape)")
    }
    if sigma.isZero { return try x.unsqueeze(0) }
    // [K, 1, ...] + [n, ...] → [K, n, ...]
    var target = x.shape
    target[0] = 1
    let dimension = target.elementCount
    target.insert(copies, at: 0)
    let offsets = try offsets(dimension, x.dtype).reshape(target)
    return try x.add(offsets.mul(sigma.factor(of: x, "blur.smear")))
  }

  /// Standard normal offsets, [K, dimension].
  private func offsets(_ dimension: Int, _ dtype: DType) throws -> Tensor {
    guard sequence == .sobol, dimension > 0 else {
      return try generator.normal([copies, dimension], dtype: dtype)
    }
    let covered = min(dimension, SobolSequence.maximumDimension)
    let points = try SobolSequence.normalPoints(copies, covered, using: generator)
    let even = try Tensor(points, [copies, covered], dtype: dtype)
    guard covered < dimension else { return even }
    return try .cat([even, generator.normal([copies, dimension - covered], dtype: dtype)], 1)
  }

  public var description: String {
    "smear(sigma=\(sigma), copies=\(copies), sequence=\(sequence.rawValue)), of the density"
  }
}
