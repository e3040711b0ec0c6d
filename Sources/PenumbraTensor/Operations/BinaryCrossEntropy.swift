/// Binary cross entropy of logits.

/// How element losses become one number.
public enum LossReduction: String, Sendable, CaseIterable {
  case mean, sum, none
}

extension Tensor {
  /// −t log σ(x) − (1 − t) log(1 − σ(x)), computed as max(x, 0) − x t + log(1 + e^−|x|).
  ///
  /// - Parameter target: probabilities of x's shape, or one number for all.
  /// - Throws: `TensorError` when the target has another shape.
  public func bceWithLogits(_ target: Tensor, reduction: LossReduction = .mean) throws -> Tensor {
    try requireFloating("bce_with_logits")
    guard target.shape == shape || target.rank == 0 else {
      throw TensorError(
        .shape, "bce_with_logits", argument: "target", expected: "\(shape) or a number",
        got: "\(target.shape)")
    }
    let t = try target.to(dtype)
    let losses = try bceLosses(t)
    return switch reduction {
    case .mean: try losses.mean()
    case .sum: try losses.sum()
    case .none: losses
    }
  }

  private func bceLosses(_ target: Tensor) throws -> Tensor {
    let (x, t) = (try contiguousValues(), try target.contiguousValues())
    let result = try Tensor(uninitialized: shape, dtype, "bce_with_logits")
    Backend.bce(x, t, t.rank == 0 && rank > 0 ? 0 : 1, into: result)
    guard Tensor.isRecording(self, target) else { return result }
    let (input, aim) = (Saved(self), Saved(target))
    let shapeT = target.shape
    return try result.recorded("bce_with_logits", self, target) { gradient, into in
      try into(0) { try input.value(into).bceBackward(aim.value(into), gradient) }
      try into.broadcast(1, to: shapeT) { try gradient.mul(input.value(into)).mul(-1) }
    }
  }

  /// g (σ(x) − t)
  private func bceBackward(_ target: Tensor, _ gradient: Tensor) throws -> Tensor {
    guard !GradientMode.isEnabled else { return try gradient.mul(sigmoid().sub(target)) }
    let (x, t) = (try contiguousValues(), try target.contiguousValues())
    // A mean's gradient is one number spread over all elements.
    let isUniform = gradient.strides == Strides(repeating: 0, rank: rank)
    let g = isUniform ? gradient : try gradient.contiguousValues()
    let result = try Tensor(uninitialized: shape, dtype, "bce_with_logits")
    Backend.bceBackward(
      x, t, t.rank == 0 && rank > 0 ? 0 : 1, g, isUniform ? 0 : 1, into: result)
    return result
  }
}
