/// The Kullback–Leibler divergence as a loss.

/// How the terms of a divergence become one number.
public enum DivergenceReduction: String, Sendable, CaseIterable {
  case mean
  /// The sum over everything, divided by the first extent: the definition, averaged over examples.
  case batchMean = "batchmean"
  case sum, none
}

extension Tensor {
  /// t (log t − x) for logarithms x of probabilities and probabilities t; 0 log 0 is 0.
  ///
  /// - Parameter isLogTarget: the target is log t.
  public func klDiv(
    _ target: Tensor, isLogTarget: Bool = false, reduction: DivergenceReduction = .mean
  ) throws -> Tensor {
    let (x, t) = try lossOperands(target, "kl_div")
    let terms =
      try isLogTarget
      ? t.exp().mul(t.sub(x)) : t.mul(t.maskedFill(t.eq(0), 1).log()).sub(t.mul(x))
    switch reduction {
    case .mean: return try terms.mean()
    case .sum: return try terms.sum()
    case .none: return terms
    case .batchMean:
      guard rank > 0 else {
        throw TensorError(.shape, "kl_div", expected: "[n, ...] for a batch's mean", got: "[]")
      }
      return try terms.sum().div(Double(shape[0]))
    }
  }
}
