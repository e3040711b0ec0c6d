/// Mean and covariance of features that come in batches, and the Fréchet distance between two such.

public import PenumbraTensor

/// Running mean and scatter in double precision; a batch of any size at a time (Chan et al. 1979), so
/// that features of a large sample need not be held.
public final class FeatureMoments {
  /// Examples so far.
  public private(set) var count = 0
  /// Whether no NaN or infinity came.
  public private(set) var isFinite = true
  /// float64 [d]; nil before the first batch.
  private var center: Tensor?
  /// Σ (x − mean)(x − mean)ᵀ, float64 [d, d].
  private var scatter: Tensor?

  public init() {}

  /// Numbers in a feature; nil before the first batch.
  public var dimension: Int? { center?.shape[0] }

  /// Takes a batch in.
  ///
  /// - Parameter features: [n, ...]; what stands behind the first dimension is one feature vector.
  /// - Throws: `TensorError` (shape) for no features, or vectors of another length than before.
  /// - Complexity: O(n d²)
  public func update(_ features: Tensor, operation: String = "update") throws {
    let batch = try Points(features, operation, "features")
    if let dimension, dimension != batch.dimension {
      throw TensorError(
        .shape, operation, argument: "features", expected: "[n, \(dimension)], as before",
        got: "\(features.shape)")
    }
    try GradientMode.with(false) {
      guard try batch.isFinite else {
        isFinite = false
        if center == nil {
          center = try Tensor.zeros(Shape(batch.dimension), dtype: .float64)
          scatter = try Tensor.zeros(Shape(batch.dimension, batch.dimension), dtype: .float64)
        }
        count += batch.count
        return
      }
      let mean = try batch.tensor.mean([0])
      let rest = try batch.tensor.sub(mean)
      var spread = try rest.transpose(0, 1).matmul(rest)
      guard let center, let scatter else {
        (self.center, self.scatter, count) = (mean, spread, batch.count)
        return
      }
      let (before, new) = (Double(count), Double(batch.count))
      let step = try mean.sub(center)
      let outer = try step.unsqueeze(1).mul(step.unsqueeze(0)).mul(before * new / (before + new))
      spread = try scatter.add(spread).add(outer)
      self.center = try center.add(step.mul(new / (before + new)))
      self.scatter = spread
      count += batch.count
    }
  }

  /// The mean, float64 [d].
  ///
  /// - Throws: `TensorError` (value) before the first batch.
  public func mean(operation: String = "mean") throws -> Tensor {
    guard let center else { throw tooFew(1, operation) }
    return try isFinite ? center.clone() : Tensor.full(center.shape, .nan, dtype: .float64)
  }

  /// The covariance with the divisor n − 1, float64 [d, d].
  ///
  /// - Throws: `TensorError` (value) for fewer than two examples.
  public func covariance(operation: String = "covariance") throws -> Tensor {
    guard let scatter, count >= 2 else { throw tooFew(2, operation) }
    guard isFinite else { return try Tensor.full(scatter.shape, .nan, dtype: .float64) }
    return try scatter.mul(1 / Double(count - 1))
  }

  private func tooFew(_ wanted: Int, _ operation: String) -> TensorError {
    TensorError(
      .value, operation, argument: "features", expected: "at least \(wanted) examples",
      got: "\(count)")
  }

  // MARK: State

  /// Everything that the next figures depend on.
  public func state() throws -> (count: Int, isFinite: Bool, mean: Tensor?, scatter: Tensor?) {
    (count, isFinite, try center?.clone(), try scatter?.clone())
  }

  /// Continues from a state.
  ///
  /// - Throws: `TensorError` for tensors that do not fit together.
  public func load(count: Int, isFinite: Bool, mean: Tensor?, scatter: Tensor?) throws {
    guard count >= 0, (count == 0) == (mean == nil), (mean == nil) == (scatter == nil) else {
      throw TensorError(
        .value, "load", argument: "state", expected: "a count with its mean and scatter",
        got: "count \(count)")
    }
    if let mean, let scatter {
      let d = mean.elementCount
      guard mean.rank == 1, scatter.shape == Shape(d, d), mean.dtype == .float64,
        scatter.dtype == .float64, d > 0
      else {
        throw TensorError(
          .shape, "load", argument: "state", expected: "float64 [d] and [d, d]",
          got: "\(mean.dtype) \(mean.shape) and \(scatter.dtype) \(scatter.shape)")
      }
    }
    self.center = try mean?.detached().clone()
    self.scatter = try scatter?.detached().clone()
    self.count = count
    self.isFinite = isFinite
  }
}

