/// What is put together before a discriminator sees it: examples in packs, conditions beside inputs.

public import PenumbraTensor

/// PacGAN's packs of examples.
public enum Packing {
  /// Joins `count` neighbouring examples along the features or channels:
  /// [n, c, ...] → [n/count, count·c, ...], [n] → [n/count, count].
  ///
  /// A discriminator of packs sees several examples of the same kind at once, so that a lack of variety
  /// shows. Lin et al. (2018).
  /// - Throws: `TensorError` when the number of examples is not a multiple of `count`.
  public static func pack(_ x: Tensor, _ count: Int) throws -> Tensor {
    try requirePositive(count, "pack", "count")
    guard x.rank > 0, x.shape[0] % count == 0 else {
      throw TensorError(
        .shape, "pack", argument: "x", expected: "[n, ...] with n a multiple of \(count)",
        got: "\(x.shape)")
    }
    let packs = x.shape[0] / count
    guard x.rank > 1 else { return try x.reshape([packs, count]) }
    let (features, overflow) = x.shape[1].multipliedReportingOverflow(by: count)
    guard !overflow else {
      throw TensorError(.shape, "pack", "\(count) examples of \(x.shape) are too many features")
    }
    var shape = x.shape
    shape[0] = packs
    shape[1] = features
    return try x.reshape(shape)
  }
}

/// Conditions (classes, say) given to a generator or a discriminator.
public enum Conditioning {
  /// Puts a condition beside an input: x [n, d], c [n, k] → [n, d + k]; for images
  /// x [n, d, h, w] → [n, d + k, h, w], each number of the condition a constant plane; so for
  /// x [n, d, l] too.
  ///
  /// c: a one-hot code or an embedding. Mirza & Osindero (2014); planes as in Reed et al. (2016).
  /// - Throws: `TensorError` when the shapes do not fit.
  public static func concatenate(_ x: Tensor, _ condition: Tensor) throws -> Tensor {
    guard x.rank >= 2 else {
      throw TensorError(
        .shape, "condition", argument: "x", expected: "[n, features, ...]", got: "\(x.shape)")
    }
    guard condition.rank == 2, condition.shape[0] == x.shape[0] else {
      throw TensorError(
        .shape, "condition", argument: "c", expected: "[\(x.shape[0]), k]",
        got: "\(condition.shape)")
    }
    guard x.rank > 2 else { return try .cat([x, condition.to(x.dtype)], 1) }
    var shape = x.shape
    shape[1] = condition.shape[1]
    var narrow = Shape(repeating: 1, rank: x.rank)
    narrow[0] = condition.shape[0]
    narrow[1] = condition.shape[1]
    return try .cat([x, condition.to(x.dtype).reshape(narrow).expand(to: shape)], 1)
  }

  /// y + ⟨e, φ⟩ for each example: what a projection discriminator adds for the class.
  ///
  /// y: [n, 1], the unconditional output ψ(φ(x)); φ, e: [n, d], features and the embedding of the
  /// class. Miyato & Koyama (2018), equation 4.
  /// - Throws: `TensorError` when the shapes do not fit.
  public static func project(_ output: Tensor, features: Tensor, embedding: Tensor) throws -> Tensor
  {
    let name = "projection"
    try features.requireFloating(name)
    guard features.rank == 2, features.shape == embedding.shape else {
      throw TensorError(
        .shape, name, argument: "embedding", expected: "features' shape [n, d], \(features.shape)",
        got: "\(embedding.shape)")
    }
    guard output.shape == [features.shape[0], 1] else {
      throw TensorError(
        .shape, name, argument: "output", expected: "[\(features.shape[0]), 1]",
        got: "\(output.shape)")
    }
    return try output.add(features.mul(embedding).sum([1], keepDimensions: true))
  }
}
