/// Regularisers that compare outputs for related inputs: consistency and mode seeking.

public import PenumbraTensor

/// Penalties on how outputs answer to a change of the input.
public enum Consistency {
  /// weight · E ‖y − y'‖², the squares summed over an example's outputs.
  ///
  /// y: [n, ...], D's outputs for a batch; y': its outputs for the same examples, augmented. For data
  /// it is consistency regularisation (CR-GAN, Zhang et al. 2020, equation 4); with the same of samples
  /// added it is balanced (bCR-GAN, Zhao et al. 2021, algorithm 1); D(G(z)) against D(G(z + noise))
  /// is the latent one of that paper (zCR).
  /// - Throws: `TensorError` when the shapes differ or the tensors are not floating.
  public static func penalty(_ output: Tensor, _ augmented: Tensor, weight: Double = 10) throws
    -> Tensor
  {
    let name = "consistency"
    try requirePair(output, augmented, name, "augmented")
    try requireNonNegative(weight, name, "weight")
    let squares = try output.sub(augmented).square()
    guard squares.rank > 1 else { return try squares.mean().mul(weight) }
    return try squares.flatten(1).sum([1]).mean().mul(weight)
  }

  /// weight / (d(x₁, x₂)/d(z₁, z₂) + ε), d the mean absolute difference: low where the samples of two
  /// latent batches differ much.
  ///
  /// x₁ = G(z₁, c), x₂ = G(z₂, c): [n, ...]; z₁, z₂: [n, ...]. G minimises it besides its objective.
  /// Mode seeking (MSGAN), Mao et al. (2019), equation 4, in the authors' form with ε.
  /// - Throws: `TensorError` when shapes differ or tensors are not floating.
  public static func modeSeeking(
    _ first: Tensor, _ second: Tensor, latent: (Tensor, Tensor), weight: Double = 1,
    epsilon: Double = 1e-5
  ) throws -> Tensor {
    let name = "mode_seeking"
    try requirePair(first, second, name, "second")
    try requirePair(latent.0, latent.1, name, "latent_second")
    try requireNonNegative(weight, name, "weight")
    try requireNonNegative(epsilon, name, "eps")
    let way = try first.sub(second).abs().mean()
    let latentWay = try latent.0.sub(latent.1).abs().mean()
    return try way.div(latentWay).add(epsilon).pow(-1).mul(weight)
  }
}

/// Matching of the statistics of a discriminator's features.
public enum FeatureMatching {
  /// How the difference of two mean features becomes a number.
  public enum Distance: String, Sendable, CaseIterable {
    /// Σ_j (E f_j(x) − E f_j(G(z)))². Salimans et al. (2016), section 3.1.
    case squared
    /// Σ_j |E f_j(x) − E f_j(G(z))|
    case absolute
  }

  /// weight · ‖E f(x) − E f(G(z))‖² (or the absolute differences), summed over layers.
  ///
  /// real, fake: for each layer D's features of data [n, ...] and of samples [m, ...]. G minimises it in
  /// place of its objective.
  /// - Throws: `TensorError` for different numbers of layers or features of different shapes.
  public static func loss(
    real: [Tensor], fake: [Tensor], distance: Distance = .squared, weight: Double = 1
  ) throws -> Tensor {
    let name = "feature_matching"
    try requireNonNegative(weight, name, "weight")
    guard !real.isEmpty, real.count == fake.count else {
      throw TensorError(
        .value, name, argument: "fake",
        expected: "features of \(max(1, real.count)) layers, as real",
        got: "\(fake.count)")
    }
    var total: Tensor?
    for (x, y) in zip(real, fake) {
      try x.requireFloating(name)
      try y.requireFloating(name)
      guard x.rank > 0, y.rank > 0, x.shape.array.dropFirst() == y.shape.array.dropFirst() else {
        throw TensorError(
          .shape, name, argument: "fake", expected: "[n, ...] with real's features, \(x.shape)",
          got: "\(y.shape)")
      }
      let difference = try x.mean([0]).sub(y.mean([0]))
      let part = try distance == .squared ? difference.square().sum() : difference.abs().sum()
      total = try total?.add(part) ?? part
    }
    guard let total else { return try Tensor.scalar(0, dtype: .float32) }
    return try total.mul(weight)
  }
}

/// - Throws: `TensorError` unless both are floating and of one shape, with a batch dimension.
private func requirePair(_ x: Tensor, _ y: Tensor, _ operation: String, _ argument: String) throws {
  try x.requireFloating(operation)
  try y.requireFloating(operation)
  guard x.shape == y.shape, x.rank > 0 else {
    throw TensorError(
      .shape, operation, argument: argument,
      expected: "the other's shape, \(x.shape), with a batch dimension", got: "\(y.shape)")
  }
}