/// The Fréchet (2-Wasserstein) distance between Gaussians.
public enum FrechetDistance {
  /// ‖μ₁ − μ₂‖² + tr(C₁ + C₂ − 2 (C₁^½ C₂ C₁^½)^½), the square of the metric, as FID reports it.
  ///
  /// The last trace is the sum of the singular values of C₁^½ C₂^½, so that no square root of a
  /// difference is taken: singular covariances (fewer examples than features, dead features) lose no
  /// digits, and equal ones give 0 to rounding. For two samples of N(μ, σ² I) of sizes n and m the
  /// expectation is about σ² (d + d(d+1)/4)(1/n + 1/m), not 0: compare at equal sizes only.
  ///
  /// - Parameters: means float64 [d], covariances float64 [d, d] symmetric.
  /// - Returns: infinity when a number is not finite.
  /// - Throws: `TensorError` for shapes that differ or a covariance with a negative eigenvalue.
  /// - Complexity: O(d³)
  /// Source: Dowson & Landau (1982); Heusel et al., "GANs trained by a two time-scale update rule" (2017).
  public static func squared(
    mean first: Tensor, covariance c1: Tensor, mean second: Tensor, covariance c2: Tensor,
    operation: String = "frechet_distance"
  ) throws -> Double {
    let d = first.elementCount
    for (name, mean, covariance) in [("first", first, c1), ("second", second, c2)] {
      guard mean.shape == Shape(d), covariance.shape == Shape(d, d), d > 0 else {
        throw TensorError(
          .shape, operation, argument: name,
          expected: "a mean [d] and a covariance [d, d], d = \(d)",
          got: "\(mean.shape) and \(covariance.shape)")
      }
    }
    return try GradientMode.with(false) {
      let (mu1, mu2) = (try first.detached().to(.float64), try second.detached().to(.float64))
      let (a, b) = (try c1.detached().to(.float64), try c2.detached().to(.float64))
      for tensor in [mu1, mu2, a, b] where try !tensor.isFinite().all() { return .infinity }
      let shift = try mu1.sub(mu2).square().sum().item()
      let overlap = try a.symmetricSquareRoot().matmul(b.symmetricSquareRoot()).singularValues()
        .sum().item()
      let spread = try a.diagonal().sum().item() + b.diagonal().sum().item()
      return max(shift + spread - 2 * overlap, 0)
    }
  }

  /// The distance between two sets of moments.
  ///
  /// - Throws: `TensorError` for fewer than two examples, or features of different length.
  public static func squared(
    _ first: FeatureMoments, _ second: FeatureMoments, operation: String = "frechet_distance"
  ) throws -> Double {
    if let d = first.dimension, let other = second.dimension, d != other {
      throw TensorError(
        .shape, operation, argument: "second", expected: "features of \(d) numbers", got: "\(other)"
      )
    }
    let (c1, c2) = try (
      first.covariance(operation: operation), second.covariance(operation: operation)
    )
    guard first.isFinite, second.isFinite else { return .infinity }
    return try squared(
      mean: first.mean(), covariance: c1, mean: second.mean(), covariance: c2, operation: operation)
  }

  /// The distance between two sets of features [n, ...] and [m, ...].
  public static func squared(
    features first: Tensor, _ second: Tensor, operation: String = "frechet_distance"
  ) throws -> Double {
    _ = try Points.pair(first, second, operation, atLeast: 2)
    let (a, b) = (FeatureMoments(), FeatureMoments())
    try a.update(first, operation: operation)
    try b.update(second, operation: operation)
    return try squared(a, b, operation: operation)
  }
}
