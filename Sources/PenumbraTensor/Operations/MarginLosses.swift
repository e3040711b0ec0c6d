/// Losses that ask for a margin between what belongs together and what does not.

extension Tensor {
  /// x where the target is 1, max(0, margin − x) where it is −1.
  public func hingeEmbeddingLoss(
    _ target: Tensor, margin: Double = 1, reduction: LossReduction = .mean
  ) throws -> Tensor {
    try requireFloating("hinge_embedding_loss")
    let zero = try Tensor.scalar(0, dtype: dtype)
    let apart = try Tensor.select(target.ne(1), subtracted(from: margin).hinged(), zero)
    return try reduction.apply(apart.add(Tensor.select(target.ne(-1), self, zero)))
  }

  /// max(0, margin − t (x − y)): x should rank above y where t is 1, below where it is −1.
  public func marginRankingLoss(
    _ other: Tensor, _ target: Tensor, margin: Double = 0, reduction: LossReduction = .mean
  ) throws -> Tensor {
    let (x, y) = try lossOperands(other, "margin_ranking_loss")
    return try reduction.apply(
      target.to(x.dtype).mul(x.sub(y)).subtracted(from: margin).hinged())
  }

  /// max(0, d(a, p) − d(a, n) + margin) with `pairwiseDistance` d, for an anchor a, a positive p and
  /// a negative n.
  ///
  /// [..., features] → [...]. With `swaps` d(a, n) is replaced by d(p, n) where that is smaller.
  /// Balntas et al. (2016).
  /// - Throws: `TensorError` unless the margin is above 0.
  public func tripletMarginLoss(
    positive: Tensor, negative: Tensor, margin: Double = 1, p: Double = 2,
    epsilon: Double = 1e-6, swaps: Bool = false, reduction: LossReduction = .mean
  ) throws -> Tensor {
    try requireLossNumber(margin, "triplet_margin_loss", "margin", isPositive: true)
    let near = try pairwiseDistance(positive, p: p, epsilon: epsilon)
    var far = try pairwiseDistance(negative, p: p, epsilon: epsilon)
    if swaps { far = try far.minimum(positive.pairwiseDistance(negative, p: p, epsilon: epsilon)) }
    return try reduction.apply(near.sub(far).add(margin).hinged())
  }

  /// 1 − cos(x, y) where the target is 1, max(0, cos(x, y) − margin) where it is −1.
  ///
  /// self, other: [n, features] or [features]; target: [n] or a scalar.
  public func cosineEmbeddingLoss(
    _ other: Tensor, _ target: Tensor, margin: Double = 0, reduction: LossReduction = .mean
  ) throws -> Tensor {
    let name = "cosine_embedding_loss"
    let (x, y) = try lossOperands(other, name)
    try x.requireSameShape(y, name, "argument 2")
    guard rank == 1 || rank == 2, target.rank == rank - 1, rank == 1 || target.shape[0] == shape[0]
    else {
      throw TensorError(
        .shape, name, argument: "target",
        expected: "inputs [n, features] and target [n], or inputs [features] and a number",
        got: "\(shape) and \(target.shape)")
    }
    // Held away from 0, as in PyTorch.
    let least = 1e-12
    let squares = try x.square().sum([-1]).add(least).mul(y.square().sum([-1]).add(least))
    let cosine = try x.mul(y).sum([-1]).div(squares.sqrt())
    let zero = try Tensor.scalar(0, dtype: x.dtype)
    let together = try Tensor.select(target.eq(1), cosine.subtracted(from: 1), zero)
    let apart = try Tensor.select(target.eq(-1), cosine.sub(margin).hinged(), zero)
    return try reduction.apply(together.add(apart))
  }

  /// log(1 + e^(−t x)) for targets ±1.
  public func softMarginLoss(_ target: Tensor, reduction: LossReduction = .mean) throws -> Tensor {
    let (x, t) = try lossOperands(target, "soft_margin_loss")
    try requireSameShape(target, "soft_margin_loss")
    return try reduction.apply(t.mul(x).mul(-1).softplus())
  }

  /// Σ_{c ≠ label} max(0, margin − x[label] + x[c])^p · weight[label] / classes
  ///
  /// self: [n, classes] or [classes]; labels: int64 [n] or a scalar, from 0; weight: [classes].
  /// - Parameter p: 1 or 2.
  public func multiMarginLoss(
    _ labels: Tensor, p: Int = 1, margin: Double = 1, weight: Tensor? = nil,
    reduction: LossReduction = .mean
  ) throws -> Tensor {
    let name = "multi_margin_loss"
    try requireFloating(name)
    guard p == 1 || p == 2 else {
      throw TensorError(.value, name, argument: "p", expected: "1 or 2", got: "\(p)")
    }
    guard rank == 1 || rank == 2, labels.rank == rank - 1, rank == 1 || labels.shape[0] == shape[0]
    else {
      throw TensorError(
        .shape, name, expected: "scores [n, classes] and labels [n]",
        got: "\(shape) and \(labels.shape)")
    }
    let classes = shape[rank - 1]
    let chosen = try labels.classPositions(classes, name).values.unsqueeze(-1)
    var excess = try sub(gather(-1, chosen)).add(margin).hinged()
    if p == 2 { excess = try excess.square() }
    if let weight {
      try weight.requireClassWeight(classes, dtype, name)
      excess = try excess.mul(weight.indexSelect(0, chosen.reshape([-1])).reshape(chosen.shape))
    }
    // The label itself is left out.
    let isLabel = try chosen.eq(Tensor.classNumbers(classes))
    return try reduction.apply(excess.maskedFill(isLabel, 0).sum([-1]).div(Double(classes)))
  }

  /// The mean over the classes of −t log σ(x) − (1 − t) log(1 − σ(x)), weighted by `weight`.
  ///
  /// self, target: [..., classes] → [...].
  public func multiLabelSoftMarginLoss(
    _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean
  ) throws -> Tensor {
    let name = "multilabel_soft_margin_loss"
    let (x, t) = try lossOperands(target, name)
    try requireSameShape(target, name)
    guard rank > 0 else { throw TensorError(.shape, name, expected: "[..., classes]", got: "[]") }
    let losses = try x.bceWithLogits(t, weight: weight, reduction: .none)
    return try reduction.apply(losses.mean([-1]))
  }
}
