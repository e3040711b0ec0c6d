/// Compounds of three operands: interpolation, and scaled products and quotients added.

extension Tensor {
  /// self + weight (end − self), so that weight 0 gives self and weight 1 gives end, exactly.
  public func lerp(_ end: Tensor, weight: Double) throws -> Tensor {
    try requireFloating("lerp")
    let way = try end.sub(self)
    return weight.magnitude < 0.5
      ? try add(way.mul(weight)) : try end.sub(way.mul(1 - weight))
  }

  /// The same with a weight for each element; all three broadcast.
  public func lerp(_ end: Tensor, weights weight: Tensor) throws -> Tensor {
    try requireFloating("lerp")
    let result = try GradientMode.with(false) {
      let way = try end.sub(self)
      return try Tensor.select(
        weight.abs().lt(0.5), add(way.mul(weight)),
        end.sub(way.mul(weight.subtracted(from: 1))))
    }
    guard Tensor.isRecording(self, end) || Tensor.isRecording(weight) else { return result }
    let inputs = try [self, end, weight].map { try $0.to(result.dtype) }
    let shapes = inputs.map(\.shape)
    let (x, y, w) = (Saved(inputs[0]), Saved(inputs[1]), Saved(inputs[2]))
    return try result.recorded("lerp", inputs: inputs) { gradient, into in
      try into.broadcast(0, to: shapes[0]) {
        try gradient.mul(w.value(into).subtracted(from: 1))
      }
      try into.broadcast(1, to: shapes[1]) { try gradient.mul(w.value(into)) }
      try into.broadcast(2, to: shapes[2]) {
        try gradient.mul(y.value(into).sub(x.value(into)))
      }
    }
  }

  /// self + scale · a · b
  public func addcmul(_ a: Tensor, _ b: Tensor, scale: Double = 1) throws -> Tensor {
    let product = try a.mul(b)
    return try add(scale == 1 ? product : product.mul(scale))
  }

  /// self + scale · a / b
  public func addcdiv(_ a: Tensor, _ b: Tensor, scale: Double = 1) throws -> Tensor {
    let quotient = try a.div(b)
    return try add(scale == 1 ? quotient : quotient.mul(scale))
  }

  /// Each element held between two tensors' elements; all broadcast, and NaN spreads. Where the bounds
  /// cross, the upper one holds. The derivative goes to whichever operand the value is from; to self
  /// at a bound.
  public func clamp(from low: Tensor?, through high: Tensor?) throws -> Tensor {
    guard low != nil || high != nil else {
      throw TensorError(.value, "clamp", expected: "a minimum, a maximum or both", got: "neither")
    }
    // Bounds in this tensor's place, one after the other, as selections with fixed masks.
    var result = self
    if let low { result = try result.replaced(by: low) { try $0.lt($1) } }
    if let high { result = try result.replaced(by: high) { try $0.gt($1) } }
    return result
  }

  /// `bound` where `isBeyond` says so or it is NaN, this tensor elsewhere.
  private func replaced(
    by bound: Tensor, where isBeyond: (Tensor, Tensor) throws -> Tensor
  ) throws -> Tensor {
    let mask = try isBeyond(self, bound)
    return try Tensor.select(
      bound.dtype.isFloating ? mask.logicalOr(bound.isNaN()) : mask, bound, self)
  }
}
