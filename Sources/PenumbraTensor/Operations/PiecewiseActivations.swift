/// Activations made of straight pieces, and those that cut a part away.

extension Tensor {
  /// x held within [low, high]. Unlike `clamp`'s, its derivative at the bounds is 0.
  ///
  /// - Throws: `TensorError` unless low < high.
  public func hardTanh(_ low: Double = -1, _ high: Double = 1) throws -> Tensor {
    try held("hardtanh", low, high)
  }

  /// min(max(x, 0), 6); the derivative at 0 and 6 is 0.
  public func relu6() throws -> Tensor { try held("relu6", 0, 6) }

  private func held(_ name: StaticString, _ low: Double, _ high: Double) throws -> Tensor {
    guard low < high else {
      throw TensorError(
        .value, "\(name)", argument: "min, max", expected: "min < max", got: "\(low) and \(high)")
    }
    let result = try GradientMode.with(false) { try clamp(minimum: low, maximum: high) }
    guard Tensor.isRecording(self) else { return result }
    let x = Saved(self)
    return try result.recorded(name, self) { gradient, into in
      try into(0) {
        let x = try x.value(into)
        return try gradient.mul(x.gt(low).logicalAnd(x.lt(high)).to(gradient.dtype))
      }
    }
  }

  /// relu6(x + 3)/6
  public func hardSigmoid() throws -> Tensor { try floated().add(3).relu6().div(6) }

  /// x relu6(x + 3)/6
  public func hardSwish() throws -> Tensor {
    let x = try floated()
    return try x.mul(x.add(3).relu6()).div(6)
  }

  /// x − λ where x > λ, x + λ where x < −λ, 0 between.
  ///
  /// - Throws: `TensorError` for a negative λ.
  public func softShrink(_ lambda: Double = 0.5) throws -> Tensor {
    try Tensor.requireWidth(lambda, "softshrink")
    return try sub(clamp(minimum: -lambda, maximum: lambda))
  }

  /// x where |x| > λ, else 0.
  ///
  /// - Throws: `TensorError` for a negative λ.
  public func hardShrink(_ lambda: Double = 0.5) throws -> Tensor {
    try Tensor.requireWidth(lambda, "hardshrink")
    return try maskedFill(abs().le(lambda), 0)
  }

  private static func requireWidth(_ lambda: Double, _ name: String) throws {
    guard lambda >= 0 else {
      throw TensorError(
        .value, name, argument: "lambda", expected: "a number ≥ 0", got: "\(lambda)")
    }
  }

  /// x where x > limit, else `value`.
  public func threshold(_ limit: Double, _ value: Double) throws -> Tensor {
    try maskedFill(le(limit), value)
  }

  /// x where x > 0, weight · x elsewhere.
  ///
  /// - Parameter weight: one element, or one for each channel: the extent of dimension 2 (of 1 for
  ///   tensors with fewer dimensions).
  public func prelu(_ weight: Tensor) throws -> Tensor {
    let channels = rank >= 2 ? shape[1] : 1
    guard weight.rank <= 1, weight.elementCount == 1 || weight.elementCount == channels else {
      throw TensorError(
        .shape, "prelu", argument: "weight",
        expected: channels == 1 ? "one element" : "one element, or [\(channels)]",
        got: "\(weight.shape)")
    }
    try requireFloating("prelu")
    guard weight.dtype == dtype else {
      throw TensorError(
        .dtype, "prelu", argument: "weight", expected: dtype.name, got: weight.dtype.name)
    }
    var factor = weight
    if rank >= 2, weight.elementCount == channels {
      var target = Shape(repeating: 1, rank: rank - 1)
      target[0] = channels
      factor = try weight.reshape(target)
    } else if weight.rank > rank {
      factor = try weight.reshape(Shape())
    }
    return try relu().add(clamp(maximum: 0).mul(factor))
  }

  /// The first half of a dimension times the sigmoid of the second.
  ///
  /// - Throws: `TensorError` when the extent is odd.
  public func glu(_ dimension: Int = -1) throws -> Tensor {
    try requireFloating("glu")
    let axis = try self.dimension(dimension, "glu")
    guard shape[axis] % 2 == 0 else {
      throw TensorError(
        .shape, "glu", expected: "an even extent in dimension \(axis + 1)", got: "\(shape)")
    }
    let half = shape[axis] / 2
    return try narrow(axis, start: 0, count: half)
      .mul(narrow(axis, start: half, count: half).sigmoid())
  }
}
