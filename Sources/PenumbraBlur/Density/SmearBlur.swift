/// Blur of a density by several shifted copies of each batch.

public import PenumbraTensor

/// How a smear's offsets are chosen.
public enum SmearSequence: String, Sendable, CaseIterable {
  /// Scrambled Sobol points through the normal quantile: each offset is normal, together they cover
  /// the Gaussian evenly. Dimensions beyond the 64th are plain normal.
  case sobol
  /// Independent normal offsets.
  case normal
  /// Fixed sigma points, 2d + 1 for d dimensions (2d from d = 3), whose weighted mean is exact for
  /// polynomials up to degree 3 (5 for d = 1).
  case unscented
  /// Fixed points, all combinations of m on each axis, mᵈ in all: exact for polynomials up to degree 2m − 1
  /// in each coordinate.
  case gaussHermite = "gauss_hermite"
}

/// y[k, i] = x[i] + σ ξ_k for K offsets ξ_k that all examples share.
///
/// x: [n, ...] → [K, n, ...]. Random offsets are drawn anew at each call. The mean of D's losses over
/// the copies (`average`) estimates D's loss on the blurred density, E_ξ L(D(x + σ ξ)), without bias; its
/// error falls like 1/√K for normal and nearly 1/K for Sobol offsets, and is 0 for sigma points where L∘D
/// is a polynomial of their degree. The loss of D's averaged outputs is another thing: that of the
/// smoothed discriminator E_ξ D(x + σ ξ), by Jensen's inequality at most as large where L is convex.
/// σ = 0 gives the input itself as one copy, [1, n, ...].
public final class SmearBlur: Filter {
  public private(set) var sigma: Strength
  /// K of random offsets.
  public let copies: Int
  public let sequence: SmearSequence
  /// m of `gaussHermite`.
  public let points: Int
  private let generator: Generator
  /// The last fixed offsets.
  private var fixed: Tensor?

  /// - Throws: `TensorError` unless σ is finite and at least 0, there is at least one copy, and there
  ///   are 1 to 64 points.
  public init(
    sigma: Strength, copies: Int = 8, sequence: SmearSequence = .sobol, points: Int = 3,
    using generator: Generator
  ) throws {
    try sigma.check("blur.smear")
    let limit = SigmaPoints.maximumCount
    guard (1...limit).contains(copies) else {
      throw TensorError(
        .value, "blur.smear", argument: "copies", expected: "1 to \(limit)", got: "\(copies)")
    }
    guard (1...GaussHermiteRule.maximumCount).contains(points) else {
      throw TensorError(
        .value, "blur.smear", argument: "points",
        expected: "1 to \(GaussHermiteRule.maximumCount)", got: "\(points)")
    }
    (self.sigma, self.copies, self.points) = (sigma, copies, points)
    (self.sequence, self.generator) = (sequence, generator)
  }

  public convenience init(
    sigma: Double, copies: Int = 8, sequence: SmearSequence = .sobol, points: Int = 3,
    using generator: Generator
  ) throws {
    try self.init(
      sigma: .number(sigma), copies: copies, sequence: sequence, points: points, using: generator)
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
    let factor = try sigma.factor(of: x, "blur.smear")
    // [K, 1, ...] + [n, ...] → [K, n, ...]
    var target = x.shape
    target[0] = 1
    let offsets = try offsets(target.elementCount, x.dtype)
    target.insert(offsets.shape[0], at: 0)
    return try x.add(offsets.reshape(target).mul(factor))
  }

  /// Standard normal offsets, or their stand-ins, [K, dimension].
  private func offsets(_ dimension: Int, _ dtype: DType) throws -> Tensor {
    if let rule, dimension > 0 { return try fixedOffsets(rule, dimension, dtype) }
    guard sequence == .sobol, dimension > 0 else {
      return try generator.normal([copies, dimension], dtype: dtype)
    }
    let covered = min(dimension, SobolSequence.maximumDimension)
    let even = try SobolSequence.normalPoints(copies, covered, using: generator).to(dtype)
    guard covered < dimension else { return even }
    return try .cat([even, generator.normal([copies, dimension - covered], dtype: dtype)], 1)
  }

  private var rule: SigmaPoints? {
    switch sequence {
    case .sobol, .normal: nil
    case .unscented: .unscented
    case .gaussHermite: .tensorProduct(points)
    }
  }

  private func fixedOffsets(_ rule: SigmaPoints, _ dimension: Int, _ dtype: DType) throws -> Tensor
  {
    if let fixed, fixed.shape[1] == dimension, fixed.dtype == dtype { return fixed }
    guard let count = rule.count(dimension) else {
      throw TensorError(
        .shape, "blur.smear", argument: "input",
        expected: "examples so small that \(sequence.rawValue) takes at most "
          + "\(SigmaPoints.maximumCount) points",
        got: "\(dimension) numbers each; sobol has any number of copies")
    }
    let offsets = try rule.offsets(count, dimension, dtype)
    fixed = offsets
    return offsets
  }

  /// The weights of so many copies, of sum 1: all alike but for sigma points.
  ///
  /// - Throws: `TensorError` (shape) where the rule never has so many.
  public func weights(copies count: Int) throws -> [Double] {
    // σ = 0 makes one copy.
    if count == 1 { return [1] }
    if let rule {
      if let weights = try rule.weights(count) { return weights }
    } else if count == copies {
      return [Double](repeating: 1 / Double(count), count: count)
    }
    throw TensorError(
      .shape, "blur.smear.average", argument: "values",
      expected: rule == nil
        ? "[\(copies), ...], one for each copy" : "[K, ...], K being \(sequence.rawValue)'s",
      got: "\(count) copies")
  }

  /// Σ_k w_k v[k]: the mean of losses, or of outputs, over the copies, with the weights of sigma points.
  /// values: [K, ...] → [...]
  ///
  /// - Throws: `TensorError` (shape) unless there are as many values as copies.
  public func average(_ values: Tensor) throws -> Tensor {
    try values.requireFloating("blur.smear.average")
    guard values.rank > 0 else {
      throw TensorError(
        .shape, "blur.smear.average", argument: "values", expected: "[K, ...]",
        got: "\(values.shape)")
    }
    let weights = try weights(copies: values.shape[0])
    guard rule != nil, weights.count > 1 else { return try values.mean([0]) }
    var shape: Shape = [weights.count]
    for _ in 1..<values.rank { shape.append(1) }
    return try values.mul(Tensor(weights, shape, dtype: values.dtype)).sum([0])
  }

  public var description: String {
    let how =
      switch sequence {
      case .sobol, .normal: "copies=\(copies), sequence=\(sequence.rawValue)"
      case .unscented: "sequence=\(sequence.rawValue)"
      case .gaussHermite: "points=\(points), sequence=\(sequence.rawValue)"
      }
    return "smear(sigma=\(sigma), \(how)), of the density"
  }
}
