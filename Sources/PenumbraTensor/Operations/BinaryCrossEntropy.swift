/// Binary cross entropy of probabilities and of logits.

extension Tensor {
  /// −t log σ(x) − (1 − t) log(1 − σ(x)), computed as max(x, 0) − x t + log(1 + e^−|x|).
  ///
  /// - Parameters:
  ///   - target: probabilities of x's shape, or one number for all.
  ///   - weight: factors of the losses; they broadcast to x's shape.
  ///   - positiveWeight: factors of the first term, −t log σ(x), one a class for instance.
  /// - Throws: `TensorError` when the target has another shape.
  public func bceWithLogits(
    _ target: Tensor, weight: Tensor? = nil, positiveWeight: Tensor? = nil,
    reduction: LossReduction = .mean
  ) throws -> Tensor {
    try requireFloating("bce_with_logits")
    guard target.shape == shape || target.rank == 0 else {
      throw TensorError(
        .shape, "bce_with_logits", argument: "target", expected: "\(shape) or a number",
        got: "\(target.shape)")
    }
    let t = try target.to(dtype)
    var losses: Tensor
    if let positiveWeight {
      let p = try lossWeight(positiveWeight, "bce_with_logits", "pos_weight")
      // (1 − t) x + (1 + (p − 1) t) log(1 + e^−x)
      losses = try t.subtracted(from: 1).mul(self)
        .add(p.sub(1).mul(t).add(1).mul(mul(-1).softplus()))
    } else {
      losses = try bceLosses(t)
    }
    if let weight { losses = try losses.mul(lossWeight(weight, "bce_with_logits", "weight")) }
    return try reduction.apply(losses)
  }

  /// −t log x − (1 − t) log(1 − x), the logarithms held at −100 and above.
  ///
  /// - Parameters:
  ///   - target: of x's shape.
  ///   - weight: factors of the losses; they broadcast to x's shape.
  /// - Throws: `TensorError` for another shape or an element of x outside [0, 1].
  public func binaryCrossEntropy(
    _ target: Tensor, weight: Tensor? = nil, reduction: LossReduction = .mean
  ) throws -> Tensor {
    try requireFloating("binary_cross_entropy")
    try requireSameShape(target, "binary_cross_entropy")
    guard try ge(0).logicalAnd(le(1)).all() else {
      throw TensorError(
        .value, "binary_cross_entropy",
        "expected probabilities from 0 to 1; "
          + "bce_with_logits takes any number")
    }
    var losses = try probabilityLosses(target.to(dtype))
    if let weight { losses = try losses.mul(lossWeight(weight, "binary_cross_entropy", "weight")) }
    return try reduction.apply(losses)
  }

  private func probabilityLosses(_ target: Tensor) throws -> Tensor {
    let result = try GradientMode.with(false) {
      let (yes, no) = try boundedLogarithms()
      return try target.mul(yes).add(target.subtracted(from: 1).mul(no)).mul(-1)
    }
    guard Tensor.isRecording(self, target) else { return result }
    let (x, t) = (Saved(self), Saved(target))
    return try result.recorded("binary_cross_entropy", self, target) { gradient, into in
      let x = try x.value(into)
      try into(0) {
        // (x − t) / (x (1 − x)), held off 0.
        let spread = try x.mul(x.subtracted(from: 1)).clamp(minimum: 1e-12)
        return try gradient.mul(x.sub(t.value(into)).div(spread))
      }
      try into(1) {
        let (yes, no) = try x.boundedLogarithms()
        return try gradient.mul(no.sub(yes))
      }
    }
  }

  /// log x and log(1 − x), both at least −100.
  private func boundedLogarithms() throws -> (Tensor, Tensor) {
    (try log().clamp(minimum: -100), try mul(-1).log1p().clamp(minimum: -100))
  }

  /// A factor of the losses, which must stretch to this shape.
  private func lossWeight(_ weight: Tensor, _ operation: String, _ argument: String) throws
    -> Tensor
  {
    guard weight.rank <= rank,
      zip(weight.shape.array.reversed(), shape.array.reversed()).allSatisfy({ $0 == $1 || $0 == 1 })
    else {
      throw TensorError(
        .shape, operation, argument: argument, expected: "a shape that stretches to \(shape)",
        got: "\(weight.shape)")
    }
    return try weight.to(dtype)
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
