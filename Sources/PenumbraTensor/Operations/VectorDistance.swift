/// Lengths of vectors: their normalisation, distances and angles.

extension Tensor {
  /// x / max(‖x‖_p, ε) along a dimension.
  ///
  /// - Throws: `TensorError` unless p ≥ 0, infinity included.
  public func normalize(_ dimension: Int = 1, p: Double = 2, epsilon: Double = 1e-12) throws
    -> Tensor
  {
    try requireFloating("normalize")
    let axis = try self.dimension(dimension, "normalize")
    return try div(length(axis, p, "normalize").clamp(minimum: epsilon))
  }

  /// Σ x y / (max(‖x‖, ε) · max(‖y‖, ε)) along a dimension, which goes away; shapes broadcast.
  public func cosineSimilarity(_ other: Tensor, _ dimension: Int = 1, epsilon: Double = 1e-8) throws
    -> Tensor
  {
    let (x, y) = try broadcastOperands(other, "cosine_similarity")
    let axis = try x.dimension(dimension, "cosine_similarity")
    let (a, b) = (
      try x.length(axis, 2, "cosine_similarity"), try y.length(axis, 2, "cosine_similarity")
    )
    return try x.div(a.clamp(minimum: epsilon)).mul(y.div(b.clamp(minimum: epsilon))).sum([axis])
  }

  /// ‖x − y + ε‖_p over the last dimension, which goes away; shapes broadcast.
  public func pairwiseDistance(
    _ other: Tensor, p: Double = 2, epsilon: Double = 1e-6, keepDimensions: Bool = false
  ) throws -> Tensor {
    let (x, y) = try broadcastOperands(other, "pairwise_distance")
    let axis = try x.dimension(-1, "pairwise_distance")
    let lengths = try x.sub(y).add(epsilon).length(axis, p, "pairwise_distance")
    return keepDimensions ? lengths : try lengths.squeeze(axis)
  }

  private func broadcastOperands(_ other: Tensor, _ name: StaticString) throws -> (Tensor, Tensor) {
    try requireFloating("\(name)")
    try other.requireFloating("\(name)")
    let (x, y) = try lossOperands(other, "\(name)")
    let target = try Shape.broadcast(shape, other.shape, name)
    return (try x.expand(to: target), try y.expand(to: target))
  }

  /// ‖x‖_p along a dimension, which stays with extent 1.
  private func length(_ axis: Int, _ p: Double, _ name: String) throws -> Tensor {
    guard p >= 0 else {
      throw TensorError(
        .value, name, argument: "p", expected: "a number of at least 0", got: "\(p)")
    }
    return try norm([axis], order: p, keepDimensions: true)
  }
}
